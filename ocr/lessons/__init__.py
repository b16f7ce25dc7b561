"""Lessons: what the approved records of one agency taught, and how the next reading uses it (ADR 0018).

A lesson holds counts, names of offices and officials, and wording that recurs; no holders, no numbers of anything, no
running text. Building one is a pure function: the same records give the same bytes. It knows no database.
"""
