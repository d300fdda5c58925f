"""Teaching points at the centre: who studies there, the package, and study that comes back by union."""

import io
import random
import zipfile
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.catalogue import factories as catalogue
from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.files.models import StoredFile
from yanxiu.kit import codes
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotPermitted
from yanxiu.learning.actions import supplying
from yanxiu.learning.models import (
    CaseDraw,
    CourseDone,
    Lease,
    PackageState,
    PointPackage,
    PointSync,
    Progress,
    StepDone,
)
from yanxiu.learning.points import bundle, inside, keys, package, rows, taking
from yanxiu.learning.points.facts import Facts, Finished, Stretch, Watched, gather
from yanxiu.learning.queries import points as queries
from yanxiu.orgs.models import Kind, Org
from yanxiu.people.models import Person
from yanxiu.programmes.actions import assign_point
from yanxiu.programmes.models import Enrolment
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
AT = make.AT
MADE = AT - timedelta(days=7)


@pytest.fixture
def point(place) -> Org:
    return programmes.org(parent=place.county, kind=Kind.POINT, name="石门坎教学点")


@pytest.fixture
def there(place, point):
    """The teacher studies at the point; one film of a hundred seconds is in her list; a package was made a week ago."""
    film = make.chosen(place.enrolment, seconds=100)
    Enrolment.objects.filter(pk=place.enrolment.pk).update(point=point)
    place.enrolment.refresh_from_db()
    return make.point_package(point, place.programme, asked_at=MADE, ready_at=MADE), place.enrolment, film


def stretch(enrolment, film, *, minutes_ago: float = 60, seconds: float = 100, nonce: int = 7_000, credited: int | None = None) -> Stretch:
    started = AT.timestamp() - minutes_ago * 60
    return Stretch(
        person=enrolment.person_id, nonce=nonce, enrolment=enrolment.pk, kind=1, item=film.pk, rate=100,
        credited=int(seconds) if credited is None else credited, started=started, ended=started + seconds,
    )  # fmt: skip


def watched(enrolment, film, *spans: tuple[int, int], length: int = 100) -> Watched:
    mask = sum(1 << (length - 1 - second) for start, end in spans for second in range(start, end))
    size = (length + 7) // 8
    return Watched(
        person=enrolment.person_id, enrolment=enrolment.pk, kind=1, item=film.pk, length=length,
        mask=(mask << (size * 8 - length)).to_bytes(size, "big"), position=50,
    )  # fmt: skip


def come(made, *, at=AT, sealed=AT, is_live: bool = False, key: bytes | None = None, by=SYSTEM, **facts) -> PointSync:
    raw = bundle.seal(Facts(**facts), package=made.pk, sealed_at=sealed.timestamp(), key=key or keys.of_sync(made.pk))
    return supplying.receive_bundle(raw=raw, is_live=is_live, by=by, at=at)[0]


# --- who studies where


def test_schools_are_assigned_to_a_point_and_back(place, point):
    office = place.office

    assert assign_point(programme=place.programme, units=[place.school], point=point, by=office, at=AT) == 1
    assert assign_point(programme=place.programme, units=[place.school], point=point, by=office, at=AT) == 0
    assert Enrolment.objects.get(pk=place.enrolment.pk).point == point
    assert Record.objects.filter(verb="assigned", object_type="point").count() == 1
    assert assign_point(programme=place.programme, units=[place.school], point=None, by=office, at=AT) == 1


def test_only_an_office_above_assigns_and_only_to_a_point(place, point):
    with pytest.raises(NotPermitted):
        assign_point(programme=place.programme, units=[place.school], point=point, by=place.learner, at=AT)
    with pytest.raises(Invalid, match="不是教学点"):
        assign_point(programme=place.programme, units=[place.school], point=place.second_school, by=place.office, at=AT)
    with pytest.raises(Invalid, match="还没有选学校"):
        assign_point(programme=place.programme, units=[], point=point, by=place.office, at=AT)
    assert not Enrolment.objects.filter(point__isnull=False).exists()


# --- the package


