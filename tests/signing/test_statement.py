"""The signed statement: small, exact, and believed only as far as its key is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import base45
import cbor2
import pytest

from signing import pki, statement_keys
from signing.report import Check, Verdict
from signing.statement import (
    MOST_CHARACTERS,
    MOST_UNDER,
    PREFIX,
    Form,
    Malformed,
    Statement,
    masked,
    parse,
    sign,
)
from signing.statement_check import StatementReport, judge, on_paper
from signing.statement_keys import BadKeys, NoSuchKey, StatementKey

AT = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
CODE, NAME = "H12.34.56", "Ủy ban nhân dân xã Bình An"
SAID = Statement(CODE, "12/2026", Form.REGISTER, "2005/QĐ-BNN-VP", AT, "N*** T*** Mai", "ab" * 32, under=150)
ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")  # ISO/IEC 18004 7.3.4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("statement") / "pki"
    pki.make(made, AT - timedelta(days=10))
    return made


@pytest.fixture(scope="module")
def key(folder: Path) -> StatementKey:
    return statement_keys.load(folder, CODE, NAME, AT - timedelta(days=9))


def checked(
    folder: Path,
    text: str,
    at: datetime = AT,
    digests: frozenset[str] | None = None,
    lacking: tuple[str, ...] = (),
) -> StatementReport:
    """The report where the paper lacks this of what the statement names."""
    squares = ("https://hoso.example.vn/v/x", text)
    return judge(
        squares, statement_keys.key_set(folder), at, lambda _, said: on_paper(said, lacking), digests
    )


def test_what_was_stated_is_read_again_from_a_small_alphanumeric_text(key: StatementKey) -> None:
    said = replace(SAID, valid_until=date(2027, 1, 31))
    text = sign(said, key.private, key.key_id)
    assert parse(text).statement == said
    assert set(text) <= ALPHANUMERIC and len(text) < 330


def test_long_names_are_cut_and_the_text_stays_within_its_limit(key: StatementKey) -> None:
    long = replace(SAID, document_code="Đ" * 300, holder="Ư" * 300, issuer="H" * 35)
    text = sign(long, key.private, key.key_id)
    assert len(text) <= MOST_CHARACTERS
    assert parse(text).statement.holder == "Ư" * 30 + "…"
    with pytest.raises(ValueError, match="characters"):
        sign(replace(long, number="9" * 200), key.private, key.key_id)


def test_the_format_is_that_of_the_standard_and_of_the_page(key: StatementKey) -> None:
    whole = cbor2.loads(base45.b45decode(sign(SAID, key.private, key.key_id)[len(PREFIX) :]))
    assert whole.tag == 18
    protected, unprotected, payload, signature = whole.value
    assert cbor2.loads(protected) == {1: -7, 4: bytes.fromhex(key.key_id)} and dict(unprotected) == {}
    assert cbor2.loads(payload) == {
        1: 1, 2: CODE, 3: "12/2026", 4: 1, 5: "2005/QĐ-BNN-VP", 6: int(AT.timestamp()), 7: "N*** T*** Mai",
        8: bytes.fromhex("ab" * 32), 10: 150,
    }  # fmt: skip
    assert len(signature) == 64
    page = (Path(__file__).parents[2] / "docs" / "offline-statement.md").read_text("utf-8")
    for told in ("HOSO1:", "{1: -7, 4: key id}", "hoso-keys-1", "at most 600 characters"):
        assert told in page


def test_a_true_statement_is_valid_and_says_what_it_cannot_know(folder: Path, key: StatementKey) -> None:
    report = checked(folder, sign(SAID, key.private, key.key_id))
    assert (report.verdict, report.reason, report.agency_name) == (Verdict.VALID, "OK", NAME)
    told = json.loads(json.dumps(report.to_dict()))
    assert told["statement"]["number"] == "12/2026" and "thu hồi" in told["not_known"][0]["vi"]


def test_every_changed_letter_is_noticed(folder: Path, key: StatementKey) -> None:
    text = sign(SAID, key.private, key.key_id)
    for place in range(len(PREFIX), len(text), 7):
        other = "7" if text[place] != "7" else "8"
        report = checked(folder, text[:place] + other + text[place + 1 :])
        assert report.verdict is not Verdict.VALID, place
        assert report.agency_name is None  # nobody is named as the issuer of what is not proven


def test_a_strangers_key_in_the_agencys_name_is_not_believed(
    folder: Path, key: StatementKey, tmp_path: Path
) -> None:
    pki.make(tmp_path / "own", AT - timedelta(days=10))
    forged = statement_keys.load(tmp_path / "own", CODE, NAME, AT)
    report = checked(folder, sign(SAID, forged.private, forged.key_id))
    assert (report.verdict, report.reason) == (Verdict.INDETERMINATE, "STATEMENT_UNKNOWN_KEY")
    report = checked(folder, sign(SAID, forged.private, key.key_id))
    assert (report.verdict, report.reason) == (Verdict.INVALID, "STATEMENT_BAD_SIGNATURE")


def test_one_agency_cannot_state_in_anothers_name(folder: Path) -> None:
    other = statement_keys.load(folder, "H99.1", "Sở khác", AT)
    report = checked(folder, sign(SAID, other.private, other.key_id))
    assert (report.verdict, report.reason) == (Verdict.INVALID, "STATEMENT_OTHER_ISSUER")


@pytest.mark.parametrize(
    ("issued", "at", "until", "reason"),
    [
        (AT - timedelta(days=20), AT, None, "STATEMENT_OUTSIDE_KEY"),
        (AT + timedelta(days=4 * 365), AT + timedelta(days=5 * 365), None, "STATEMENT_OUTSIDE_KEY"),
        (AT, AT + timedelta(days=14 * 365), None, "OK"),
        (AT, AT + timedelta(days=15 * 365), None, "STATEMENT_KEY_EXPIRED"),
        (AT + timedelta(days=3), AT, None, "STATEMENT_FROM_FUTURE"),
        (AT, AT + timedelta(days=30), date(2026, 12, 1), "STATEMENT_COPY_EXPIRED"),
        (AT, AT, date(2026, 11, 27), "OK"),
    ],
)
def test_days_decide_as_the_page_says(
    folder: Path, key: StatementKey, issued: datetime, at: datetime, until: date | None, reason: str
) -> None:
    said = replace(SAID, issued_at=issued, valid_until=until)
    assert checked(folder, sign(said, key.private, key.key_id), at).reason == reason


def test_a_revoked_key_proves_nothing_any_more_and_a_new_one_signs(tmp_path: Path) -> None:
    pki.make(tmp_path / "pki", AT - timedelta(days=10))
    old = statement_keys.load(tmp_path / "pki", CODE, NAME, AT)
    before = sign(SAID, old.private, old.key_id)
    after = sign(replace(SAID, issued_at=AT + timedelta(days=2)), old.private, old.key_id)
    statement_keys.revoke(tmp_path / "pki", old.key_id, AT + timedelta(days=1))
    late = AT + timedelta(days=3)
    assert checked(tmp_path / "pki", before, late).reason == "STATEMENT_KEY_REVOKED_SINCE"
    assert checked(tmp_path / "pki", after, late).reason == "STATEMENT_KEY_REVOKED"
    assert (
        checked(tmp_path / "pki", before, AT).reason == "OK"
    )  # judged at a time when nothing was known of it
    new = statement_keys.load(tmp_path / "pki", CODE, NAME, late)
    assert new.key_id != old.key_id and len(statement_keys.key_set(tmp_path / "pki")) == 2
    with pytest.raises(NoSuchKey):
        statement_keys.revoke(tmp_path / "pki", "00" * 8, late)


def test_the_square_of_a_true_copy_on_another_paper_shows_what_to_compare(
    folder: Path, key: StatementKey
) -> None:
    """The replay: the statement itself is true, the paper or the file is another's."""
    text = sign(SAID, key.private, key.key_id)
    report = checked(folder, text, lacking=("document_code",))
    assert (report.verdict, report.reason) == (Verdict.INDETERMINATE, "STATEMENT_NOT_ON_PAPER")
    assert report.statement == SAID and report.checks[-1].detail == "document_code"
    assert "so số bản sao" in report.to_dict()["not_known"][1]["vi"]
    report = checked(folder, text, digests=frozenset({"cd" * 32}))
    assert (report.verdict, report.reason) == (Verdict.INVALID, "STATEMENT_OTHER_FILE")
    assert checked(folder, text, digests=frozenset({"ab" * 32})).verdict is Verdict.VALID


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff", cbor2.dumps(1), cbor2.dumps(cbor2.CBORTag(18, [])),
        cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"", b""])),
        cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -7, 4: b"12345678"}), {}, cbor2.dumps({1: 2}), b"\0" * 64])),
        cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -8, 4: b"12345678"}), {}, cbor2.dumps({}), b"\0" * 64])),
        b"\x9f" * 200, b"\xd8\x1c" * 150,
    ],
)  # fmt: skip
def test_what_only_begins_like_a_statement_is_malformed(folder: Path, content: bytes) -> None:
    text = PREFIX + base45.b45encode(content).decode()
    with pytest.raises(Malformed):
        parse(text)
    assert checked(folder, text).reason == "STATEMENT_MALFORMED"


