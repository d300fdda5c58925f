"""Reads of course packages: what was understood of one, and its files."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from yanxiu.catalogue.models import Package
from yanxiu.catalogue.packages.shape import Manifest, Node
from yanxiu.files import packages as folders
from yanxiu.files import queries as files

_NAMES = {"ascii": "英文", "utf-8": "UTF-8", "gb18030": "GBK（中文 Windows）", "cp437": "DOS"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the table of contents; `sco` is what is launched, "" = a heading."""

    sco: str
    title: str
    depth: int
    state: str = "new"
    is_current: bool = False


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """A file of the package."""

    path: str
    size: int
    media_type: str


def manifest_of(package: Package) -> Manifest:
    """Return what is played. No query."""
    return msgspec.convert(package.manifest, Manifest)


def contents(manifest: Manifest) -> list[Line]:
    """Return the table of contents in order, what the package hides left out."""
    found: list[Line] = []

    def walk(node: Node, depth: int) -> None:
        if node.is_visible:
            found.append(Line(sco=node.id if node.is_launched else "", title=node.title, depth=min(depth, 4)))
            for below in node.children:
                walk(below, depth + 1)

    for node in manifest.contents.children:
        walk(node, 0)
    return found


def files_of(package: Package) -> Sequence[FileLine]:
    """Return the files by their path; empty when the folder is gone. Reads the index on disk, no query."""
    try:
        index = folders.index_of(files.folder(), package.storage_name)
    except (OSError, ValueError):
        return []
    return sorted(
        (FileLine(path=path, size=part.size, media_type=part.media_type) for path, part in index.items()), key=lambda line: line.path
    )


def encoding_words(package: Package) -> str:
    """Return how the names in the archive were written, as people say it."""
    return _NAMES.get(package.encoding, package.encoding)


def units(manifest: Manifest) -> list[dict[str, object]]:
    """Return for every unit what the player needs when nothing is kept."""
    is_12 = manifest.edition == "scorm12"
    fresh = {"cmi.core.entry": "ab-initio", "cmi.core.lesson_mode": "browse"} if is_12 else {"cmi.entry": "ab-initio", "cmi.mode": "browse"}
    return [
        {"id": sco.id, "path": sco.path, "query": sco.query, "reports": sco.reports, "data": fresh if sco.reports else {}}
        for sco in manifest.scos
    ]


def tree(manifest: Manifest) -> dict[str, object]:
    """Return the sequencing of a package as scorm-again wants it."""

    def activity(node: Node) -> dict[str, object]:
        below = [activity(child) for child in node.children]
        facts: dict[str, object] = {"id": node.id, "title": node.title, "isVisible": node.is_visible, **node.sequencing}
        return facts | ({"children": below} if below else {})

    return {"activityTree": activity(manifest.contents), "collections": manifest.collections}
