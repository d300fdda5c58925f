"""No child that touches bytes of people holds more than 512 MiB, whatever the upload; the limit is the kernel's, not ours (UP-02)."""

import zipfile

import pytest
from PIL import Image

from tests.files.hog import MIB
from yanxiu.catalogue.packages import __main__ as packages
from yanxiu.files import conversion, inspection
from yanxiu.kit import confined

MOST = 512 * MIB


@pytest.mark.parametrize("bytes_", [inspection.USUAL_MEMORY_BYTES, conversion.MEMORY_BYTES, packages.MEMORY_BYTES])
def test_every_kind_of_child_is_bounded(bytes_):
    assert 0 < bytes_ <= MOST


def test_a_child_that_takes_more_than_its_share_gets_no_more():
    said = confined.ask("tests.files.hog", "96", "400", seconds=60)

    assert said["held"] < 96
    assert said["limits"] == [96 * MIB, 20, confined.OPEN_FILES, 0]


def test_the_checks_hold_no_archive_in_memory(tmp_path, monkeypatch):
    """A check that would read a part whole could not hold this one."""
    monkeypatch.setattr(inspection, "USUAL_MEMORY_BYTES", 128 * MIB)
    source, target = tmp_path / "big.zip", tmp_path / "out"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_STORED) as archive, archive.open("index.html", "w", force_zip64=True) as part:
        for _ in range(200):
            part.write(b"0123456789abcdef" * (MIB // 16))

    assert inspection.run("package", "zip", source, target).warnings == ()


@pytest.mark.slow
def test_a_page_that_is_one_huge_picture_is_not_unpacked_whole(tmp_path, monkeypatch):
    """8,000 × 8,000 points are 183 MiB of colours; the child that shows them has less than that."""
    monkeypatch.setattr(conversion, "MEMORY_BYTES", 160 * MIB)
    source, place = tmp_path / "scan.pdf", tmp_path / "pages"
    place.mkdir()
    page = Image.linear_gradient("L").resize((8_000, 8_000)).convert("RGB")
    page.save(source, "PDF", save_all=True, append_images=[page])

    made = conversion.run("pages", "pdf", source, place)

    assert [(one["width"], one["height"]) for one in made.facts["pages"]] == [(1_240, 1_240)] * 2
