"""What is understood of a course package."""

from typing import Literal

import msgspec

EDITIONS: dict[str, str] = {
    "scorm12": "SCORM 1.2",
    "scorm2004-2": "SCORM 2004 第 2 版",
    "scorm2004-3": "SCORM 2004 第 3 版",
    "scorm2004-4": "SCORM 2004 第 4 版",
    "web": "网页课件",
}
Edition = Literal["scorm12", "scorm2004-2", "scorm2004-3", "scorm2004-4", "web"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of the package: its path, bytes, SHA-256 in hex, and the type it is served as."""

    path: str
    size: int
    sha256: str
    media_type: str


class Sco(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to launch: `path` is a file of the package, `query` what follows it ("?page=2"). A plain page reports nothing.

    `facts` are what the manifest tells the content at its launch: launch_data, mastery_score, scaled_passing_score,
    completion_threshold, max_time_allowed, time_limit_action.
    """

    id: str
    title: str
    path: str
    query: str = ""
    reports: bool = True
    facts: dict[str, str] = {}


class Node(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the table of contents; `sequencing` holds the settings of scorm-again for it. A leaf is launched by its `id`."""

    id: str
    title: str
    is_visible: bool = True
    is_launched: bool = False
    children: tuple["Node", ...] = ()
    sequencing: dict[str, object] = {}


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A package as it is played: `contents` is the root of its table of contents, `scos` its leaves in order."""

    edition: Edition
    title: str
    contents: Node
    scos: tuple[Sco, ...]
    collections: dict[str, dict[str, object]] = {}

    @property
    def is_sequenced(self) -> bool:
        """Tell whether the package's own rules decide what comes next."""
        return self.edition.startswith("scorm2004") and len(self.scos) > 1


class Listing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The files of an unpacked package; file number n lies under that number in its folder. `encoding` of the names in the archive."""

    parts: tuple[Part, ...]
    encoding: str
