"""Renewing one file: what is appended, what is refused, and which algorithms it is done with."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.x509 import ReasonFlags
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from signing import certificates
from signing.algorithms import FILE, Algorithm, Algorithms, BadTable, load, shipped
from signing.errors import TimestampUnavailable
from signing.lasting import lasting
from signing.outcome import NotRenewed, Renewed
from signing.renew import renew
from signing.report import Status, Verdict
from signing.timestamp import GuardedTimestamper
from signing.verify import verify
from tests.signing.generations import HANOI, START, YEAR, World
from tests.signing.office import paper

MARGIN = timedelta(days=180)
DUE = START + 11.8 * YEAR


@pytest.fixture(scope="module")
def authorities() -> World:
    return World()


@pytest.fixture(scope="module")
def sealed(authorities: World) -> bytes:
    return authorities.sealed(START)


def renewed(world: World, pdf: bytes, at: datetime = DUE) -> Renewed | NotRenewed:
    return renew(pdf, timestamper=world.timestamper(at), trust=world.trust(at), at=at, margin=MARGIN)


def test_one_revision_is_appended_without_vri_and_without_touching_the_description(
    authorities: World, sealed: bytes
) -> None:
    done = renewed(authorities, sealed)
    assert isinstance(done, Renewed) and done.report.verdict is Verdict.VALID
    assert not [one for one in done.report.checks if one.status is Status.WARNING]
    assert (done.appended.count(b"startxref"), done.appended.count(b"/Type /DocTimeStamp")) == (1, 1)
    assert b"/VRI" not in done.appended and done.lasting.ends_at > START + 20 * YEAR
    with (
        pikepdf.open(io.BytesIO(sealed)) as before,
        pikepdf.open(io.BytesIO(sealed + done.appended)) as after,
    ):
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert len(after.Root.DSS.CRLs) == len(before.Root.DSS.CRLs) + 2
        assert dict(after.docinfo) == dict(before.docinfo)


def test_the_embedded_evidence_is_enough_when_the_old_authorities_lists_are_gone(
    authorities: World, sealed: bytes
) -> None:
    done = renewed(authorities, sealed)
    assert isinstance(done, Renewed)
    later = START + 20 * YEAR
    trust = authorities.trust(later)
    assert (len(trust.roots), len(trust.crls)) == (3, 4), "the first generation publishes nothing any more"
    assert verify(sealed + done.appended, trust, at=later).reason == "OK"
    assert verify(sealed, trust, at=later).verdict is Verdict.INDETERMINATE


def test_a_file_that_lasts_is_left_alone(authorities: World, sealed: bytes) -> None:
    asked = authorities.asked
    done = renewed(authorities, sealed, START + 5 * YEAR)
    assert isinstance(done, NotRenewed) and done.why == "early" and authorities.asked == asked


def test_without_current_lists_of_the_old_authority_it_waits(authorities: World, sealed: bytes) -> None:
    trust = authorities.trust(DUE)
    stale = replace(trust, crls=authorities.trust(DUE - timedelta(days=60)).crls)
    for lists in (stale, replace(trust, crls=())):
        done = renew(sealed, timestamper=authorities.timestamper(DUE), trust=lists, at=DUE, margin=MARGIN)
        assert isinstance(done, NotRenewed) and done.why == "waiting" and done.since is None


def test_what_a_revoked_authority_stamped_is_lost_since_then(authorities: World, sealed: bytes) -> None:
    first, since = authorities.generations[0], DUE - timedelta(days=400)
    serial = first.timestamp.certificate.serial_number
    entry = certificates.revoked(serial, since, ReasonFlags.key_compromise)
    told = certificates.crl(first.intermediate.certificate, first.intermediate.key, DUE, 30, 2, (entry,))
    trust = authorities.trust(DUE)
    lists = tuple(der for der in trust.crls if x509.load_der_x509_crl(der).issuer != told.issuer)
    revoked = replace(trust, crls=(*lists, told.public_bytes(certificates.Encoding.DER)))
    asked = authorities.asked
    done = renew(sealed, timestamper=authorities.timestamper(DUE), trust=revoked, at=DUE, margin=MARGIN)
    assert isinstance(done, NotRenewed) and (done.why, done.since) == ("lost", since.replace(microsecond=0))
    assert authorities.asked == asked, "nothing was stamped over"


def test_no_answer_from_the_authority_changes_nothing(sealed: bytes, authorities: World) -> None:
    authorities.silent = True
    try:
        with pytest.raises(TimestampUnavailable):
            renewed(authorities, sealed)
    finally:
        authorities.silent = False


def test_an_authority_with_a_wrong_clock_is_not_taken(authorities: World, sealed: bytes) -> None:
    wrong = authorities.timestamper(DUE - timedelta(hours=1))
    done = renew(sealed, timestamper=wrong, trust=authorities.trust(DUE), at=DUE, margin=MARGIN)
    assert isinstance(done, NotRenewed) and (done.why, done.code) == ("waiting", "CLOCK_DISAGREES")


def test_a_strangers_signature_with_nothing_but_a_timestamp_is_carried_on(authorities: World) -> None:
    """PAdES B-T: it lasts as long as the signer's certificate; after that, what was appended proves it."""
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="S1", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"),
        authorities.generations[0].seal_key(START).signer(),
        timestamper=GuardedTimestamper(authorities.timestamper(START)),
        new_field_spec=SigFieldSpec("S1", box=(50, 50, 250, 100)),
    )
    out = io.BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper())), output=out)
    plain, at = out.getvalue(), START + 2.8 * YEAR
    found = lasting(plain, authorities.trust(START))
    assert found is not None and found.ends_at < START + 3 * YEAR
    done = renewed(authorities, plain, at)
    assert isinstance(done, Renewed) and done.lasting.ends_at > START + 11 * YEAR
    later = START + 8 * YEAR
    assert verify(plain, authorities.trust(later), at=later).reason == "OUT_OF_BOUNDS_NO_POE"
    assert verify(plain + done.appended, authorities.trust(later), at=later).reason == "OK"


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7 no file", paper()], ids=["empty", "broken", "unsigned"])
def test_what_was_never_signed_or_cannot_be_read_is_not_renewed(authorities: World, pdf: bytes) -> None:
    done = renewed(authorities, pdf)
    assert isinstance(done, NotRenewed) and done.why == "unproven"


