"""Question files from outside: programs and hostile archives are refused, whatever they are called."""

import io
import zipfile

import pytest

from tests.files import factories
from yanxiu.files.actions import store
from yanxiu.files.inspection import Unusable
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM

pytestmark = pytest.mark.django_db


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def stored(data: bytes, name: str) -> StoredFile:
    return store(content=io.BytesIO(data), name=name, kind=Kind.QUESTIONS, by=SYSTEM, at=factories.AT)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"MZ\x90\x00" + b"x" * 40, "题.txt", "这是程序"),
        (b"\x7fELF" + b"x" * 40, "题.xml", "这是程序"),
        (zipped("../items/q.xml", b"<x/>"), "题.zip", "想写到包外面去"),
        (zipped("q.xml", b"0" * 300_000_000), "题.zip", "展开后"),
        (b"PK\x03\x04broken", "题.xlsx", "打不开"),
        (b"x", "题.exe", "这里只收题目文件"),
    ],
)
def test_hostile_files_are_refused_and_nothing_stays(data, name, words):
    with pytest.raises(Unusable, match=words):
        stored(data, name)
    assert not StoredFile.objects.exists()


def test_texts_and_packages_are_stored():
    assert stored("谁？{=甲 ~乙}".encode(), "题.gift").kind == "questions"
    assert stored(zipped("q.xml", b"<x/>"), "题.imscc").kind == "questions"
