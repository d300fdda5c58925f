"""Question files are read by a child that has little memory, little time, no network and no files (security UP-02)."""

import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.assessment import exchange_samples as samples
from tests.assessment.test_exchange_hostile import BOMB, ITEM, OUTSIDE, document, zipped
from tests.assessment.test_exchange_read import CANVAS, PAPER
from tests.people.factories import person
from tests.programmes import factories as programmes
from yanxiu.assessment import bringing, exchange
from yanxiu.assessment.actions import bringing as actions
from yanxiu.assessment.exchange import BadQuestionFile, door, moodle_writing, qti_writing, sheet_writing, text_writing, word_writing
from yanxiu.assessment.exchange import __main__ as child
from yanxiu.assessment.exchange.shape import Loose
from yanxiu.assessment.exchange.writing import Leaving
from yanxiu.assessment.models import QuestionImport
from yanxiu.files.models import StoredFile
from yanxiu.kit import confined
from yanxiu.kit.actor import Actor, Grant
from yanxiu.orgs.models import Kind

AT = datetime(2026, 11, 20, tzinfo=UTC)
PICTURE = Loose(name="板书.png", data=b"\x89PNG\r\n\x1a\n" + bytes(200))
SAMPLE = "谁写了《背影》？{=朱自清 ~鲁迅}\n\n只是说明\n"


@pytest.fixture
def lay(tmp_path):
    """Lay bytes on the disk and return where."""

    def laid(data: bytes | str, name: str = "题") -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return laid


def leaving() -> list[Leaving]:
    return [Leaving(question=question, number=number) for number, question in enumerate(samples.ALL, start=1)]


FILES = {
    "Excel": ("题.xlsx", lambda: sheet_writing.write(leaving()).data),
    "Word": ("题.docx", lambda: word_writing.write(leaving(), title="卷", with_answers=True).data),
    "text": ("题.txt", lambda: PAPER.encode("gb18030")),
    "Aiken": ("题.txt", lambda: text_writing.aiken(leaving()).data),
    "GIFT": ("题.gift", lambda: text_writing.gift(leaving()).data),
    "Moodle XML": ("题.xml", lambda: moodle_writing.write(leaving()).data),
    "QTI 1.2": ("题.xml", CANVAS.encode),
    "QTI 2.1": ("题.zip", lambda: qti_writing.write(leaving(), "2.1").data),
    "QTI 3.0": ("题.zip", lambda: qti_writing.write(leaving(), "3.0").data),
}


@pytest.mark.parametrize("form", FILES)
def test_the_child_reads_what_the_readers_read(form, lay):
    name, made = FILES[form]
    data = made()
    reading, files = exchange.read(lay(data), name, known=bringing.known())
    assert (reading, files) == samples.read(data, name)
    assert reading.understood


def test_pictures_come_with_the_questions_and_none_while_too_many_are_there(lay, monkeypatch):
    question = samples.SINGLE.__class__(kind="single", stem="看图：![板书](file:7)", options=("甲", "乙"), answers=(0,))
    source = lay(moodle_writing.write([Leaving(question=question, number=1)], {7: PICTURE}).data)
    reading, files = exchange.read(source, "题.xml", known=bringing.known())
    assert [one.data for one in files] == [PICTURE.data]
    assert reading.understood[0].question.stem == "看图：![板书](file:1)"
    assert exchange.read_at_once(source, "题.xml", known=bringing.known()) == (reading, files)
    monkeypatch.setattr(door, "AT_ONCE_FILES", 0)
    assert exchange.read_at_once(source, "题.xml", known=bringing.known()) is None