def parts_of(text: str) -> list[Any]:
    """The four parts of a statement's COSE_Sign1."""
    return list(cbor2.loads(base45.b45decode(text[len(PREFIX) :])).value)


def text_of(parts: list[Any]) -> str:
    return PREFIX + base45.b45encode(cbor2.dumps(cbor2.CBORTag(18, parts))).decode()


@pytest.mark.parametrize(
    "changed",
    [
        {6: 2**60},  # a second that the machine's calendar has not
        {6: -(2**62)},
        {6: True},
        {9: "7"},
        {10: cbor2.CBORTag(4, [10**6, 1])},  # 10 ** 1,000,000: half a minute to work out as a whole number
        {4: 1.0},
        {8: [1] * 32},
        {3: b"12"},
    ],
    ids=str,
)
def test_a_value_of_another_kind_is_malformed(key: StatementKey, changed: dict[int, object]) -> None:
    parts = parts_of(sign(SAID, key.private, key.key_id))
    parts[2] = cbor2.dumps(cbor2.loads(parts[2]) | changed)
    with pytest.raises(Malformed):
        parse(text_of(parts))


@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_part_that_is_no_byte_string_is_malformed(key: StatementKey, place: int) -> None:
    parts = parts_of(sign(SAID, key.private, key.key_id))
    parts[place] = "x" * len(parts[place])
    with pytest.raises(Malformed):
        parse(text_of(parts))