def test_a_package_is_asked_for_made_once_and_opens_with_its_code(place, there, tmp_path, settings):
    settings.DATA = tmp_path
    PointPackage.objects.all().delete()
    for file in StoredFile.objects.all():
        place_of = tmp_path / "files" / file.storage_name[:2]
        place_of.mkdir(parents=True, exist_ok=True)
        (place_of / file.storage_name).write_bytes(b"film")
    asked = supplying.ask_package(programme=place.programme, point=there[0].point, by=place.office, at=AT)
    with pytest.raises(Conflict, match="正在打"):
        supplying.ask_package(programme=place.programme, point=there[0].point, by=place.office, at=AT)

    made = supplying.make_package(made=asked, by=SYSTEM, at=AT)
    assert supplying.make_package(made=made, by=SYSTEM, at=AT) == made

    assert (made.state, made.people, made.courses) == (PackageState.READY, 1, 1)
    with package.opened(supplying.path(made), trusted=keys.public()) as opened:
        within = inside.parsed(opened.rows(codes.grouped(keys.opening_code(made.pk)).lower()))
        assert opened.manifest.point_name == "石门坎教学点"
        assert [member.name for member in opened.media()] == [there[2].media.storage_name]
    assert within.sync_key == keys.of_sync(made.pk)
    assert '"people.person"' in within.rows
    person = Person.objects.get(pk=place.enrolment.person_id)
    assert person.name in within.rows
    assert '"identity_hint": ""' in within.rows  # identity numbers stay at the centre


def test_no_package_for_a_point_without_people_or_by_whom_does_not_supply(place, point):
    with pytest.raises(Conflict, match="还没有教师分到"):
        supplying.ask_package(programme=place.programme, point=point, by=place.office, at=AT)
    with pytest.raises(NotPermitted):
        supplying.ask_package(programme=place.programme, point=point, by=place.school_admin, at=AT)
    assert not PointPackage.objects.exists()


def written(made, tmp_path, *, rows_text: bytes = b"{}", name: str = "a.yanxiu-point"):
    film = tmp_path / "film"
    film.write_bytes(b"film" * 1000)
    target = tmp_path / name
    with target.open("wb") as file:
        package.write(
            file, manifest=supplying._manifest(made, at=AT), sealed=package.seal(rows_text, code="CODE", package=made.pk),
            media=[("0" * 32, film)],
        )  # fmt: skip
    return target


def test_every_changed_byte_of_a_package_is_found(there, tmp_path):
    source = written(there[0], tmp_path)
    raw = source.read_bytes()
    chances = random.Random(7)
    found = 0
    for _ in range(80):
        place = chances.randrange(len(raw))
        source.write_bytes(raw[:place] + bytes([raw[place] ^ 1 << chances.randrange(8)]) + raw[place + 1 :])
        try:
            with package.opened(source, trusted=keys.public()) as opened:
                target = io.BytesIO()
                within = opened.rows("CODE")
                opened.copy(opened.media()[0], target)
        except package.BadPackage:
            found += 1
        else:  # what changed was the zip's own bookkeeping (times, padding): nothing that is read
            assert (within, target.getvalue()) == (b"{}", b"film" * 1000)
    assert found > 50


def test_a_package_of_another_centre_a_wrong_code_and_other_files_are_refused(there, tmp_path, settings):
    source = written(there[0], tmp_path)
    with package.opened(source, trusted=None) as opened, pytest.raises(package.BadPackage, match="开包码不对"):
        opened.rows("WRONG")
    settings.TICKET_KEY = "another"
    with pytest.raises(package.BadPackage, match="不是本教学点所属中心"), package.opened(source, trusted=keys.public()):
        pass
    source.write_bytes(b"not a zip")
    with pytest.raises(package.BadPackage, match="不是课程包"), package.opened(source, trusted=None):
        pass


def test_a_file_smuggled_into_a_package_is_refused(there, tmp_path):
    source = written(there[0], tmp_path)
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("media/../../evil", b"x")
    with pytest.raises(package.BadPackage, match="不一致"), package.opened(source, trusted=None):
        pass


def test_rows_bring_only_known_things():
    with pytest.raises(ValueError, match=r"people\.rosterimport"):
        rows.load(['{"model": "people.rosterimport", "pk": 1, "fields": {}}'])


# --- study that comes back


def test_study_comes_back_as_leases_bits_and_done_steps(there):
    made, enrolment, film = there

    sync = come(made, stretches=(stretch(enrolment, film),), watched=(watched(enrolment, film, (0, 100)),))

    assert (sync.people, sync.seconds, sync.done, sync.remarks) == (1, 100, 1, [])
    assert Progress.objects.get().seconds == 100
    assert Lease.objects.get().credited == 100
    assert StepDone.objects.get().step == film
    done = CourseDone.objects.get()
    assert done.record_id is not None
    assert done.done_at == AT - timedelta(minutes=60) + timedelta(seconds=100)  # when it was done, not when it arrived


def test_the_same_bundle_again_and_the_same_study_in_later_bundles_count_once(there):
    made, enrolment, film = there
    facts = {"stretches": (stretch(enrolment, film),), "watched": (watched(enrolment, film, (0, 100)),)}

    first = come(made, **facts)
    again = come(made, **facts)
    later = come(made, sealed=AT + timedelta(hours=1), at=AT + timedelta(hours=1), **facts)

    assert again == first
    assert (later.seconds, later.done) == (0, 0)
    assert Lease.objects.count() == StepDone.objects.count() == CourseDone.objects.count() == 1
    assert Record.objects.filter(verb="completed", object_type="course").count() == 1


