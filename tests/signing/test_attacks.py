"""Falsified files: none is VALID, none crashes the checker, each gets its own reason."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer

from signing.report import Status, Verdict
from tests.signing import attacks
from tests.signing.office import AGENCY, Office, open_office, paper

INVALID, UNKNOWN = Verdict.INVALID, Verdict.INDETERMINATE


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        (attacks.in_text, "HASH_FAILURE"),
        (attacks.in_picture, "HASH_FAILURE"),
        (attacks.in_mark, "HASH_FAILURE"),
        (attacks.in_evidence, "HASH_FAILURE"),
        (attacks.overlay, "FORBIDDEN_MODIFICATION"),
        (attacks.added_page, "FORBIDDEN_MODIFICATION"),
        (attacks.annotation, "FORBIDDEN_MODIFICATION"),
        (attacks.script, "FORBIDDEN_MODIFICATION"),
        (attacks.repainted_mark, "FORBIDDEN_MODIFICATION"),
        (attacks.empty_visible_field, "FORBIDDEN_MODIFICATION"),
        (attacks.junk, "TRAILING_DATA"),
        (attacks.junk_with_ending, "TRAILING_DATA"),
    ],
)
def test_an_altered_file_is_invalid(
    office: Office, sealed: bytes, attack: Callable[[bytes], bytes], reason: str
) -> None:
    report = office.verified(attack(sealed))
    assert (report.verdict, report.reason) == (INVALID, reason), report.checks


def test_a_flipped_bit_anywhere_is_never_valid(office: Office, sealed: bytes) -> None:
    start, end = attacks.last_token(sealed)
    for where in range(7, len(sealed), len(sealed) // 60):
        report = office.verified(attacks.flip(sealed, where))
        # certificates sent along in the last timestamp are under no digest, nor do they need to be: a damaged one
        # is replaced by ours or missed, never believed
        assert report.verdict is not Verdict.VALID or start <= where < end, where


def test_data_hidden_behind_a_signature_value_is_found(office: Office, sealed: bytes) -> None:
    _, end = attacks.last_token(sealed)
    report = office.verified(sealed[: end + 400] + b"41" + sealed[end + 402 :])
    assert (report.verdict, report.reason) == (INVALID, "BROKEN_SIGNATURE")


def test_a_stray_object_makes_the_file_unreadable(office: Office, sealed: bytes) -> None:
    report = office.verified(attacks.object_without_xref(sealed))
    assert (report.verdict, report.reason) == (UNKNOWN, "FORMAT_FAILURE")


def test_any_shortened_file_is_never_valid(office: Office, sealed: bytes) -> None:
    for length in range(0, len(sealed) - 3, len(sealed) // 40):
        assert office.verified(sealed[:length]).verdict is not Verdict.VALID, length


def test_a_strangers_signature_over_the_text_spoils_the_file(office: Office, sealed: bytes) -> None:
    for box in ((50, 700, 350, 780), None):
        report = office.verified(attacks.strangers_signature(sealed, AGENCY, box))
        assert report.verdict is INVALID
        assert report.reason in ("FORBIDDEN_MODIFICATION", "DOCMDP_VIOLATION")


def test_a_seal_cut_back_to_its_signature_is_told_from_one_that_never_had_more(
    office: Office, sealed: bytes
) -> None:
    report = office.verified(attacks.cut_to_signature(sealed))
    assert (report.verdict, report.reason) == (UNKNOWN, "LONG_TERM_STRIPPED")
    assert report.time_source == "timestamp"


def test_changed_metadata_only_warns_where_the_rules_allow_it(office: Office, sealed: bytes) -> None:
    report = office.verified(attacks.changed_xmp(sealed))
    warned = {one.name: one.status for one in report.checks}["metadata"] is Status.WARNING
    assert warned
    # the last timestamp no longer ends the file's revisions, but every signed page is what it was
    assert report.reason in ("OK", "FORBIDDEN_MODIFICATION")


def test_a_title_changed_behind_the_signature_is_told(office: Office, sealed: bytes) -> None:
    told = {one.name: one for one in office.verified(attacks.changed_title(sealed)).checks}["metadata"]
    assert (told.status, told.code, told.detail) == (Status.WARNING, "METADATA_CHANGED", "/Title")
    assert {one.name: one.code for one in office.verified(sealed).checks}["metadata"] == "OK"


@pytest.mark.parametrize(
    ("contents", "byte_range"),
    [
        (b"<>", None),
        (b"null", None),
        (b"<00>", None),
        (b"<30820000>", None),
        (b"<00>", b"/ByteRange null"),
        (b"<00>", b"/ByteRange [0 0 0 0]"),
        (b"<00>", b"/ByteRange [0 -1 -2 -3]"),
        (b"<00>", b"/ByteRange [0 10]"),
        (b"<00>", b""),
    ],
)
def test_a_universal_forgery_is_named_a_broken_signature(
    office: Office, sealed: bytes, contents: bytes, byte_range: bytes | None
) -> None:
    report = office.verified(attacks.forged_container(sealed, contents, byte_range))
    assert (report.verdict, report.reason) == (INVALID, "BROKEN_SIGNATURE"), report.checks


def test_a_byte_range_that_spares_a_piece_of_the_file_is_invalid(office: Office, sealed: bytes) -> None:
    import re

    match = re.search(rb"/ByteRange\s*\[(\d+ )(\d+)( \d+ \d+)\s*\]", sealed)
    assert match
    fewer = str(int(match.group(2)) - 40).encode().ljust(len(match.group(2)))
    forged = sealed[: match.start(2)] + fewer + sealed[match.end(2) :]
    report = office.verified(forged)
    assert report.verdict is INVALID
    assert report.reason in ("COVERAGE_INCOMPLETE", "HASH_FAILURE")


def test_an_agency_of_the_same_name_with_its_own_authority_is_not_trusted(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    twin = open_office(tmp_path_factory.mktemp("twin") / "pki", AGENCY)
    report = office.verified(twin.sealed())
    assert (report.verdict, report.reason) == (UNKNOWN, "NO_CERTIFICATE_CHAIN_FOUND")
    assert report.signer is not None and report.signer.organisation == AGENCY
    assert report.signatures[0].intact and not report.signatures[0].trusted


def test_a_strangers_plain_signature_is_untrusted_and_not_called_broken(
    office: Office, tmp_path: Path
) -> None:
    _plain(office, attacks.self_made("Công ty Khác")[0])
    _plain(office, open_office(tmp_path / "pki", "Công ty Khác").key.signer())


def _plain(office: Office, signer: Signer) -> None:
    out = io.BytesIO()
    meta = PdfSignatureMetadata(field_name="S1", subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    writer = IncrementalPdfFileWriter(io.BytesIO(paper()))
    PdfSigner(meta, signer, new_field_spec=SigFieldSpec("S1", box=(50, 50, 250, 100))).sign_pdf(
        writer, output=out
    )
    report = office.verified(out.getvalue())
    assert (report.verdict, report.reason) == (UNKNOWN, "NO_CERTIFICATE_CHAIN_FOUND")
    seen = report.signatures[0]
    assert (seen.kind, seen.intact, seen.trusted, seen.time_source) == ("approval", True, False, "claimed")
    found = {one.name: one.code for one in report.checks}
    assert found["integrity"] == "OK" and found["timestamp"] == "NO_TIMESTAMP"


def test_visible_fields_by_strangers_under_a_trusted_approval_are_forbidden(office: Office) -> None:
    """pyHanko calls the original VALID in both cases (FORM_FILLING)."""
    out = io.BytesIO()
    meta = PdfSignatureMetadata(field_name="S1", subfilter=SigSeedSubFilter.PADES)
    signer = PdfSigner(
        meta, office.key.signer(), timestamper=office.timestamper, new_field_spec=SigFieldSpec("S1")
    )
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper())), output=out)
    approved = out.getvalue()
    report = office.verified(approved)
    assert (report.verdict, report.reason) == (Verdict.VALID, "OK")
    assert {one.name: one.code for one in report.checks}["long_term"] == "LONG_TERM_MISSING"
    for attack in (attacks.empty_visible_field, lambda pdf: attacks.strangers_signature(pdf, AGENCY)):
        report = office.verified(attack(approved))
        assert (report.verdict, report.reason) == (INVALID, "FORBIDDEN_MODIFICATION")
    again = io.BytesIO()
    second = PdfSigner(
        PdfSignatureMetadata(field_name="S2", subfilter=SigSeedSubFilter.PADES),
        office.key.signer(),
        timestamper=office.timestamper,
        new_field_spec=SigFieldSpec("S2", box=(50, 50, 250, 100)),
    )
    second.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(approved)), output=again)
    assert office.verified(again.getvalue()).verdict is Verdict.VALID


def _encrypted() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user=""))
    return out.getvalue()


def _with_xfa() -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(paper()))
    form = {
        generic.pdf_name("/Fields"): generic.ArrayObject(),
        generic.pdf_name("/XFA"): generic.ArrayObject(),
    }
    writer.root["/AcroForm"] = generic.DictionaryObject(form)
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _hybrid() -> bytes:
    """A second cross-reference stream named from the trailer, as MS Office writes it."""
    pdf = paper()
    stream_at = len(pdf)
    body = b"\n".join(
        [b"500 0 obj", b"<< /Type /XRef /Size 501 /W [1 2 1] /Index [500 1] /Length 4 >>", b"stream"]
    )
    body += b"\n\x01\x00\x00\x00\nendstream\nendobj\n"
    table_at = stream_at + len(body)
    previous = pdf[pdf.rindex(b"startxref") + 9 :].split()[0].decode()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root.objgen[0]
    trailer = f"<< /Size 501 /Root {root} 0 R /Prev {previous} /XRefStm {stream_at} >>"
    return pdf + body + f"xref\n0 0\ntrailer\n{trailer}\nstartxref\n{table_at}\n%%EOF\n".encode()


@pytest.mark.parametrize(
    ("make", "verdict", "reason"),
    [
        (lambda: b"", UNKNOWN, "NOT_PDF"),
        (lambda: b"PK\x03\x04 not a pdf", UNKNOWN, "NOT_PDF"),
        (lambda: b"%PDF-1.7\n", UNKNOWN, "FORMAT_FAILURE"),
        (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF", UNKNOWN, "FORMAT_FAILURE"),
        (lambda: paper()[: len(paper()) // 2], UNKNOWN, "FORMAT_FAILURE"),
        (paper, UNKNOWN, "NO_SIGNATURE"),
        (_encrypted, UNKNOWN, "ENCRYPTED"),
        (_with_xfa, INVALID, "XFA_FORM"),
        (_hybrid, INVALID, "HYBRID_XREF"),
    ],
)
def test_other_files_get_their_own_answer(
    office: Office, make: Callable[[], bytes], verdict: Verdict, reason: str
) -> None:
    report = office.verified(make())
    assert (report.verdict, report.reason) == (verdict, reason), report.checks
    assert report.time_source == "none" and report.signer is None
    assert {one.name for one in report.checks} == set(__import__("signing.verify", fromlist=["NAMES"]).NAMES)