def test_the_stamp_is_made_with_a_digest_that_lasts() -> None:
    end = datetime(2040, 1, 1, tzinfo=HANOI)
    table = Algorithms(date(2026, 1, 1), (Algorithm("sha256", renew_by=end), Algorithm("sha384")))
    assert table.digest(end - timedelta(days=1)) == "sha256" and table.digest(end) == "sha384"
    assert shipped().digest(end) == "sha256"


def test_rsa_of_2048_bit_is_renewed_by_the_end_of_2028_and_not_refused() -> None:
    table = shipped()
    assert table.renew_by("rsa-2048 sha256") == datetime(2028, 12, 31, 17, tzinfo=UTC)
    assert table.renew_by("rsa-3072 sha256") is None and table.renew_by("ec-256 sha512") is None
    assert table.refused_after("rsa-2048 sha256") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "effective = 2026-01-01",
        "effective = 2026-01-01\n[[algorithm]]\nname = 'rsa'\nrenew_by = 'soon'",
        "effective = 2026-01-01\n[[algorithm]]\nname = 'rsa'\nrenew_bye = 2030-01-01",
        "effective = 'x'\n[[algorithm]]\nname = 'rsa'",
        "\xff",
    ],
)
def test_a_table_that_cannot_be_understood_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(BadTable, match=FILE):
        load(tmp_path)


def test_without_a_table_of_its_own_an_office_uses_the_shipped_one(tmp_path: Path) -> None:
    assert load(tmp_path) == load(None) == shipped()