HEAP = '<a b="c"/>' * 1_400_000
HOSTILE = {
    "entity bomb": (f"{BOMB}<quiz>&b;</quiz>", "题.xml", "带着 DTD 或实体声明"),
    "entity of ours": (f"{OUTSIDE}<questestinterop>&x;</questestinterop>", "题.xml", "带着 DTD 或实体声明"),
    "entity bomb in Word": (document("<document>&b;</document>", BOMB), "题.docx", "“document.xml”带着 DTD"),
    "zip bomb": (zipped(("q.xml", b"0" * 60_000_000)), "题.zip", "展开后是压缩时的"),
    "zip bomb in Excel": (zipped(("xl/workbook.xml", b"0" * 60_000_000)), "题.xlsx", "展开后"),
    "zip slip": (zipped(("../q.xml", ITEM)), "题.zip", "想写到包外面去"),
    "memory bomb": (f"<quiz>{HEAP}</quiz>", "题.xml", "展开后太大"),
    "tower": ("<quiz>" + "<a>" * 100_000, "题.xml", "嵌套超过 120 层"),
    "unknown encoding": (zipped(("q.xml", f'<?xml version="1.0" encoding="shift_jis"?>{ITEM}')), "题.zip", "编码读不出来"),
    "no questions": ("// 只有注释\n", "题.gift", "没有读到题目"),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_hostile_file_is_answered_with_a_sentence(attack, lay):
    data, name, words = HOSTILE[attack]
    with pytest.raises(BadQuestionFile, match=words):
        exchange.read(lay(data), name, known=bringing.known())


def test_a_file_without_end_is_not_read_to_its_end():
    with pytest.raises(BadQuestionFile, match="最多 20 MB"):
        exchange.read(Path("/dev/zero"), "题.txt", known=bringing.known())


def test_a_file_that_swells_ends_the_child_and_not_us(lay, monkeypatch):
    """What the process of the pages grows by stays below what the child was allowed."""
    before = _resident_bytes()
    with pytest.raises(BadQuestionFile):
        exchange.read(lay(f"<quiz>{HEAP}</quiz>"), "题.xml", known=bringing.known())
    assert _resident_bytes() - before < child.MEMORY_BYTES // 4


@pytest.mark.parametrize(
    "ending",
    [
        "import os; os.kill(os.getpid(), 9)",
        "import os; os.abort()",
        "raise SystemExit(3)",
        "print('{')",
        "print('{\"refused\": 7}')",
        "pass",
    ],
)
def test_a_child_that_dies_or_babbles_refuses_the_file(ending, lay, monkeypatch):
    monkeypatch.setattr(confined, "_command", lambda *_: [sys.executable, "-c", ending])
    with pytest.raises(BadQuestionFile, match="读到一半读不下去"):
        exchange.read(lay(SAMPLE), "题.gift", known=bringing.known())


def test_a_child_that_does_not_end_is_ended(lay, monkeypatch):
    monkeypatch.setattr(confined, "_command", lambda *_: [sys.executable, "-c", "while True: pass"])
    monkeypatch.setattr(door, "SECONDS", 0.2)
    monkeypatch.setattr(door, "AT_ONCE_SECONDS", 0.2)
    began = time.monotonic()
    with pytest.raises(BadQuestionFile, match="还没有读完"):
        exchange.read(lay(SAMPLE), "题.gift", known=bringing.known())
    assert exchange.read_at_once(lay(SAMPLE), "题.gift", known=bringing.known()) is None
    assert time.monotonic() - began < 5


def test_a_child_that_says_too_much_is_cut_short():
    with Path(os.devnull).open("rb") as given, pytest.raises(confined.ChildBroken):
        confined.hand("tests.assessment.prying", "babble", given=given, seconds=30)


def test_the_child_opens_no_file_no_connection_and_no_other_program(tmp_path):
    with (tmp_path / "given").open("w+b") as given, socket.create_server(("127.0.0.1", 0)) as listening:
        given.write(b"handed in")
        given.seek(0)
        said = confined.hand("tests.assessment.prying", "open", str(listening.getsockname()[1]), given=given, seconds=30)
    assert said.decode().split("\n") == ["handed in", *["refused"] * 5]
    assert list(tmp_path.iterdir()) == [tmp_path / "given"]


def test_the_child_is_quick_because_it_knows_no_models():
    asks = "import sys, yanxiu.assessment.exchange.__main__; print([name for name in sys.modules if name.startswith('django.db')])"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, check=True, env=confined._environment())
    assert done.stdout == b"[]\n"


@pytest.mark.django_db
def test_what_takes_too_long_while_somebody_waits_is_read_in_the_background(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    monkeypatch.setattr(door, "AT_ONCE_SECONDS", 0.01)
    brought = _prepared()
    assert bringing.read_plan(brought.plan).bundle


@pytest.mark.django_db
def test_a_child_that_dies_leaves_nothing_behind(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    monkeypatch.setattr(confined, "hand", _dies)
    with pytest.raises(BadQuestionFile):
        _prepared()
    assert not QuestionImport.objects.exists()
    assert not StoredFile.objects.filter(deleted_at__isnull=True).exists()


def _dies(*_: object, **__: object) -> bytes:
    raise confined.ChildBroken


def _prepared() -> QuestionImport:
    owner = programmes.org(parent=programmes.org(), kind=Kind.COUNTY)
    grant = Grant(role="designer", permissions=frozenset({"assessment.write_questions"}), path=owner.path)
    by = Actor(person_id=person(owner).pk, label="方案设计", grants=(grant,))
    sent = SimpleUploadedFile("题.gift", SAMPLE.encode())
    return actions.prepare_questions(sent=sent, owner=owner, facts=actions.ImportFacts(), by=by, at=AT)


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
