"""The names of a package's files, and finding one of them by what a manifest or a page says."""

import posixpath
from collections.abc import Iterable, Iterator

from yanxiu.kit.archive import folded

_TYPES = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "js": "text/javascript", "mjs": "text/javascript",
    "css": "text/css", "json": "application/json", "xml": "text/xml", "xsd": "text/xml", "dtd": "text/plain", "txt": "text/plain",
    "csv": "text/plain", "vtt": "text/vtt", "srt": "text/plain", "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg",
    "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif", "bmp": "image/bmp", "ico": "image/x-icon",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "wav": "audio/wav", "ogg": "audio/ogg", "oga": "audio/ogg",
    "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "woff": "font/woff", "woff2": "font/woff2",
    "ttf": "font/ttf", "otf": "font/otf", "eot": "application/vnd.ms-fontobject", "pdf": "application/pdf", "wasm": "application/wasm",
}  # fmt: skip
UNKNOWN_TYPE = "application/octet-stream"


def media_type(path: str) -> str:
    """Return the type a file is served as, by a list of what browsers show; anything else is only saved."""
    return _TYPES.get(path.rpartition(".")[2].lower(), UNKNOWN_TYPE)


class Files:
    """The files of one package: iterates over their paths."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = list(paths)
        self._folded = {folded(path): path for path in self._paths}

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def find(self, wanted: str) -> str | None:
        """Return the file that a relative path means; None for none, and for whatever leads out of the package."""
        path = posixpath.normpath(wanted.replace("\\", "/"))
        if path.startswith(("/", "../")) or path in {".", ".."}:
            return None
        return self._folded.get(folded(path))
