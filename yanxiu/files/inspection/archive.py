"""Zip archives of material: names and bytes as `kit.archive` bounds them, and neither programs nor archives inside."""

from pathlib import Path

from yanxiu.files.inspection.refusal import RefusedError
from yanxiu.kit import archive as archives

MOST_BYTES = 1024 * 1024 * 1024
NESTED = {"zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "zst", "iso", "cab", "jar", "war"}
PROGRAMS = {"exe", "com", "bat", "cmd", "scr", "msi", "lnk", "pif", "vbs", "vbe", "js", "jse", "wsf", "hta", "ps1", "reg", "dll", "sh",
            "php", "phar", "jsp", "asp", "aspx", "py", "apk", "html", "htm", "xhtml", "svg", "swf", "mht"}  # fmt: skip


def inspect(extension: str, source: Path, target: Path) -> dict[str, object]:  # noqa: ARG001 - every parser is called alike
    """Check every name and every byte of the archive; nothing is written anywhere."""
    archives.check_magic(source)
    with archives.opened(source) as archive:
        archives.check_claims(archive.infolist(), most_bytes=MOST_BYTES)
        budget = archives.Budget(MOST_BYTES)
        for entry in archives.entries(archive):
            _check_type(entry.name)
            for _ in archives.unpacked(archive, entry.info, entry.name, budget=budget):
                pass
    return {}


def _check_type(name: str) -> None:
    extension = name.rpartition(".")[2].lower()
    if extension in NESTED:
        raise RefusedError(f"压缩包里还有压缩包“{name}”。请全部解开，重新打成一个包。")
    if extension in PROGRAMS:
        raise RefusedError(f"压缩包里有网页或程序文件“{name}”，不能收。请删掉它重新打包。")
