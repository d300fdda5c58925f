"""Course packages before they are kept: a zip as `kit.archive` bounds it, web pages allowed, programs and archives inside not.

What the manifest says and every byte are looked at when the package is taken into a course (`catalogue.packages`).
"""

from pathlib import Path

from yanxiu.files.inspection.archive import NESTED
from yanxiu.files.inspection.refusal import RefusedError
from yanxiu.kit import archive as archives

MOST_BYTES = 1024 * 1024 * 1024
PROGRAMS = {"exe", "com", "bat", "cmd", "scr", "msi", "lnk", "pif", "vbs", "vbe", "jse", "wsf", "hta", "ps1", "reg", "dll", "sh",
            "php", "phar", "jsp", "asp", "aspx", "py", "apk", "mht", "htaccess"}  # fmt: skip

INERT = {"gz"}  # one compressed file that the page's own script opens, as several makers add it; nothing here unpacks it


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:  # noqa: ARG001 - every parser is called alike
    """Check what the archive claims, and every name."""
    archives.check_magic(source)
    with archives.opened(source) as archive:
        archives.check_claims(archive.infolist(), most_bytes=MOST_BYTES)
        for entry in archives.entries(archive):
            check_type(entry.name)
    return {}


def check_type(name: str) -> None:
    """Raise RefusedError for a program or an archive inside the package."""
    extension = name.rpartition(".")[2].lower()
    if extension in NESTED - INERT:
        raise RefusedError(f"课件包里还有压缩包“{name}”。请全部解开，重新打成一个包。")
    if extension in PROGRAMS:
        raise RefusedError(f"课件包里有程序文件“{name}”，不能收。请删掉它重新打包。")
