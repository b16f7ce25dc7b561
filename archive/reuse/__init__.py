"""Reuse: which papers of a new dossier its holder already has here, and that nobody asks for them again.

The once-only rule (NĐ 45/2020/NĐ-CP Đ.16, NĐ 224/2026/NĐ-CP Đ.15, TT 04/2025/TT-VPCP): the ladder of domain.md 2.6
from the register (step 4) down. A dossier is opened with its code, ``proposals.propose`` says paper by paper what is
here, the holder consents, a copy is made for that dossier, its use is recorded once. Asking again is counted.
"""
