"""The file of a course package: a zip of a signed manifest, the sealed rows, and the bytes of films and documents.

    manifest.json   who made it for whom, and every other member with size and SHA-256
    manifest.sig    Ed25519 over manifest.json
    rows.enc        salt, nonce, AES-256-GCM over the deflated rows; the key is scrypt of the opening code
    media/…         bytes under the names they have in the data folder

Reading checks the signature first, then every name and size, and the hash of each member while it is copied.
"""

import hashlib
import re
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from yanxiu.kit import archive as zips
from yanxiu.kit import codes
from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import half_width
from yanxiu.learning.points import keys

FORMAT = "yanxiu-point-package"
VERSION = 1
MOST_MANIFEST_BYTES = 32 * 1024 * 1024
MOST_ROWS_BYTES = 512 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
_BROKEN = (*zips.BROKEN, KeyError)
_MEDIA = re.compile(r"media/[0-9a-z][0-9a-z/_.\-]{0,180}")


class BadPackage(Invalid):
    """The file is no package of this centre, was changed on its way, or the opening code is another's."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A file in the package with its size in bytes and SHA-256 in hex."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Who made the package for whom: ids and names of point and programme, `made_at` in ISO 8601, the centre's address and public key."""

    format: str
    version: int
    package: int
    number: int
    point: int
    point_name: str
    programme: int
    title: str
    made_at: str
    centre_url: str
    centre_key: bytes
    members: tuple[Member, ...]


def seal(rows: bytes, *, code: str, package: int) -> bytes:
    """Return the sealed rows."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    return salt + nonce + AESGCM(_key(code, salt)).encrypt(nonce, zlib.compress(rows, 6), _bound_to(package))


def write(target: IO[bytes], *, manifest: Manifest, sealed: bytes, media: Iterable[tuple[str, Path]]) -> Manifest:
    """Write the file; `media` are names under media/ with their bytes. Return the manifest with its members."""
    members = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        archive.writestr("rows.enc", sealed)
        members.append(Member(name="rows.enc", size=len(sealed), sha256=hashlib.sha256(sealed).hexdigest()))
        for name, path in media:
            members.append(_copy_in(archive, f"media/{name}", path))
        whole = msgspec.structs.replace(manifest, members=tuple(members))
        raw = msgspec.json.encode(whole)
        archive.writestr("manifest.json", raw)
        archive.writestr("manifest.sig", keys.signer().sign(raw))
    return whole


class Opened:
    """A package whose signature and list of members were found right."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def rows(self, code: str) -> bytes:
        """Return the rows. Raises BadPackage when the code does not open them."""
        sealed = self._read("rows.enc")
        salt, nonce, body = sealed[:16], sealed[16:28], sealed[28:]
        try:
            packed = AESGCM(_key(codes.canonical(half_width(code[:100])), salt)).decrypt(nonce, body, _bound_to(self.manifest.package))
        except InvalidTag:
            raise BadPackage("开包码不对，这个课程包没有打开。请向发包的单位核对开包码，再装一次。") from None
        opener = zlib.decompressobj()
        rows = opener.decompress(packed, MOST_ROWS_BYTES)
        if opener.unconsumed_tail:
            raise BadPackage(f"课程包里的名册超过 {MOST_ROWS_BYTES // 1024 // 1024} MB，没有装。请分成几个教学点再打包。")
        return rows

    def media(self) -> list[Member]:
        """Return the members under media/, names without it."""
        found = (member for member in self.manifest.members if member.name.startswith("media/"))
        return [msgspec.structs.replace(member, name=member.name.removeprefix("media/")) for member in found]

    def copy(self, member: Member, target: IO[bytes]) -> None:
        """Copy the bytes of a member of `media`. Raises BadPackage when they are not the signed ones."""
        digest, count = hashlib.sha256(), 0
        with _readable(member.name), self._archive.open(f"media/{member.name}") as source:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                count += len(chunk)
                if count > member.size:
                    break
                target.write(chunk)
        if count != member.size or digest.hexdigest() != member.sha256:
            raise BadPackage(f"课程包里的 {member.name} 与清单不符，没有装。请重新拷贝一份课程包。")

    def _read(self, name: str) -> bytes:
        member = next(one for one in self.manifest.members if one.name == name)
        with _readable(name):
            raw = self._archive.read(name)
        if hashlib.sha256(raw).hexdigest() != member.sha256:
            raise BadPackage(f"课程包里的 {name} 与清单不符，没有装。请重新拷贝一份课程包。")
        return raw


@contextmanager
def opened(source: Path, *, trusted: bytes | None) -> Iterator[Opened]:
    """Open a package for reading. `trusted` is the public key to insist on, None to take the one in the file (the first package).

    Raises BadPackage with what is wrong.
    """
    try:
        archive = zipfile.ZipFile(source)
    except _BROKEN as error:
        raise BadPackage(f"《{source.name}》不是课程包，或没有拷贝完整。请重新拷贝一份。") from error
    with archive:
        yield Opened(archive, _manifest(archive, source.name, trusted))


def _manifest(archive: zipfile.ZipFile, name: str, trusted: bytes | None) -> Manifest:
    sizes = {info.filename: info.file_size for info in archive.infolist()}
    if len(sizes) != len(archive.infolist()) or sizes.get("manifest.sig") != 64 or sizes.get("manifest.json", 0) > MOST_MANIFEST_BYTES:
        raise BadPackage(f"《{name}》里没有课程包的清单，或清单不完整。请重新拷贝一份。")
    try:
        raw = archive.read("manifest.json")
        manifest = msgspec.json.decode(raw, type=Manifest)
        Ed25519PublicKey.from_public_bytes(trusted or manifest.centre_key).verify(archive.read("manifest.sig"), raw)
    except (*_BROKEN, msgspec.DecodeError) as error:
        raise BadPackage(f"《{name}》的清单读不出来。请重新拷贝一份。") from error
    except InvalidSignature as error:
        raise BadPackage(f"《{name}》不是本教学点所属中心签发的，或被改动过，没有装。请向发包的单位要一份新的。") from error
    if manifest.format != FORMAT or manifest.version != VERSION:
        raise BadPackage(f"《{name}》的格式（{manifest.format} {manifest.version}）这一版不认识。请把教学点的程序升级到与中心相同的版本。")
    expected = {member.name: member.size for member in manifest.members} | {
        "manifest.json": sizes["manifest.json"],
        "manifest.sig": 64,
    }
    if expected != sizes or not all(one == "rows.enc" or _is_plain(one) for one in (member.name for member in manifest.members)):
        raise BadPackage(f"《{name}》里的文件与清单不一致，没有装。请重新拷贝一份。")
    return manifest


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise BadPackage(f"课程包里的 {name} 读不出来，没有装。请重新拷贝一份课程包。") from error


def _is_plain(name: str) -> bool:
    return _MEDIA.fullmatch(name) is not None and ".." not in name and "//" not in name


def _copy_in(archive: zipfile.ZipFile, name: str, path: Path) -> Member:
    digest, count = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            count += len(chunk)
            target.write(chunk)
    return Member(name=name, size=count, sha256=digest.hexdigest())


def _key(code: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(code.encode())


def _bound_to(package: int) -> bytes:
    return f"{FORMAT} {VERSION} {package}".encode()
