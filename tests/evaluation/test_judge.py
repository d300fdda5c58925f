"""Findings of people: who may, what they mean for standing, and that the newest counts."""

from decimal import Decimal

import pytest

from tests.credits import factories
from tests.programmes import factories as programmes
from yanxiu.evaluation import actions, permissions, standing
from yanxiu.evaluation.models import Judgement
from yanxiu.kit.actor import SYSTEM, Actor, Grant
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.orgs.models import Kind
from yanxiu.programmes.models import Enrolment
from yanxiu.records.models import Record

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # each publishes a whole programme
AT = factories.STUDIED


@pytest.fixture
def school():
    return programmes.org(parent=programmes.org(parent=programmes.org(), kind=Kind.COUNTY))


@pytest.fixture
def programme(school):
    return factories.running_programme(school)


@pytest.fixture
def person(programme, school):
    return factories.learner(programme, school, "周敏")


def judge_of(path: str, person_id: int = 77) -> Actor:
    grant = Grant(role="county_admin", permissions=frozenset({permissions.JUDGE, permissions.WAIVE, permissions.VIEW}), path=path)
    return Actor(person_id=person_id, label="教务", grants=(grant,))


def key_of(programme) -> str:
    return next(row.key for row in standing.of(versions=[programme.current_id], at=AT) if row.kind == "decision")


def test_a_finding_is_stored_recorded_and_replaces_the_earlier_one(programme, person, school):
    facts = {"programme": programme, "key": key_of(programme), "person": person, "by": judge_of(school.path), "at": AT}
    actions.judge(**facts, passed=False, grade="不合格")

    actions.judge(**facts, passed=True, grade="优秀", score=Decimal("92.5"))

    current = Judgement.objects.get(superseded_at=None)
    assert (current.grade, current.score, Judgement.objects.count()) == ("优秀", Decimal("92.50"), 2)
    assert Record.objects.filter(verb="graded", person_id=person.pk).count() == 2
    row = next(row for row in standing.of(versions=[programme.current_id], persons=[person.pk], at=AT) if row.key == facts["key"])
    assert (row.status, row.grade) == ("met", "优秀")


@pytest.mark.parametrize("score", [Decimal(-1), Decimal("100.01"), Decimal("80.123")])
def test_a_score_out_of_range_is_refused(programme, person, school, score):
    with pytest.raises(Invalid, match="0 到 100"):
        actions.judge(programme=programme, key="x", person=person, passed=True, score=score, by=judge_of(school.path), at=AT)

    assert not Judgement.objects.exists()


def test_nobody_judges_or_waives_for_himself(programme, person, school):
    me = judge_of(school.path, person_id=person.pk)

    with pytest.raises(NotPermitted, match="不能评定自己"):
        actions.judge(programme=programme, key="x", person=person, passed=True, by=me, at=AT)
    with pytest.raises(NotPermitted, match="不能给自己"):
        actions.waive(enrolment=Enrolment.objects.get(person=person), key="electives", reason="产假", by=me, at=AT)


def test_an_office_of_another_county_may_neither_judge_nor_see(programme, person):
    stranger = judge_of("/9/9/")

    with pytest.raises(NotPermitted):
        actions.judge(programme=programme, key="x", person=person, passed=True, by=stranger, at=AT)
    with pytest.raises(NotFound):
        permissions.check_can_see_standing(stranger, Enrolment.objects.get(person=person))


def test_check_and_scope_agree(programme, person, school):
    enrolment = Enrolment.objects.get(person=person)
    for actor in (
        judge_of(school.path),
        judge_of("/9/9/"),
        judge_of("/"),
        Actor(person_id=person.pk, label="本人"),
        Actor(person_id=5, label="别人"),
        SYSTEM,
    ):
        try:
            permissions.check_can_see_standing(actor, enrolment)
            allowed = True
        except NotFound:
            allowed = False

        assert permissions.visible_standings(actor).filter(pk=enrolment.pk).exists() is allowed


@pytest.mark.parametrize(
    ("moment", "status"),
    [("2026-09-01T00:00:00+08:00", "not_due"), ("2026-11-20T00:00:00+08:00", "short"), ("2026-12-01T00:00:00+08:00", "late")],
)
def test_the_status_follows_the_window(programme, person, moment, status):
    from datetime import datetime

    rows = {row.key: row for row in standing.of(versions=[programme.current_id], at=datetime.fromisoformat(moment))}

    assert rows["national"].status == status
    assert rows["national"].why


def test_standing_costs_one_query_for_one_person_and_for_many(programme, school, django_assert_num_queries):
    for name in ("甲", "乙", "丙"):
        factories.study(programme, factories.learner(programme, school, name), factories.FULL[:3])

    with django_assert_num_queries(1):
        standing.of(versions=[programme.current_id], at=AT)


def test_taking_a_waiver_back_restores_the_requirement(programme, person):
    enrolment = Enrolment.objects.get(person=person)
    waiver = actions.waive(enrolment=enrolment, key="electives", reason="产假", by=SYSTEM, at=AT)

    actions.unwaive(waiver=waiver, by=SYSTEM, at=AT)

    rows = {row.key: row.status for row in standing.of(versions=[programme.current_id], at=AT)}
    assert rows["electives"] != "waived"


def test_laying_down_twice_changes_nothing(programme):
    assert actions.lay_down(version=programme.current, by=SYSTEM, at=AT) == 0


def test_an_evaluated_role_is_given_once_and_ends_once(programme, person, school):
    facts = {"programme": programme, "person": person, "role": "topic_host", "space_id": 5, "unit_path": school.path, "at": AT}
    given = actions.give_role(**facts, by=judge_of(school.path))

    assert actions.give_role(**facts, by=judge_of(school.path)).pk == given.pk
    assert actions.end_role(role=given, by=judge_of(school.path), at=AT).until_at == AT
    with pytest.raises(Conflict):
        actions.end_role(role=given, by=judge_of(school.path), at=AT)
    with pytest.raises(NotPermitted):
        actions.give_role(**facts, by=judge_of("/9/9/"))


def test_only_the_system_lays_requirements_down(programme, school):
    with pytest.raises(NotPermitted):
        actions.lay_down(version=programme.current, by=judge_of(school.path), at=AT)
