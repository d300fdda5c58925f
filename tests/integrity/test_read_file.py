"""Words of files that were handed in: read in a process of their own, compared as a part of their object, once."""

import io

import pypdfium2
import pytest

from tests.files import samples
from tests.integrity import factories as make
from tests.integrity.texts import AT, ESSAY, OTHER, document, pages, slides, text
from tests.programmes import factories as programmes
from yanxiu.files import actions as files
from yanxiu.files.kinds import Kind
from yanxiu.integrity import actions, documents, tasks
from yanxiu.integrity.models import IndexedText, Likeness, WaitingFile
from yanxiu.kit import confined
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted


def stored(name: str, content: bytes):
    return files.store(content=io.BytesIO(content), name=name, kind=Kind.ATTACHMENT, by=SYSTEM, at=AT)


@pytest.mark.slow  # starts child processes
def test_the_words_of_a_word_file_are_compared_with_texts(place):
    fellow = programmes.teacher(place.school)
    actions.index_text(text=text(place.teacher), by=SYSTEM, at=AT)
    actions.index_text(text=text(fellow, OTHER, number=2), files=[stored("反思.docx", document(ESSAY))], by=SYSTEM, at=AT)

    tasks.read_files(timestamp=0)

    part = IndexedText.objects.get(object_id=2, part__startswith="file:")
    assert (part.body, part.person, part.is_noticed) == (ESSAY, fellow, True)
    assert part.title == "《课堂提问》作业：反思.docx"
    assert not WaitingFile.objects.exists()


@pytest.mark.slow  # starts a child process
@pytest.mark.parametrize("kind", ["docx", "pptx", "pdf"])
def test_each_kind_of_file_is_compared_with_what_others_handed_in(place, tmp_path, kind):
    fellow = programmes.teacher(place.school)
    content = {"docx": lambda: document(ESSAY), "pptx": lambda: slides(ESSAY), "pdf": lambda: pages(ESSAY, tmp_path)}[kind]()
    actions.index_text(text=text(place.teacher), by=SYSTEM, at=AT)
    actions.index_text(text=text(fellow, "见附件。", number=2), files=[stored(f"反思.{kind}", content)], by=SYSTEM, at=AT)

    tasks.read_files(timestamp=0)
    tasks.read_files(timestamp=0)  # what is read is not read again

    part = IndexedText.objects.get(object_id=2, part__startswith="file:")
    assert (part.is_noticed, float(part.share) > 0.95) == (True, True)
    assert Likeness.objects.get(text=part).other.object_id == 1
    assert not WaitingFile.objects.exists()


@pytest.mark.slow  # starts child processes
@pytest.mark.parametrize("kind", ["docx", "pptx"])
def test_what_a_file_may_cost_is_bounded(tmp_path, kind):
    long, bomb = tmp_path / f"long.{kind}", tmp_path / f"bomb.{kind}"
    words = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(250_000))
    long.write_bytes(document(words) if kind == "docx" else slides(words))
    name = "word/document.xml" if kind == "docx" else "ppt/slides/slide1.xml"
    bomb.write_bytes(samples.archive({"[Content_Types].xml": b"<Types/>", name: b"<a>" + b" " * (210 * 1024 * 1024) + b"</a>"}))

    assert len(documents.words_at(long, kind)) == documents.MOST_CHARACTERS
    assert documents.words_at(bomb, kind) == ""


def test_files_are_read_by_the_confined_child_of_files(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(confined, "ask", lambda module, *given, seconds: asked.append((module, given[0], seconds)) or {"words": "字"})

    assert documents.words_at(tmp_path / "x.pdf", "pdf") == "字"
    assert asked == [("yanxiu.integrity.documents", "pdf", documents.SECONDS)]


@pytest.mark.slow  # starts child processes
def test_a_file_without_words_is_read_once_and_leaves_nothing(place):
    page = pypdfium2.PdfDocument.new()
    page.new_page(200, 200)
    held = io.BytesIO()
    page.save(held)
    actions.index_text(text=text(place.teacher), files=[stored("空.pdf", held.getvalue())], by=SYSTEM, at=AT)

    assert actions.read_file(waiting=WaitingFile.objects.get(), by=SYSTEM, at=AT) is False
    assert not WaitingFile.objects.exists()
    assert IndexedText.objects.count() == 1


def test_a_file_that_ended_the_worker_three_times_is_given_up(place):
    waiting = make.waiting_file(make.indexed_text(place.teacher))
    WaitingFile.objects.update(tries=3)
    waiting.refresh_from_db()

    assert actions.read_file(waiting=waiting, by=SYSTEM, at=AT) is False
    assert not WaitingFile.objects.exists()


def test_only_the_platform_reads_files(place):
    with pytest.raises(NotPermitted):
        actions.read_file(waiting=make.waiting_file(make.indexed_text(place.teacher)), by=place.learner, at=AT)

    assert WaitingFile.objects.exists()


@pytest.mark.slow  # starts child processes
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.docx", b"PK broken"), ("b.pptx", samples.archive({"ppt/slides/slide1.xml": b"<a"})), ("c.pdf", b"%PDF-1.4 nothing"), ("d.txt", b"x")],
)  # fmt: skip
def test_what_cannot_be_read_has_no_words(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    assert documents.words_at(path, name.rpartition(".")[2]) == ""


@pytest.mark.slow  # starts a child process
def test_slides_are_read_in_their_order_with_their_notes(tmp_path):
    slide = '<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>'
    parts = {f"ppt/slides/slide{number}.xml": slide.format(f"第 {number} 页").encode() for number in (10, 2, 1)}
    path = tmp_path / "x.pptx"
    path.write_bytes(samples.archive(parts | {"ppt/notesSlides/notesSlide1.xml": slide.format("备注").encode()}))

    assert documents.words_at(path, "pptx").splitlines() == ["第 1 页", "备注", "第 2 页", "第 10 页"]
