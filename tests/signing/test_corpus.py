"""The corpus of attacks, by their published names: none is VALID, none breaks the checker, each has its own reason;
and good files of other signers are not called broken."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigSeedSubFilter

from signing.copy import attached_original
from signing.report import Verdict
from tests.signing import attacks, containers, malformed, revisions
from tests.signing.office import Office, open_office, paper
from tests.signing.signers import approved, as_ber, ec_key, edwards, odd, old_rsa, rsa_key, signed

BOX = (50, 50, 250, 100)
SPOILED = {"FORBIDDEN_MODIFICATION", "DOCMDP_VIOLATION"}


@pytest.fixture(scope="module")
def bases(office: Office, sealed: bytes) -> dict[str, bytes]:
    """Every way in which a good signature can permit or forbid what comes later."""
    return {
        "seal": sealed,
        "approval": approved(office, box=BOX),
        "permits nothing": approved(office, box=BOX, certify=MDPPerm.NO_CHANGES),
        "permits forms": approved(office, box=BOX, certify=MDPPerm.FILL_FORMS),
        "permits notes": approved(office, box=BOX, certify=MDPPerm.ANNOTATE),
        "locks all fields": approved(office, box=BOX, lock=FieldMDPSpec(FieldMDPAction.ALL)),
    }


@pytest.mark.parametrize("name", revisions.EVERYWHERE)
def test_an_update_that_changes_what_is_seen_spoils_every_signature(
    office: Office, bases: dict[str, bytes], name: str
) -> None:
    for kind, base in bases.items():
        report = office.verified(revisions.EVERYWHERE[name](base))
        assert report.verdict is Verdict.INVALID and report.reason in SPOILED, (kind, report.reason)


def test_a_timestamp_over_the_text_spoils_every_signature(office: Office, bases: dict[str, bytes]) -> None:
    """pyHanko calls the approval VALID: a visible field, filled by an authority that everybody trusts."""
    for kind, base in bases.items():
        report = office.verified(revisions.visible_timestamp(office)(base))
        assert report.verdict is Verdict.INVALID and report.reason in SPOILED, (kind, report.reason)
        assert office.verified(revisions.timestamped(office)(base)).verdict is Verdict.VALID, kind


def test_a_shadow_document_cannot_be_changed_after_signing(office: Office) -> None:
    base = revisions.shadow_base()
    stamp = revisions.timestamped(office)
    filled, other = revisions.field_filled("So tien"), revisions.field_filled("So tien khac")
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, ["So tien"])
    for kind, pdf in {
        "approval": approved(office, base),
        "forms": approved(office, base, certify=MDPPerm.FILL_FORMS),
        "locked": approved(office, base, lock=lock),
    }.items():
        assert office.verified(pdf).verdict is Verdict.VALID
        for way in (revisions.uncovered, filled, other, lambda pdf: stamp(filled(pdf))):
            report = office.verified(way(pdf))
            assert report.verdict is Verdict.INVALID and report.reason in SPOILED, (kind, report.reason)
        # filled in and then signed by somebody trusted: only where the first signer allowed it (DocMDP)
        again = office.verified(signed(filled(pdf), office.key.signer(), office.timestamper, field="S2"))
        assert (again.verdict is Verdict.VALID) == (kind == "forms"), (kind, again.reason)


@pytest.mark.parametrize("name", malformed.CASES)
def test_a_broken_object_is_told_as_what_it_is(office: Office, sealed: bytes, name: str) -> None:
    make, decided = malformed.CASES[name]
    report = office.verified(make(sealed))
    assert (report.verdict.value, report.reason) == decided, report.checks


@pytest.mark.parametrize("name", containers.CASES)
def test_a_container_that_was_tampered_with_is_told_by_its_reason(
    tmp_path: Path, office: Office, name: str
) -> None:
    make, verdict, reasons = containers.CASES[name]
    # what revokes or makes authorities gets an office of its own
    own = open_office(tmp_path / "pki") if "revoked" in name or "stranger" in name else office
    pdf = make(own)
    report = own.retrusted().verified(pdf)
    assert report.verdict.value == verdict and report.reason in reasons, (report.reason, report.checks)


def _comment(pdf: bytes) -> bytes:
    return b"%!PS-Adobe\n" + pdf


def _web(pdf: bytes) -> bytes:
    return b"<html><script>1</script>\n" + pdf


def _zipped(pdf: bytes) -> bytes:
    from tests.ingest.zips import zipped

    return pdf + zipped({"a.jpg": b"x"})


def _docmdp_swapped(pdf: bytes) -> bytes:
    return pdf.replace(b"/P 1", b"/P 3", 1)


PARSERS: dict[str, tuple[Callable[[bytes], bytes], set[str]]] = {
    "PostScript in front": (_comment, {"NOT_PDF"}),
    "a page of the web in front": (_web, {"NOT_PDF"}),
    "a ZIP behind": (_zipped, {"TRAILING_DATA", "FORMAT_FAILURE"}),
    "junk behind the end": (attacks.junk, {"TRAILING_DATA"}),
    "a second ending": (attacks.junk_with_ending, {"TRAILING_DATA"}),
    "the ending twice": (lambda pdf: pdf + b"%%EOF\n", {"FORMAT_FAILURE"}),
    "an object without a table": (attacks.object_without_xref, {"FORMAT_FAILURE", "TRAILING_DATA"}),
    "a table that leads back": (revisions.later_table_in_front, {"NO_SIGNATURE", "TRAILING_DATA"}),
    "permissions taken off": (revisions.stripped_permissions, SPOILED),
    "permissions swapped": (_docmdp_swapped, {"HASH_FAILURE"}),
    "altered byte of the text": (attacks.in_text, {"HASH_FAILURE"}),
    "altered byte of the picture": (attacks.in_picture, {"HASH_FAILURE"}),
    "altered byte of the evidence": (attacks.in_evidence, {"HASH_FAILURE"}),
    "evidence cut off": (attacks.cut_to_signature, {"LONG_TERM_STRIPPED"}),
}


@pytest.mark.parametrize("name", PARSERS)
def test_a_file_that_parsers_read_differently_is_refused(office: Office, sealed: bytes, name: str) -> None:
    attack, reasons = PARSERS[name]
    report = office.verified(attack(sealed))
    assert report.verdict is not Verdict.VALID and report.reason in reasons, (report.reason, report.checks)


def test_a_renewal_cut_off_leaves_a_file_that_stands_by_what_is_left(office: Office, sealed: bytes) -> None:
    renewed = revisions.timestamped(office, "Renewal")(sealed)
    assert office.verified(renewed).verdict is Verdict.VALID
    assert (
        renewed[: len(sealed)] == sealed
    )  # what is left is the seal itself, whose own timestamp still holds
    assert office.verified(renewed[: len(sealed) + 900]).verdict is not Verdict.VALID


def test_a_copy_proves_its_own_original_and_no_other(office: Office, sealed: bytes, copied: bytes) -> None:
    other = office.sealed(paper(pages=2))
    assert attached_original(copied) == sealed
    with pikepdf.open(io.BytesIO(copied)) as pdf:
        pdf.Root.AF[0].EF.F.write(other)
        out = io.BytesIO()
        pdf.save(out)
    report = office.verified(out.getvalue())
    assert report.verdict is Verdict.INVALID


def _filled(office: Office) -> bytes:
    first = approved(office, revisions.shadow_base(), certify=MDPPerm.FILL_FORMS)
    return signed(
        revisions.field_filled("So tien")(first), office.key.signer(), office.timestamper, field="S2"
    )


def _saved(office: Office, **how: object) -> bytes:
    with pikepdf.open(io.BytesIO(paper(pages=2))) as pdf:
        out = io.BytesIO()
        pdf.save(out, **how)  # type: ignore[arg-type]
    return approved(office, out.getvalue())


def _attached(office: Office) -> bytes:
    with pikepdf.open(io.BytesIO(paper())) as pdf:
        pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"text", filename="a.txt")
        out = io.BytesIO()
        pdf.save(out)
    return approved(office, out.getvalue())


def _locked(office: Office, action: FieldMDPAction) -> bytes:
    names = [] if action is FieldMDPAction.ALL else ["So tien"]
    form = approved(office, revisions.shadow_base(), lock=FieldMDPSpec(action, names))
    return revisions.timestamped(office)(form)


GOOD: dict[str, Callable[[Office], bytes]] = {
    "approval": approved,
    "visible approval": lambda office: approved(office, box=BOX),
    "three signers": lambda office: approved(office, approved(office, approved(office), field="S2"), field="S3"),
    "signer and counter-signer": lambda office: signed(approved(office), odd(office), office.timestamper, field="S2"),
    "PKCS#1 v1.5, adbe.pkcs7.detached": lambda office: signed(
        paper(), old_rsa(office), office.timestamper, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    ),
    "BER as BouncyCastle writes it": lambda office: as_ber(approved(office)),
    "BER, adbe.pkcs7.detached": lambda office: as_ber(
        signed(paper(), old_rsa(office), office.timestamper, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    ),
    "Ed25519": lambda office: signed(paper(), edwards(office), office.timestamper, digest="sha512"),
    "form with all fields locked, archive timestamp": lambda office: _locked(office, FieldMDPAction.ALL),
    "form with one field locked, archive timestamp": lambda office: _locked(office, FieldMDPAction.INCLUDE),
    "form with other fields locked, archive timestamp": lambda office: _locked(office, FieldMDPAction.EXCLUDE),
    "RSA-3072 PSS": lambda office: signed(paper(), odd(office, rsa_key(3072)), office.timestamper),
    "SHA-384": lambda office: approved(office, digest="sha384"),
    "SHA-512": lambda office: approved(office, digest="sha512"),
    "P-384": lambda office: signed(paper(), odd(office, ec_key(ec.SECP384R1)), office.timestamper, digest="sha384"),
    "form filled between two signers, as the first allowed": _filled,
    "with an attachment": _attached,
    "PDF 2.0": lambda office: _saved(office, force_version="2.0"),
    "cross-reference streams": lambda office: _saved(office, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "linearized before signing": lambda office: _saved(office, linearize=True),
    "certified, forms permitted": lambda office: approved(office, certify=MDPPerm.FILL_FORMS),
    "with archive timestamps": lambda office: revisions.timestamped(office, "B")(
        revisions.timestamped(office, "A")(approved(office))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_of_another_signer_is_valid(office: Office, name: str) -> None:
    report = office.verified(GOOD[name](office))
    assert (report.verdict, report.reason) == (Verdict.VALID, "OK"), report.checks


def test_a_good_file_of_a_stranger_is_untrusted_and_not_called_broken(office: Office, tmp_path: Path) -> None:
    twin = open_office(tmp_path / "pki", "Công ty Khác")
    for name, make in GOOD.items():
        report = office.verified(make(twin))
        assert report.verdict is Verdict.INDETERMINATE, (name, report.reason)
        assert report.reason in ("NO_CERTIFICATE_CHAIN_FOUND", "TIMESTAMP_UNTRUSTED"), (name, report.reason)
        assert all(one.intact for one in report.signatures), name


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_sealed_file_with_any_byte_changed_inserted_or_cut_is_not_valid(
    office: Office, sealed: bytes, data: st.DataObject
) -> None:
    """Exact: but for the token of the newest timestamp, no byte of a sealed file can be another and the file VALID.

    In that token the letter case of its hexadecimal digits says nothing, and certificates sent along are under no
    digest; neither is believed for itself.
    """
    start, end = attacks.last_token(sealed)
    where = data.draw(st.integers(0, len(sealed) - 1).filter(lambda at: not start <= at < end), "where")
    byte = bytes([data.draw(st.integers(0, 255).filter(lambda one: one != sealed[where]), "byte")])
    rest = sealed[where + 1 :]
    for kind, changed in {
        "changed": sealed[:where] + byte + rest,
        "inserted": sealed[:where] + byte + sealed[where:],
        "left out": sealed[:where] + rest,
        "cut": sealed[:where],
    }.items():
        report = office.verified(changed)
        assert report.verdict is not Verdict.VALID, (kind, where, byte)