def test_seconds_without_time_are_not_granted_and_come_with_the_next_sync(there):
    made, enrolment, film = there

    sync = come(made, stretches=(stretch(enrolment, film, seconds=30),), watched=(watched(enrolment, film, (0, 60)),))

    assert sync.seconds == 30
    assert "30 秒没有对应的学习时间" in sync.remarks[0]
    after = AT + timedelta(hours=2)
    rest = stretch(enrolment, film, minutes_ago=-60, seconds=30, nonce=2)
    assert come(made, sealed=after, at=after, stretches=(rest,), watched=(watched(enrolment, film, (0, 60)),)).seconds == 30
    assert Progress.objects.get().seconds == 60


def test_time_in_which_she_studied_at_the_centre_does_not_count_twice(there):
    made, enrolment, film = there
    other = make.video(film.course, seconds=100, title="另一段")
    make.lease(enrolment, other, started_at=AT - timedelta(minutes=60), ended_at=AT - timedelta(minutes=60) + timedelta(seconds=80),
               credited=80)  # fmt: skip

    sync = come(made, stretches=(stretch(enrolment, film, seconds=100),), watched=(watched(enrolment, film, (0, 100)),))

    assert sync.seconds == 20


def test_a_tab_left_open_at_the_centre_ends_when_she_studies_at_the_point(there):
    made, enrolment, film = there
    other = make.video(film.course, seconds=100, title="另一段")
    make.lease(enrolment, other, started_at=AT - timedelta(hours=10), credited=40)

    sync = come(made, stretches=(stretch(enrolment, film),), watched=(watched(enrolment, film, (0, 100)),))

    assert sync.seconds == 100
    left = Lease.objects.get(number=1)
    assert left.ended_at == AT - timedelta(minutes=60)


def test_stretches_that_overlap_each_other_or_lie_outside_the_package_are_cut(there):
    made, enrolment, film = there
    twice = (stretch(enrolment, film, nonce=1), stretch(enrolment, film, nonce=2))
    early = stretch(enrolment, film, minutes_ago=60 * 24 * 30, nonce=3)
    future = stretch(enrolment, film, minutes_ago=-600, nonce=4)

    sync = come(made, stretches=(*twice, early, future), watched=(watched(enrolment, film, (0, 100)),))

    assert sync.seconds == 100
    assert [lease.credited for lease in Lease.objects.order_by("number")] == [100]


def test_more_than_the_stretch_is_long_is_never_credited(there):
    made, enrolment, film = there

    sync = come(made, stretches=(stretch(enrolment, film, seconds=10, credited=100),), watched=(watched(enrolment, film, (0, 100)),))

    assert sync.seconds == 10


def test_a_wrong_clock_is_seen_on_the_line_and_set_right(there):
    made, enrolment, film = there
    behind = AT - timedelta(days=3)  # the point's clock
    started = behind.timestamp() - 600
    odd = Stretch(person=enrolment.person_id, nonce=9, enrolment=enrolment.pk, kind=1, item=film.pk, rate=100, credited=100,
                  started=started, ended=started + 100)  # fmt: skip

    sync = come(made, is_live=True, sealed=behind, stretches=(odd,), watched=(watched(enrolment, film, (0, 100)),))

    assert "时钟慢了 259200 秒" in sync.remarks[0]
    assert Lease.objects.get().started_at == AT - timedelta(seconds=600)


def test_answers_and_readings_done_there_are_done_here(there):
    made, enrolment, film = there
    reading = make.text(film.course)

    sync = come(made, finished=(Finished(enrolment=enrolment.pk, step=reading.pk, how="read", at=AT.timestamp() - 60),))

    assert sync.done == 1
    assert StepDone.objects.get().step == reading


def test_study_of_people_who_do_not_belong_to_the_point_is_not_taken(there, place):
    made, _, film = there
    stranger = make.participant(place.programme, place.second_school)

    sync = come(made, stretches=(stretch(stranger, film),), watched=(watched(stranger, film, (0, 100)),),
                finished=(Finished(enrolment=stranger.pk, step=film.pk, how="passed", at=AT.timestamp()),))  # fmt: skip

    assert (sync.seconds, sync.done) == (0, 0)
    assert "不在这个教学点" in sync.remarks[0]
    assert not StepDone.objects.exists()


