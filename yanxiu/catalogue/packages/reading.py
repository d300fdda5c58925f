"""Taking a package apart in a confined child, and putting the result into place."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from yanxiu.catalogue.packages.shape import Listing, Manifest
from yanxiu.files import packages as folders
from yanxiu.files import storage
from yanxiu.files.inspection import Unusable
from yanxiu.kit import confined
from yanxiu.kit.archive import folded

SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Read:
    """A package that was unpacked into `place` and understood."""

    place: Path
    listing: Listing
    manifest: Manifest

    @property
    def size_bytes(self) -> int:
        """The bytes of all files."""
        return sum(part.size for part in self.listing.parts)


@contextmanager
def read(source: Path, folder: Path, *, title: str) -> Iterator[Read]:
    """Give the package that lies in `source`; what is not kept is gone afterwards.

    Raises Unusable with the reason. Cost: a child process of 0.2 s and a second per 100 MB, at most two minutes and 512 MB.
    """
    with folders.workplace(folder) as place:
        try:
            answer = confined.ask("yanxiu.catalogue.packages", str(source), str(place), title[:100], seconds=SECONDS)
        except confined.ChildTooSlow as error:
            raise Unusable(f"这个课件包解了 {SECONDS} 秒还没有解完，没有存。请分成几个课件再传。", field="file") from error
        except confined.ChildBroken as error:
            raise Unusable("这个课件包解不开，可能已经损坏，或展开后过大，没有存。请重新导出一份再传。", field="file") from error
        if "refused" in answer:
            raise Unusable(str(answer["refused"]), field="file")
        yield Read(place=place, listing=msgspec.convert(answer["listing"], Listing), manifest=msgspec.convert(answer["manifest"], Manifest))


def keep(found: Read, folder: Path) -> str:
    """Move the unpacked files into place for good; return the generated name of their folder."""
    storage_name = storage.new_name()
    parts = {
        folded(part.path): folders.Part(number=number, size=part.size, sha256=part.sha256, media_type=part.media_type)
        for number, part in enumerate(found.listing.parts)
    }
    folders.keep(found.place, folder, storage_name, parts)
    return storage_name


def written(manifest: Manifest) -> object:
    """Return the manifest as JSON keeps it."""
    return msgspec.to_builtins(manifest)
