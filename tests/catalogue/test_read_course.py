"""What comes is read in the background: once, with its progress on the page, and nothing is left of what cannot be used."""

import io

import pytest
from django.urls import reverse

from tests.catalogue import factories as make
from tests.catalogue import transport_samples as samples
from tests.catalogue.transport_samples import plan_of, upload
from tests.files import samples as files
from tests.files.factories import stored_row
from yanxiu.catalogue import actions, tasks
from yanxiu.catalogue.models import CourseImport, ImportState, Step
from yanxiu.files import actions as stored
from yanxiu.files import inspection
from yanxiu.files.actions import Ahead
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def url(name: str, *args) -> str:
    return reverse(f"catalogue:{name}", args=args)


@pytest.fixture
def large(monkeypatch):
    """Every course file counts as large."""
    monkeypatch.setattr(actions.importing, "AT_ONCE_BYTES", 10)


def put_off(unit, author, raw: bytes) -> CourseImport:
    return actions.prepare_course(sent=upload(samples.NAME, raw), owner=unit, by=author, at=make.AT)


def alive() -> set[int]:
    return set(StoredFile.objects.filter(deleted_at__isnull=True).values_list("pk", flat=True))


def test_a_large_course_file_is_read_in_the_background(unit, author, large):
    raw = samples.exported(samples.small_course())
    brought = put_off(unit, author, raw)
    assert plan_of(brought).steps == ()
    assert put_off(unit, author, raw).pk == brought.pk
    with pytest.raises(Conflict, match="还在检查"):
        actions.import_course(brought=brought, facts=make.facts(), by=author, at=make.AT)
    with pytest.raises(NotPermitted):
        actions.read_course(brought=brought, by=author, at=make.AT)

    assert actions.read_course(brought=brought, by=SYSTEM, at=make.AT)

    brought.refresh_from_db()
    assert plan_of(brought).bundle == 0
    assert not actions.read_course(brought=brought, by=SYSTEM, at=make.AT)
    course = actions.import_course(brought=brought, facts=make.facts(), by=author, at=make.AT)
    assert Step.objects.filter(course=course).count() == len(plan_of(brought).steps) == 2
    assert not StoredFile.objects.filter(kind="bundle", deleted_at__isnull=True).exists()


def test_a_large_file_that_cannot_be_used_ends_with_its_reason_and_nothing_is_left(unit, author, large):
    raw = samples.changed(samples.exported(samples.small_course()), more={"media/0001": b"GIF89a"})
    before = alive()
    brought = put_off(unit, author, raw)

    actions.read_course(brought=brought, by=SYSTEM, at=make.AT)

    brought.refresh_from_db()
    assert brought.state == ImportState.GIVEN_UP
    assert "对不上" in plan_of(brought).broken
    assert alive() == before


def test_an_import_given_up_while_it_was_read_keeps_nothing(unit, author, large):
    raw = samples.exported(samples.small_course())
    before = alive()
    brought = put_off(unit, author, raw)
    seen = CourseImport.objects.get()
    actions.give_up_import(brought=brought, by=author, at=make.AT)

    assert actions.read_course(brought=seen, by=SYSTEM, at=make.AT)

    brought.refresh_from_db()
    assert (brought.state, plan_of(brought).steps) == (ImportState.GIVEN_UP, ())
    assert alive() == before


def test_the_page_says_how_far_the_reading_is_and_goes_on_by_itself(cast, large, monkeypatch):
    designer, asked = cast.client_of("方案"), []
    monkeypatch.setattr(tasks, "ask_to_read", asked.append)
    answer = designer.post(url("prepare_course"), {"bundle": upload(samples.NAME, samples.exported(samples.small_course()))})
    brought = CourseImport.objects.get()
    assert (answer.url, asked) == (url("import_course", brought.pk), [brought])

    assert "课程文件已收到，排队检查" in designer.get(answer.url).text
    assert "检查和存放" in designer.get(f"{answer.url}?part=job", headers={"HX-Request": "true"}).text
    tasks.read_course(import_id=brought.pk)

    assert designer.get(f"{answer.url}?part=job", headers={"HX-Request": "true"})["HX-Redirect"] == answer.url
    assert "建成草稿" in designer.get(answer.url).text


def test_what_a_worker_left_is_asked_for_again(unit, author, large, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "ask_to_read", asked.append)
    brought = put_off(unit, author, samples.exported(samples.small_course()))

    tasks.read_left(timestamp=int(make.AT.timestamp()) + 60)
    assert asked == []
    tasks.read_left(timestamp=int(make.AT.timestamp()) + 3_700)
    assert asked == [brought]


