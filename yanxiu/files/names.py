"""File names as people know them: made harmless to show and to save, never used to store."""

import re
import unicodedata

from yanxiu.kit import text
from yanxiu.kit.errors import Invalid

MOST_CHARACTERS = 150
_REORDERING = dict.fromkeys([*range(0x2066, 0x206A), 0x061C])
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


def clean(name: str) -> tuple[str, str]:
    """Return the name without folders and deceiving characters, and its extension in lower case.

    Raises Invalid when there is no name or no extension.
    """
    if "\x00" in name:
        raise Invalid("文件名里有不能用的字符，请改名后再传。", field="file")
    last = re.split(r"[\\/]", name)[-1]
    last = text.plain(unicodedata.normalize("NFC", last)).translate(_REORDERING)
    last = _FORBIDDEN.sub("_", last.replace("\n", " ").replace("\t", " ")).strip(" .")
    stem, dot, extension = last.rpartition(".")
    if not dot or not stem.strip(" .") or not extension.isascii() or not extension.isalnum():
        raise Invalid(f"“{last or '这个文件'}”没有扩展名，看不出是什么文件。请改成类似“作业.docx”的名字再传。", field="file")
    extension = extension.lower()
    return f"{stem.strip()[: MOST_CHARACTERS - len(extension) - 1]}.{extension}", extension


def with_extension(name: str, extension: str) -> str:
    """Return the name with another extension (an image that was written anew)."""
    return f"{name.rpartition('.')[0]}.{extension}"