def test_a_zero_signature_is_refused_and_other_squares_are_none_of_ours(
    folder: Path, key: StatementKey
) -> None:
    whole = cbor2.loads(base45.b45decode(sign(SAID, key.private, key.key_id)[len(PREFIX) :]))
    empty = cbor2.dumps(cbor2.CBORTag(18, [*whole.value[:3], b"\0" * 64]))
    assert checked(folder, PREFIX + base45.b45encode(empty).decode()).reason == "STATEMENT_BAD_SIGNATURE"
    assert judge(("https://hoso.example.vn",), {}, AT, unread).reason == "STATEMENT_NONE"


def unread(text: str, said: Statement) -> Check:
    raise AssertionError("no paper is read where the statement itself is not good")


def test_a_paper_is_read_only_where_the_statement_is_good_and_names_something(
    folder: Path, key: StatementKey
) -> None:
    keys = statement_keys.key_set(folder)
    text = sign(SAID, key.private, key.key_id)
    assert judge((text,), {}, AT, unread).reason == "STATEMENT_UNKNOWN_KEY"
    assert judge((text,), keys, AT - timedelta(days=2), unread).reason == "STATEMENT_FROM_FUTURE"
    other = judge((text,), keys, AT, unread, frozenset({"cd" * 32}))
    assert (other.reason, other.checks[-1].code) == ("STATEMENT_OTHER_FILE", "NOT_REACHED")
    nothing = sign(replace(SAID, document_code="", holder=""), key.private, key.key_id)
    report = checked(folder, nothing)
    assert (report.verdict, report.reason) == (Verdict.INDETERMINATE, "STATEMENT_NAMES_NOTHING")


def test_a_statement_that_does_not_tell_where_its_band_ends_leaves_out_twice_a_bands_height(
    key: StatementKey,
) -> None:
    whole = cbor2.loads(base45.b45decode(sign(SAID, key.private, key.key_id)[len(PREFIX) :]))
    protected, bare, payload, signature = whole.value
    told = cbor2.loads(payload)
    del told[10]
    older = cbor2.dumps(cbor2.CBORTag(18, [protected, bare, cbor2.dumps(told), signature]))
    assert parse(PREFIX + base45.b45encode(older).decode()).statement.under == MOST_UNDER


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"format": "x", "keys": []}', b'{"format": "hoso-keys-1"}', b"\xff"]
)
def test_a_file_of_keys_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(BadKeys):
        statement_keys.parse(data)


def test_a_key_under_anothers_id_is_refused(folder: Path, key: StatementKey) -> None:
    told = json.loads(statement_keys.published(folder))
    told["keys"][0]["kid"] = "00" * 8
    with pytest.raises(BadKeys):
        statement_keys.parse(json.dumps(told).encode())


def test_the_private_key_is_not_published_and_not_readable_by_others(folder: Path, key: StatementKey) -> None:
    assert "PRIVATE" not in statement_keys.published(folder).decode()
    assert (folder / "statements" / f"{CODE}.pem").stat().st_mode & 0o077 == 0


def test_a_name_is_masked_so_that_its_holder_knows_it() -> None:
    assert masked("Nguyễn Thị Mai") == "N*** T*** Mai"
    assert masked("Mai") == "Mai" and masked("") == ""


def test_an_authoritys_own_key_is_taken_into_use(folder: Path, tmp_path: Path) -> None:
    pki.make(tmp_path / "pki", AT - timedelta(days=10))
    (tmp_path / "pki" / "intermediate.key").unlink()
    with pytest.raises(NoSuchKey):
        statement_keys.load(tmp_path / "pki", CODE, NAME, AT)
    statement_keys.load(folder, CODE, NAME, AT)
    bundle = (folder / "statements" / f"{CODE}.pem").read_bytes()
    key_id = statement_keys.install(tmp_path / "pki", CODE, NAME, bundle)
    assert statement_keys.load(tmp_path / "pki", CODE, NAME, AT).key_id == key_id
    assert statement_keys.install(tmp_path / "pki", CODE, NAME, bundle) == key_id
    assert list(statement_keys.key_set(tmp_path / "pki")) == [key_id]
    for wrong in (b"", bundle[: bundle.index(b"-----BEGIN CERT")]):
        with pytest.raises(BadKeys):
            statement_keys.install(tmp_path / "pki", CODE, NAME, wrong)
    statement_keys.revoke(tmp_path / "pki", key_id, AT)
    with pytest.raises(BadKeys, match="revoked"):
        statement_keys.install(tmp_path / "pki", CODE, NAME, bundle)