# Loose files


def sent(*names: str):
    return [upload(name, files.PDF + b"\n" * place) for place, name in enumerate(names)]


def test_a_page_takes_loose_files_without_looking_into_them(unit, author, monkeypatch):
    def looked(*_words) -> None:
        raise AssertionError("a request must not wait for a child")

    with monkeypatch.context() as patched:
        patched.setattr(inspection, "run", looked)
        brought = actions.prepare_files(sent=sent("一.pdf", "二.pdf"), owner=unit, by=author, at=make.AT)
    assert [one.name for one in plan_of(brought).coming] == ["一.pdf", "二.pdf"]
    assert set(StoredFile.objects.values_list("kind", "media_type")) == {("unchecked", "application/octet-stream")}

    assert actions.read_course(brought=brought, by=SYSTEM, at=make.AT)

    brought.refresh_from_db()
    plan = plan_of(brought)
    assert (len(plan.steps), plan.coming, plan.is_being_read) == (2, (), False)
    assert set(StoredFile.objects.filter(deleted_at__isnull=True).values_list("kind", flat=True)) == {"document"}
    assert not actions.read_course(brought=brought, by=SYSTEM, at=make.AT)


def test_what_nobody_has_looked_at_is_taken_by_no_form(unit, author):
    brought = actions.prepare_files(sent=sent("一.pdf"), owner=unit, by=author, at=make.AT)
    (coming,) = plan_of(brought).coming

    for kind in Kind:
        with pytest.raises(Invalid):
            stored.claim(file_id=coming.file_id, kind=kind, by=author, at=make.AT)
    with pytest.raises(Invalid):
        stored.check(file=stored_row(), by=author, at=make.AT)


def test_nothing_is_added_or_made_while_files_are_read(unit, author):
    brought = actions.prepare_files(sent=sent("一.pdf"), owner=unit, by=author, at=make.AT)

    with pytest.raises(Conflict, match="还在检查"):
        actions.add_files(brought=brought, sent=sent("二.pdf"), by=author, at=make.AT)
    with pytest.raises(Conflict, match="还在检查"):
        actions.import_course(brought=brought, facts=make.facts(), by=author, at=make.AT)
    assert len(alive()) == 1


def test_loose_files_given_up_while_they_were_read_leave_nothing(unit, author):
    brought = actions.prepare_files(sent=sent("一.pdf", "二.pdf"), owner=unit, by=author, at=make.AT)
    seen = CourseImport.objects.get()
    actions.give_up_import(brought=brought, by=author, at=make.AT)

    assert actions.read_course(brought=seen, by=SYSTEM, at=make.AT)

    brought.refresh_from_db()
    assert (brought.state, alive()) == (ImportState.GIVEN_UP, set())


def test_the_same_large_film_for_two_forms_stays_with_the_first(unit, author):
    film = stored.store(content=io.BytesIO(files.film(3)), name="第一讲.mp4", kind=Kind.VIDEO, by=author, at=make.AT)
    ahead = Ahead(file_id=film.pk, name=film.name)

    first = actions.prepare_files(sent=[ahead], owner=unit, by=author, at=make.AT)
    again = actions.prepare_files(sent=[ahead], owner=unit, by=author, at=make.AT)

    assert (first.pk, alive()) == (again.pk, {film.pk})
    actions.read_course(brought=first, by=SYSTEM, at=make.AT)
    first.refresh_from_db()
    assert (len(plan_of(first).steps), alive()) == (1, {film.pk})


def test_loose_files_that_a_worker_left_are_asked_for_again(unit, author, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "ask_to_read", asked.append)
    brought = actions.prepare_files(sent=sent("一.pdf"), owner=unit, by=author, at=make.AT)
    make.course_import(owner=unit, created_at=make.AT, plan={"origin": "files"})

    tasks.read_left(timestamp=int(make.AT.timestamp()) + 3_700)

    assert asked == [brought]


def test_the_page_of_loose_files_says_how_far_the_reading_is(cast, monkeypatch):
    designer, seen = cast.client_of("方案"), []
    answer = designer.post(url("prepare_files"), {"uploads": sent("一.pdf", "二.pdf")})
    brought = CourseImport.objects.get()
    assert "正在检查" in designer.get(url("prepare_files")).text
    looked = stored.check

    def watched(**words):
        seen.append(plan_of(CourseImport.objects.get()).read)
        return looked(**words)

    monkeypatch.setattr("yanxiu.files.actions.check", watched)
    tasks.read_course(import_id=brought.pk)

    assert seen == [0, 1]
    assert "能建成 2 个环节，都读懂了" in designer.get(answer.url).text
