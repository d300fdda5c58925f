"""The PDF of a certificate: set by typst with bundled fonts, carrying a QR, signed so that any reader tells a change.

The renderer has no network and reads no file but its template and fonts (security CE-03).
"""

import io
import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import segno
import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from PIL import ImageFont
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

TEMPLATE = Path(__file__).resolve().parent / "typst" / "certificate.typ"


def font_folder() -> Path:
    """Return the folder of Noto Sans SC and Noto Serif SC (found without importing the package)."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    if spec is None or spec.origin is None:
        raise RuntimeError("the font package is missing: run ./run again")
    return Path(spec.origin).parent


@lru_cache(maxsize=1)
def _compiler() -> Any:
    return typst.Compiler(input=str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=[str(font_folder())], ignore_system_fonts=True)


@lru_cache(maxsize=1)
def _font() -> Any:
    return ImageFont.truetype(str(font_folder() / "NotoSerifSC-Regular.otf"), 16)


def missing_glyphs(text: str) -> tuple[str, ...]:
    """Return the characters that the certificate's font cannot draw: issuing stops rather than print a box (CE-03)."""
    unknown = bytes(_font().getmask("\U0010fffe"))
    return tuple(dict.fromkeys(c for c in text if not c.isspace() and bytes(_font().getmask(c)) == unknown))


def render(facts: dict[str, Any], *, url: str) -> bytes:
    """Set the certificate and return the unsigned PDF. Cost: about 10 ms."""
    picture = io.BytesIO()
    segno.make(url, error="m").save(picture, kind="svg", border=0, dark="#1f2328")
    inputs = {"facts": json.dumps(facts, ensure_ascii=False), "qr": picture.getvalue().decode()}
    found: bytes = _compiler().compile(format="pdf", sys_inputs=inputs)
    return found


def sign(pdf: bytes) -> bytes:
    """Sign the PDF with the installation's key (EC P-256). Cost: about 40 ms."""
    output = io.BytesIO()
    meta = signers.PdfSignatureMetadata(field_name="issuer", reason="证书签发", name=settings.SITE_NAME)
    signers.PdfSigner(meta, _signer()).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=output)
    return output.getvalue()


def is_intact(pdf: bytes) -> bool:
    """Tell whether the PDF carries our signature and not a byte was changed since; False for anything else."""
    try:
        embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(embedded) != 1:
            return False
        trusted = ValidationContext(trust_roots=[_signer().signing_cert], allow_fetching=False)
        status = validate_pdf_signature(embedded[0], signer_validation_context=trusted)
    except Exception:  # noqa: BLE001 - pyhanko raises many kinds for broken files; each means: not ours
        return False
    return bool(status.intact and status.valid and status.trusted and status.bottom_line)


@lru_cache(maxsize=1)
def _signer() -> Any:
    key_file, certificate_file = _key_files(Path(settings.DATA) / "secrets")
    return signers.SimpleSigner.load(str(key_file), str(certificate_file))  # type: ignore[no-untyped-call]  # pyhanko has no types


def _key_files(folder: Path) -> tuple[Path, Path]:
    """Make the signing key and its self-signed certificate at first use; whoever comes second reads the first one's."""
    key_file, certificate_file = folder / "certificate-key.pem", folder / "certificate.pem"
    if not certificate_file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{settings.SITE_NAME} 证书签发")])
        start = datetime.now(UTC) - timedelta(days=1)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(), critical=True)
            .sign(key, hashes.SHA256())
        )
        secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        _write(key_file, secret)
        _write(certificate_file, certificate.public_bytes(serialization.Encoding.PEM))
    return key_file, certificate_file


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _write(file: Path, content: bytes) -> None:
    part = file.with_name(file.name + ".part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    part.replace(file)
