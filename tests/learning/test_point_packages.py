"""SCORM packages at teaching points: their files go along, what they report comes back by union and is judged at the centre."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.catalogue import factories as catalogue
from tests.catalogue.test_packages import taken as taken_in
from tests.learning import factories as make
from tests.learning.test_points import AT, MADE, come
from tests.programmes import factories as programmes
from yanxiu.catalogue import content as contents
from yanxiu.catalogue.models import Step
from yanxiu.files import packages as folders
from yanxiu.files import queries as stored
from yanxiu.files import storage
from yanxiu.files.actions.shipping import adopt
from yanxiu.kit.actor import SYSTEM
from yanxiu.learning.models import PackageRun, PackageStudy, StepDone
from yanxiu.learning.points import rows, taking
from yanxiu.learning.points.facts import Run, Studied, gather
from yanxiu.orgs.models import Kind
from yanxiu.programmes.models import Enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(place):
    """The teacher studies at the point; a package was made a week ago."""
    point = programmes.org(parent=place.county, kind=Kind.POINT, name="石门坎教学点")
    film = make.chosen(place.enrolment, seconds=100)
    Enrolment.objects.filter(pk=place.enrolment.pk).update(point=point)
    place.enrolment.refresh_from_db()
    return make.point_package(point, place.programme, asked_at=MADE, ready_at=MADE), place.enrolment, film


def test_course_packages_travel_with_their_files_and_are_played_there(there, place, tmp_path, settings):
    made, _, film = there
    settings.DATA = tmp_path / "centre"
    played = taken_in(film.course)
    step = make.package_step(film.course, played)
    storage.path_of(stored.folder(), film.media.storage_name).parent.mkdir(parents=True, exist_ok=True)
    storage.path_of(stored.folder(), film.media.storage_name).write_bytes(b"film")
    about = rows.chosen(made.point, place.programme)
    carried = dict(rows.bytes_of(about))
    lines = list(rows.dump(about))

    assert f"packages/{played.storage_name}/index.json" in carried
    assert played.file.storage_name not in carried  # what it was unpacked from stays at the centre
    assert any('"catalogue.package"' in line and played.title in line for line in lines)

    names = list(carried)
    assert names.index(f"packages/{played.storage_name}/index.json") == len(names) - 1
    settings.DATA = tmp_path / "point"
    for name, source in carried.items():
        assert adopt(name=name, fill=lambda target, source=source: target.write(source.read_bytes()), by=SYSTEM, at=AT)
    with transaction.atomic():
        rows.load(lines)
    index = folders.index_of(stored.folder(), played.storage_name)
    first = index["index_lms.html"]
    assert (folders.place_of(stored.folder(), played.storage_name) / str(first.number)).stat().st_size == first.size
    assert contents.read(Step.objects.get(pk=step.pk).content, contents.Package).package_id == played.pk


@pytest.mark.parametrize("name", ["packages/{0}/../x", "packages/{0}/12345", "packages/{0}/index.html", "packages/x/1", "packages/{0}/1/2"])
def test_a_package_brings_no_file_under_another_name(name, tmp_path, settings):
    settings.DATA = tmp_path
    with pytest.raises(ValueError, match=r"\w"):
        adopt(name=name.format("0" * 32), fill=lambda target: target.write(b"x"), by=SYSTEM, at=AT)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


SAVED = {"cmi.core.lesson_status": "incomplete", "cmi.core.lesson_location": "3", "cmi.suspend_data": "p=3;中文"}
PASSED = {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "92", "cmi.core.score.max": "100"}


def studied(
    enrolment, step, data: dict[str, str], *, minutes_ago: float = 60, seconds: int = 90, attempt: int = 1, sco: str = "sco1"
) -> Studied:
    saved = AT.timestamp() - minutes_ago * 60
    return Studied(
        person=enrolment.person_id, enrolment=enrolment.pk, step=step.pk, attempt=attempt, position=sco, sequencing="", seconds=seconds,
        opened=saved - 100, runs=(Run(sco=sco, attempt=attempt, data=data, seconds=seconds, saved=saved),),
    )  # fmt: skip


@pytest.fixture
def played(there, place):
    return make.package_step(there[2].course, catalogue.package(owner=place.county), counts="passed", min_seconds=60)


def test_what_a_package_reported_there_is_here_and_completes_the_step_by_the_same_rule(there, played):
    made, enrolment, _ = there

    begun = come(made, packages=(studied(enrolment, played, SAVED, seconds=30),))
    run = PackageRun.objects.get()
    assert (begun.done, run.status, run.data["cmi.suspend_data"], run.total_seconds) == (0, "incomplete", "p=3;中文", 30)

    hour = AT + timedelta(hours=1)
    sync = come(made, sealed=hour, at=hour, packages=(studied(enrolment, played, PASSED, minutes_ago=5),))

    run.refresh_from_db()
    study = PackageStudy.objects.get()
    assert (sync.done, run.status, run.success, run.score, study.seconds, study.position) == (1, "completed", "passed", 92, 90, "sco1")
    assert StepDone.objects.get().how == "reported"


def test_the_same_report_again_or_an_older_one_changes_nothing_and_a_completed_unit_stays_so(there, played):
    made, enrolment, _ = there
    come(made, packages=(studied(enrolment, played, PASSED),))

    for number, one in enumerate(
        (studied(enrolment, played, PASSED), studied(enrolment, played, SAVED, minutes_ago=90, seconds=20)), start=1
    ):
        later = AT + timedelta(minutes=number)
        assert come(made, sealed=later, at=later, packages=(one,)).done == 0
    assert (PackageRun.objects.get().score, PackageStudy.objects.get().seconds) == (92, 90)

    later = AT + timedelta(hours=2)
    come(made, sealed=later, at=later, packages=(studied(enrolment, played, SAVED, minutes_ago=-30),))
    assert (PackageRun.objects.get().status, PackageRun.objects.get().data["cmi.core.lesson_location"]) == ("completed", "3")
    assert StepDone.objects.count() == 1


def test_forged_reports_earn_no_more_than_the_time_since_the_package_and_odd_ones_are_not_kept(there, played):
    made, enrolment, _ = there
    odd = {"cmi.core.lesson_status": "passed", "cmi.evil": "x"}

    refused = come(made, packages=(studied(enrolment, played, odd),))
    assert "不合标准" in refused.remarks[0]
    assert not PackageStudy.objects.exists()

    at = AT + timedelta(minutes=1)
    come(
        made,
        sealed=at,
        at=at,
        packages=(studied(enrolment, played, PASSED, seconds=10**9), studied(enrolment, played, PASSED, sco="ghost")),
    )
    assert PackageStudy.objects.get().seconds <= timedelta(days=7, minutes=1).total_seconds()
    assert [run.sco for run in PackageRun.objects.all()] == ["sco1"]


def test_reports_travel_to_the_point_and_back_unchanged(there, played):
    made, enrolment, _ = there
    come(made, packages=(studied(enrolment, played, SAVED),))
    sent = gather([enrolment.pk], with_stretches=False)
    PackageStudy.objects.all().delete()

    for _ in range(2):
        with transaction.atomic():
            taking.take(sent, since=None, by=SYSTEM, at=AT)

    assert PackageRun.objects.get().data == SAVED
    assert gather([enrolment.pk], with_stretches=True).packages == sent.packages


def test_packages_of_people_who_do_not_belong_to_the_point_are_not_taken(there, place):
    made, _, film = there
    stranger = make.participant(place.programme, place.second_school)

    come(made, packages=(studied(stranger, make.package_step(film.course, catalogue.package(owner=place.county)), PASSED),))

    assert not PackageStudy.objects.exists()
    assert not StepDone.objects.exists()
