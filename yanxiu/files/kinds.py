"""What may be uploaded for which purpose: extensions, media types and bytes (security UP-01)."""

from dataclasses import dataclass
from enum import Enum

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Format:
    """A file format. `inspector` names the parser that must accept the bytes; `inline` ones may open in the browser.

    `becomes` is the extension under which it is kept when the parser writes it anew in another format.
    """

    extension: str
    media_type: str
    inspector: str
    inline: bool = False
    becomes: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    one.extension: one
    for one in (
        Format(extension="mp4", media_type="video/mp4", inspector="film", inline=True),
        Format(extension="mov", media_type="video/mp4", inspector="film", inline=True, becomes="mp4"),
        Format(extension="mp3", media_type="audio/mpeg", inspector="sound", inline=True),
        Format(extension="m4a", media_type="audio/mp4", inspector="sound", inline=True),
        Format(extension="wav", media_type="audio/wav", inspector="sound", inline=True),
        Format(extension="ogg", media_type="audio/ogg", inspector="sound", inline=True),
        Format(extension="srt", media_type="text/vtt", inspector="captions", inline=True, becomes="vtt"),
        Format(extension="vtt", media_type="text/vtt", inspector="captions", inline=True),
        Format(extension="jpg", media_type="image/jpeg", inspector="image", inline=True),
        Format(extension="jpeg", media_type="image/jpeg", inspector="image", inline=True),
        Format(extension="png", media_type="image/png", inspector="image", inline=True),
        Format(extension="webp", media_type="image/webp", inspector="image", inline=True),
        Format(extension="pdf", media_type="application/pdf", inspector="pdf"),
        Format(extension="docx", media_type=f"{_OFFICE}.wordprocessingml.document", inspector="office"),
        Format(extension="pptx", media_type=f"{_OFFICE}.presentationml.presentation", inspector="office"),
        Format(extension="xlsx", media_type=f"{_OFFICE}.spreadsheetml.sheet", inspector="office"),
        Format(extension="zip", media_type="application/zip", inspector="archive"),
    )
}
ZIP_FORMATS = {code: Format(extension="zip", media_type="application/zip", inspector=code) for code in ("package", "bundle", "questions")}
INLINE_TYPES = frozenset(one.media_type for one in FORMATS.values() if one.inline)
DOCUMENTS = ("pdf", "docx", "pptx", "xlsx")
IMAGES = ("jpg", "jpeg", "png", "webp")


class Kind(Enum):
    """A purpose of upload: `(code, zh, extensions, most bytes)`."""

    VIDEO = ("video", "视频", ("mp4", "mov"), 2048 * MIB)
    AUDIO = ("audio", "音频", ("mp3", "m4a", "wav", "ogg"), 300 * MIB)
    CAPTIONS = ("captions", "字幕", ("vtt", "srt"), 1 * MIB)
    IMAGE = ("image", "图片", IMAGES, 15 * MIB)
    DOCUMENT = ("document", "文档", DOCUMENTS, 50 * MIB)
    LESSON_PLAN = ("lesson_plan", "教案", ("docx", "pdf"), 50 * MIB)
    ATTACHMENT = ("attachment", "附件", (*DOCUMENTS, *IMAGES, "zip"), 100 * MIB)
    SHEET = ("sheet", "表格", ("xlsx",), 20 * MIB)
    ARCHIVE = ("archive", "压缩包", ("zip",), 200 * MIB)
    PACKAGE = ("package", "课件包", ("zip",), 300 * MIB)
    QUESTIONS = ("questions", "题目文件", ("xlsx", "docx", "txt", "gift", "xml", "qti", "zip", "imscc"), 100 * MIB)
    BUNDLE = ("bundle", "课程文件", ("zip",), 2048 * MIB)

    def __init__(self, code: str, zh: str, extensions: tuple[str, ...], most_bytes: int) -> None:
        self.code = code
        self.zh = zh
        self.extensions = extensions
        self.most_bytes = most_bytes

    def format_of(self, extension: str) -> Format:
        """Return the format in which an extension of this kind is checked and kept."""
        return ZIP_FORMATS.get(self.code) or FORMATS[extension]

    @property
    def accept(self) -> str:
        """Return the value of the `accept` attribute of a file field."""
        return ",".join(f".{extension}" for extension in self.extensions)

    @property
    def hint(self) -> str:
        """Return what a form says under the field."""
        names = "、".join(extension.upper() for extension in self.extensions if extension != "jpeg")
        return f"{names}，不超过 {self.most_words}"

    @property
    def most_words(self) -> str:
        """Return the limit as people say it: `50 MB`, `2 GB`."""
        return f"{self.most_bytes // 1024 // MIB} GB" if self.most_bytes >= 1024 * MIB else f"{self.most_bytes // MIB} MB"


def kind_of(code: str) -> Kind | None:
    """Return the kind of a code, None for a word that is none."""
    return next((kind for kind in Kind if kind.code == code), None)


LARGEST_BYTES = max(kind.most_bytes for kind in Kind)
