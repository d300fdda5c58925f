"""What a changed plan would do: who gains, who loses, and that asking stores nothing."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests.evaluation import factories as make
from tests.programmes import factories as programmes
from yanxiu.evaluation import actions, standing
from yanxiu.evaluation.effects import effects
from yanxiu.evaluation.models import Requirement
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import Conflict
from yanxiu.learning.events import StudyEvent
from yanxiu.orgs.models import Kind
from yanxiu.programmes import actions as programme_actions
from yanxiu.programmes.models import Enrolment, PlanVersion
from yanxiu.records.actions import record
from yanxiu.records.models import Record, Slice, Tally

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 20, 4, tzinfo=UTC)
STUDIED = datetime(2026, 12, 10, 4, tzinfo=UTC)
RULE = "assess:\n  - {id: learner, of: [learner], kind: rule, label: 学员考核, pass: {all: [electives, law]}}\n"
OLD = programmes.SMALL_PLAN + RULE
TIGHTER = OLD.replace("min_hours: 2, catalogue", "min_hours: 4, catalogue")


@pytest.fixture
def county(db):
    return programmes.org(parent=programmes.org(), kind=Kind.COUNTY)


@pytest.fixture
def school(county):
    return programmes.org(parent=county)


@pytest.fixture
def programme(county):
    one = programmes.running(county, source=OLD)
    actions.lay_down(version=one.current, by=SYSTEM, at=programmes.AT)
    return one


@pytest.fixture
def people(programme, school):
    """Three teachers: one with 4 hours of electives and the law course, one with 2 and the law course, one with nothing."""
    found = [programmes.teacher(school, stage="高中", name=name) for name in ("周敏", "李雷", "韩梅")]
    for person, hours in zip(found, (4, 2, 0), strict=True):
        programmes.enrolment(programme, person)
        if hours:
            study(programme, person, "electives", hours)
            study(programme, person, "law", 2)
    return found


@transaction.atomic
def study(programme, person, block: str, hours: int, at: datetime = STUDIED) -> None:
    record(
        StudyEvent.COURSE_COMPLETED, object_id=f"{block}-{hours}", by=Actor(person_id=person.pk, label=person.name), at=at,
        programme_id=programme.pk, kind=block, measure=hours, unit_path=person.unit_path,
    )  # fmt: skip


def of(found, key):
    return next(one for one in found.requirements if one.key == key)


def test_a_tighter_plan_names_who_would_lose(programme, people):
    found = effects(programme, source=TIGHTER, at=AT)

    electives = of(found, "electives")
    assert (electives.met_before, electives.met_after, electives.losing, electives.gaining) == (2, 1, 2, 0)
    assert [(one.rule, one.passed_before, one.passed_after, one.lost, one.gained) for one in found.results] == [("learner", 2, 1, 1, 0)]
    assert (found.participants, found.losing_count, found.gaining_count) == (3, 2, 0)
    assert {one.name: one.changes for one in found.losing} == {
        "李雷": ("学员考核：合格 → 不合格", "选修课：已满足 → 差 2 学时"),
        "韩梅": ("选修课：差 2 学时 → 差 4 学时",),
    }


def test_a_requirement_that_goes_makes_people_gain(programme, people):
    looser = OLD.replace("  - {id: law, label: 法律法规, kind: compulsory, window: study, hours: 2}\n", "").replace(
        "[electives, law]", "[electives]"
    )

    found = effects(programme, source=looser, at=AT)

    assert [(one.name, one.changes) for one in found.gaining] == [("韩梅", ("法律法规：差 2 学时 → 不要求",))]
    assert found.losing == ()


def test_an_earlier_end_of_the_window_takes_what_came_after_it(programme, people):
    study(programme, people[2], "electives", 2, at=datetime(2026, 12, 18, 4, tzinfo=UTC))
    earlier = OLD.replace("to: 2026-12-31", "to: 2026-12-15")

    found = effects(programme, source=earlier, at=AT)

    assert of(found, "electives").met_before == 3
    assert [(one.name, one.changes) for one in found.losing] == [("韩梅", ("选修课：已满足 → 差 2 学时",))]


def test_it_tells_what_publishing_then_does(programme, people):
    found = effects(programme, source=TIGHTER, at=AT)

    version = programme_actions.publish(
        programme=programme, source=TIGHTER, parameters={}, reason="多学两小时", move_participants=True, by=SYSTEM, at=AT
    )
    actions.lay_down(version=version, by=SYSTEM, at=AT)
    met = [row.met for row in standing.of(versions=[version.pk], at=AT) if row.key == "electives"]
    assert (sum(met), len(met)) == (of(found, "electives").met_after, of(found, "electives").due_after)


def test_participants_pinned_to_several_versions_are_compared_with_their_own(programme, people):
    version = programme_actions.publish(programme=programme, source=TIGHTER, parameters={}, reason="多学两小时", by=SYSTEM, at=AT)
    actions.lay_down(version=version, by=SYSTEM, at=AT)
    programme.refresh_from_db()
    Enrolment.objects.filter(person=people[0]).update(version=version)

    found = effects(programme, source=OLD, at=AT)

    assert (of(found, "electives").met_before, found.losing_count, found.gaining_count) == (2, 0, 0)


def test_asking_changes_nothing(programme, people):
    make.role(programme, people[0], space_id=3)

    def stored():
        models = (PlanVersion, Requirement, Enrolment, Slice, Tally, Record)
        return [sorted(map(str, model.objects.values_list())) for model in models]

    before = stored()

    effects(programme, source=TIGHTER, at=AT)

    assert stored() == before


def test_the_cost_does_not_grow_with_people(programme, people, school, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        effects(programme, source=TIGHTER, at=AT)
    for _ in range(10):
        programmes.enrolment(programme, programmes.teacher(school))

    with django_assert_num_queries(len(few)):
        effects(programme, source=TIGHTER, at=AT)


def test_a_wrong_text_and_an_unpublished_programme_are_refused(programme, county):
    with pytest.raises(programme_actions.PlanRefused):
        effects(programme, source="programme: {id: x}", at=AT)
    with pytest.raises(Conflict, match="还没有发布"):
        effects(programmes.programme(county), source=OLD, at=AT)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "old.yaml").write_text(OLD, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(TIGHTER, encoding="utf-8")
    return str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")


def said(*words: str) -> str:
    out = StringIO()
    call_command("plan_diff", *words, stdout=out)
    return out.getvalue()


def test_the_command_tells_the_changes_without_a_database_question(files, django_assert_num_queries):
    with django_assert_num_queries(0):
        text = said(*files)

    assert "选修课" in text
    assert "▲" in text


def test_the_command_tells_who_would_lose(programme, people, files):
    text = said(*files, "--programme", programme.code)
    found = json.loads(said(*files, "--programme", programme.code, "--json"))

    assert "李雷" in text
    assert found["old_is_current"] is True
    assert found["effects"]["losing_count"] == 2
    assert [change["effect"] for change in found["changes"]] == ["tighter"]


def test_the_command_says_when_old_is_not_the_current_version(programme, people, files):
    assert "不是方案" in said(files[1], files[0], "--programme", programme.code)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["--programme", "nowhere"], "没有编号为 nowhere 的方案"), (["--param", "Y"], "写法不对")],
)
def test_wrong_words_are_refused(db, files, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        said(*files, *words)


def test_a_wrong_file_is_refused_with_its_line(files, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("programme: {id: x", encoding="utf-8")

    with pytest.raises(CommandError, match=r"bad\.yaml"):
        said(files[0], str(bad))
