"""One agency with a PKI of its own, and small papers to seal."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pikepdf
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageCms, ImageOps
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import anchor_changes, anchors, pki
from signing.anchor_changes import Author, with_agency
from signing.copy import build, certify
from signing.embed import font
from signing.key import SealKey
from signing.mark import FONT, Line, Mark, drawn, mark_size
from signing.memory import MemoryKey
from signing.report import Known, SealReport
from signing.seal import seal
from signing.terms import CopyBasis, CopyDraft, CopyTerms, OriginalSummary
from signing.trust import ListedAgency, Trust
from signing.verify import verify

AGENCY = "Ủy ban nhân dân xã Bình An"
ADDRESS = "https://hoso.example.vn/kiem-tra/7Q2M-9KXW-4TZB-R8CD"
PAGE = (595.0, 842.0)

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Trích lục khai sinh</rdf:li></rdf:Alt></dc:title>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@cache
def paper(pages: int = 1, size: tuple[float, float] = PAGE, rotate: int = 0) -> bytes:
    """A PDF/A-2b like those of ocr/pdfa.py: a picture and text, Vietnamese title, sRGB output intent."""
    pdf = pikepdf.new()
    picture = io.BytesIO()
    ImageOps.invert(Image.linear_gradient("L")).convert("RGB").resize((200, 280)).save(picture, "JPEG")
    face = font(pdf)
    for number in range(pages):
        image = Stream(
            pdf,
            picture.getvalue(),
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=200,
            Height=280,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceRGB,
            Filter=Name.DCTDecode,
        )
        words = drawn([Line(f"Số: 15/QĐ-UBND, trang {number + 1}", 12, 60, size[1] - 100)])
        content = b"q %g 0 0 %g 0 0 cm /Im Do Q 1 1 1 rg 40 %g 300 60 re f\n" % (*size, size[1] - 120) + words
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, *size]),
            Resources=Dictionary(XObject=Dictionary(Im=image), Font=Dictionary({"/" + FONT: face})),
            Contents=Stream(pdf, content),
        )
        if rotate:
            page.Rotate = rotate
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB",
        DestOutputProfile=Stream(pdf, profile, N=3),
    )
    pdf.Root.OutputIntents = Array([intent])
    pdf.Root.Metadata = Stream(pdf, XMP.encode(), Type=Name.Metadata, Subtype=Name.XML)
    out = io.BytesIO()
    settings = pikepdf.pdfa.resolve_save_kwargs(
        "2b", object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True, min_version="1.7"
    )
    pdf.save(out, **settings)
    return out.getvalue()


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Office:
    """An agency that can seal, with the trust its papers rest on."""

    directory: Path
    key: SealKey
    timestamper: TimeStamper
    trust: Trust
    clock: Callable[[], datetime]

    def box(self, page: tuple[float, float] = PAGE) -> tuple[float, float, float, float]:
        width, height = mark_size(self.key.agency_name)
        return (page[0] - width - 10, page[1] - height - 10, page[0] - 10, page[1] - 10)

    def mark(self) -> Mark:
        return Mark(self.key.agency_name, self.clock(), self.box())

    def sealed(self, pdf: bytes | None = None) -> bytes:
        return seal(
            pdf or paper(),
            key=self.key,
            timestamper=self.timestamper,
            trust=self.trust,
            mark=self.mark(),
            at=self.clock(),
            reason="Số hóa kết quả giải quyết thủ tục hành chính",
        ).pdf

    def verified(self, pdf: bytes, *, at: datetime | None = None, known: Known | None = None) -> SealReport:
        return verify(pdf, self.trust, at=at or self.clock(), known=known)

    def terms(self, original: bytes, basis: CopyBasis = CopyBasis.ORIGINAL) -> CopyTerms:
        return CopyTerms(
            number="12/SY-UBND",
            year=2026,
            basis=basis,
            agency_name=self.key.agency_name,
            recipient="Ông Nguyễn Văn Ước",
            purpose="bổ sung hồ sơ đăng ký kết hôn",
            verification_url=ADDRESS,
            code="7Q2M-9KXW-4TZB-R8CD",
            issued_at=self.clock(),
            original=OriginalSummary(
                hashlib.sha256(original).hexdigest(), AGENCY, "2026-11-20T08:00:00+07:00"
            ),
        )

    def draft(self, original: bytes, basis: CopyBasis = CopyBasis.ORIGINAL) -> CopyDraft:
        return build(original, self.terms(original, basis))

    def certified(self, draft: CopyDraft) -> bytes:
        return certify(
            draft, key=self.key, timestamper=self.timestamper, trust=self.trust, at=self.clock()
        ).pdf

    def retrusted(self) -> Office:
        """The same office after its lists changed on disk."""
        return replace(self, trust=pki.load_trust(self.directory))


def listed(directory: Path, code: str, name: str, at: datetime) -> None:
    """Put the agency on the list, known by its name under the TEST root; again does nothing."""
    root = anchors.load_trust(directory).anchors[0]
    agency = ListedAgency(code, name, anchor=root.sha256)
    if agency not in anchors.load_trust(directory).agencies:
        anchor_changes.change(directory, Author("test", at), f"agency {code}", with_agency(agency))


def careless(key: SealKey) -> Signer:
    """pyHanko's own signer with the office's key: it signs with whatever digest it is asked for."""
    secret = key.private_key
    assert isinstance(secret, MemoryKey)
    der = secret.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register_multiple(x509.Certificate.load(one) for one in key.chain)
    return SimpleSigner(x509.Certificate.load(key.certificate), keys.PrivateKeyInfo.load(der), store)


def open_office(directory: Path, name: str = AGENCY, clock: Callable[[], datetime] = now) -> Office:
    pki.make(directory, clock())
    key = pki.issue_seal(directory, "H01.02.03", name, clock())
    listed(directory, "H01.02.03", name, clock())
    return Office(directory, key, pki.load_timestamper(directory, clock), pki.load_trust(directory), clock)