def test_cases_done_at_the_centre_are_done_at_the_point_and_counted_there_once(there, place):
    _, enrolment, _ = there
    case = make.lesson_case(place.county)
    draw = make.case_draw(enrolment, case, watched_at=AT, reported_at=AT, done_at=AT, needs_report=True)
    sent = gather([enrolment.pk], with_stretches=False)
    CaseDraw.objects.filter(pk=draw.pk).update(watched_at=None, reported_at=None, done_at=None)  # as rows arrive at the point

    for _ in range(2):
        with transaction.atomic():
            taking.take(sent, since=None, by=SYSTEM, at=AT)

    assert CaseDraw.objects.get(pk=draw.pk).done_at == AT
    assert Record.objects.filter(verb="completed", object_type="lesson_case", person_id=enrolment.person_id).count() == 1
    assert not gather([enrolment.pk], with_stretches=True).cases, "a point claims no cases"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]), "签名不对"),
        (lambda raw: b"\0" * 32 + raw[32:], "签名不对"),
        (lambda raw: raw[:40], "签名不对"),
        (lambda _: b"", "不是教学点的同步文件"),
        (lambda _: "这是一篇作文".encode(), "不是教学点的同步文件"),
        (lambda raw: raw[:32] + b"999999\n" + raw[34:], "没有这个教学点的课程包"),
    ],
)
def test_forged_and_spoiled_bundles_change_nothing(there, spoil, words):
    made, enrolment, film = there
    facts = Facts(stretches=(stretch(enrolment, film),), watched=(watched(enrolment, film, (0, 100)),))
    raw = bundle.seal(facts, package=made.pk, sealed_at=AT.timestamp(), key=keys.of_sync(made.pk))

    with pytest.raises(bundle.BadBundle, match=words):
        supplying.receive_bundle(raw=spoil(raw), is_live=True, by=SYSTEM, at=AT)

    assert not Progress.objects.filter(seconds__gt=0).exists()
    assert not PointSync.objects.exists()


def test_a_bundle_by_hand_is_taken_by_whoever_supplies_the_point(there, place):
    made, enrolment, film = there
    facts = {"stretches": (stretch(enrolment, film),), "watched": (watched(enrolment, film, (0, 100)),)}

    with pytest.raises(NotPermitted):
        come(made, by=place.learner, **facts)
    assert come(made, by=place.office, **facts).seconds == 100


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_credited_seconds_stay_within_server_seconds_whatever_comes(data, there):
    """F-13 over two machines: random stretches and claims, resent and shuffled."""
    made, enrolment, film = there
    Lease.objects.all().delete()
    Progress.objects.all().delete()
    StepDone.objects.all().delete()
    PointSync.objects.all().delete()
    at = AT
    sent = []
    for number in range(data.draw(st.integers(1, 4))):
        at += timedelta(minutes=5)
        spans = data.draw(st.lists(st.tuples(st.integers(0, 280), st.integers(1, 90), st.integers(0, 120)), max_size=4))
        sent += [
            Stretch(person=enrolment.person_id, nonce=number * 10 + index, enrolment=enrolment.pk, kind=1, item=film.pk, rate=100,
                    credited=credited, started=AT.timestamp() + start, ended=AT.timestamp() + start + long)
            for index, (start, long, credited) in enumerate(spans)
        ]  # fmt: skip
        claim = data.draw(st.integers(0, 99))
        come(made, at=at, sealed=at, stretches=tuple(data.draw(st.permutations(sent))), watched=(watched(enrolment, film, (0, claim + 1)),))
    leases = list(Lease.objects.order_by("started_at"))
    assert all(one.ended_at <= two.started_at for one, two in pairwise(leases))
    assert all(one.credited <= (one.ended_at - one.started_at).total_seconds() for one in leases)
    assert sum(row.seconds for row in Progress.objects.all()) <= sum(one.credited for one in leases)


def test_the_seat_tells_of_all_that_waits_also_of_what_has_no_film(place, point):
    """What was read, answered or played in a package waits for the centre as a film does."""
    seat = make.point_seat(point, place.programme, package_made_at=MADE)
    Enrolment.objects.filter(pk=place.enrolment.pk).update(point=point)
    other = make.participant(place.programme, place.school)
    Enrolment.objects.filter(pk=other.pk).update(point=point)
    course = make.course(place.county)
    assert queries.waiting(seat) == queries.Waiting(people=0, seconds=0, steps=0, open=0)

    make.step_done(place.enrolment, make.text(course), how="read")
    make.package_run(make.package_study(other, make.package_step(course, catalogue.package(owner=place.county))))
    assert queries.waiting(seat) == queries.Waiting(people=2, seconds=0, steps=1, open=0)
    make.lease(other, make.video(course), credited=150)
    assert (queries.waiting(seat).words, queries.waiting(seat).open) == ("2 分钟", 1)

    seat.synced_at = make.AT + timedelta(minutes=1)
    assert queries.waiting(seat).steps == 0
