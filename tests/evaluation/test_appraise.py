"""Findings by a sheet: exact sums, the frozen rubric, who may, what is refused, what the record says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.evaluation import appraisal_factories as factories
from tests.evaluation.appraisal_factories import AT
from tests.programmes import factories as programmes
from yanxiu.assessment import actions as assessment
from yanxiu.assessment.models import Rubric
from yanxiu.evaluation import actions, permissions, queries, results, standing
from yanxiu.evaluation.models import Appraisal, AppraisalRule, Judgement
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.orgs.models import Kind
from yanxiu.programmes.models import Programme
from yanxiu.programmes.queries import plan_of
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db
WHOLE = {"effect": 0, "proof": 1}


@pytest.fixture
def county():
    return programmes.org(kind=Kind.COUNTY)


@pytest.fixture
def school(county):
    return programmes.org(parent=county)


@pytest.fixture
def programme(county):
    return factories.programme(county)


@pytest.fixture
def office(county):
    return programmes.holder("county_admin", county)


@pytest.fixture
def teacher(programme, school):
    person = programmes.teacher(school, name="周敏")
    programmes.enrolment(programme, person)
    return person


def subject(asked, by, *, person=None, unit=None, role=""):
    role = role or asked.item.of[0]
    return queries.subject_of(permissions.scope_of(by), asked, role=role, subject_id=(person or unit).pk)[0]


def standing_of(programme, person, key):
    rows = standing.of(versions=[programme.current_id], persons=[person.pk], at=AT)
    return next(row for row in rows if row.key == key)


def test_the_levels_add_up_exactly_and_settle_the_requirement_of_the_plan(programme, school, county, office):
    host = programmes.teacher(school, name="王坊主")
    factories.role(programme, host)
    asked = factories.asked(programme, "host")
    actions.set_appraisal_rule(asked=asked, org=county, rubric=factories.rubric(county), lines=[Decimal(60)], by=office, at=AT)
    filled = actions.Filled(levels={"effect": 1, "proof": 0}, comment="简报扎实")

    done = actions.submit_appraisal(
        asked=asked, subject=subject(asked, office, person=host, role="topic_host"), filled=filled, by=office, at=AT
    )

    found = Judgement.objects.get()
    assert (done.score, done.grade, found.score, found.grade, found.passed) == (Decimal("73.35"), "合格", Decimal("73.35"), "合格", True)
    assert (found.key, found.person_id, found.space_id, found.unit_id) == ("host", host.pk, 0, 0)
    row = standing_of(programme, host, "host")
    assert (row.status, row.grade) == ("met", "合格")
    assert Record.objects.filter(verb="graded", object_type="assessment", person_id=host.pk, measure=Decimal("73.35")).exists()
    assert Record.objects.get(verb="submitted", object_type="appraisal").data["judgement"] == found.pk


def test_below_the_line_the_lower_grade_is_found_and_the_newest_counts(programme, school, county, office):
    host = programmes.teacher(school)
    factories.role(programme, host)
    asked = factories.asked(programme, "host")
    actions.set_appraisal_rule(asked=asked, org=county, rubric=factories.rubric(county), lines=[Decimal(60)], by=office, at=AT)
    whom = subject(asked, office, person=host, role="topic_host")

    actions.submit_appraisal(asked=asked, subject=whom, filled=actions.Filled(levels={"effect": 2, "proof": 1}), by=office, at=AT)
    assert (Judgement.objects.get().grade, Judgement.objects.get().passed) == ("不合格", False)
    actions.submit_appraisal(asked=asked, subject=whom, filled=actions.Filled(levels={"effect": 0, "proof": 0}), by=office, at=AT)

    assert Judgement.objects.get(superseded_at=None).score == 100
    assert [one.score for one in queries.history_of(asked, whom)] == [Decimal(100), Decimal("31.00")]


def test_a_school_judges_its_own_teachers_by_its_own_rubric_and_the_result_reaches_the_pass_rule(programme, school, teacher):
    admin = programmes.holder("school_admin", school)
    asked = factories.asked(programme, "school_based")
    rubric = factories.rubric(school, use="school_based")
    actions.set_appraisal_rule(asked=asked, org=school, rubric=rubric, lines=[Decimal("59.5")], by=admin, at=AT)
    whom = subject(asked, admin, person=teacher)
    filled = actions.Filled(levels=WHOLE, basis={"effect": "3 月听课记录", "proof": "笔记 12 页"})

    done = actions.submit_appraisal(asked=asked, subject=whom, filled=filled, by=admin, at=AT)

    assert (done.score, done.basis["proof"]) == (Decimal("81.00"), "笔记 12 页")
    assert standing_of(programme, teacher, "school_based").status == "met"
    rule = next(rule for rule in factories.pass_rules(programme) if rule.id == "learner")
    assert results.of_rule(rule, versions=[programme.current_id], at=AT)[0].passed


def test_a_unit_gets_a_score(programme, school, teacher, county, office):
    asked = factories.asked(programme, "business")
    actions.set_appraisal_rule(asked=asked, org=county, rubric=factories.rubric(county, use="unit"), lines=[], by=office, at=AT)

    actions.submit_appraisal(
        asked=asked, subject=subject(asked, office, unit=school), filled=actions.Filled(levels=WHOLE), by=office, at=AT
    )

    found = Judgement.objects.get()
    assert (found.unit_id, found.person_id, found.key, found.score, found.passed) == (school.pk, 0, "business", Decimal("81.00"), True)
    assert queries.listed(permissions.scope_of(office), asked).rows[0].score == Decimal("81.00")


def test_without_a_rubric_a_grade_or_score_is_typed_as_before(programme, school, teacher, office):
    host = programmes.teacher(school)
    factories.role(programme, host)
    by_grade, by_score = factories.asked(programme, "host"), factories.asked(programme, "business")

    actions.submit_appraisal(
        asked=by_grade, subject=subject(by_grade, office, person=host, role="topic_host"), by=office, at=AT,
        filled=actions.Filled(grade="合格", score=Decimal("88.5")),
    )  # fmt: skip
    actions.submit_appraisal(
        asked=by_score, subject=subject(by_score, office, unit=school), filled=actions.Filled(score=Decimal("59.99")), by=office, at=AT
    )

    found = {one.key: one for one in Judgement.objects.all()}
    assert (found["host"].grade, found["host"].score, found["business"].score) == ("合格", Decimal("88.50"), Decimal("59.99"))
    assert not Appraisal.objects.filter(rubric__isnull=False).exists()


def test_a_sheet_keeps_the_edition_it_was_begun_with(programme, teacher, county, office):
    asked = factories.asked(programme, "school_based")
    first = factories.rubric(county, use="school_based")
    actions.set_appraisal_rule(asked=asked, org=county, rubric=first, lines=[Decimal(60)], by=office, at=AT)
    whom = subject(asked, office, person=teacher)
    actions.save_appraisal(asked=asked, subject=whom, filled=actions.Filled(levels={"effect": 0}), by=office, at=AT)
    second = factories.rubric(county, use="school_based", follows=first, title="新的一版")
    actions.set_appraisal_rule(asked=asked, org=county, rubric=second, lines=[Decimal(99)], by=office, at=AT)

    filled = actions.Filled(levels=WHOLE, basis={"effect": "记录", "proof": "笔记"})
    done = actions.submit_appraisal(asked=asked, subject=whom, filled=filled, by=office, at=AT)

    assert (done.rubric_id, done.grade) == (first.pk, "合格")
    again = actions.save_appraisal(asked=asked, subject=whom, filled=actions.Filled(), by=office, at=AT)
    assert (again.rubric_id, again.lines) == (second.pk, [Decimal(99)])


def test_a_draft_is_kept_unfinished_and_can_be_thrown_away(programme, teacher, county, office):
    asked = factories.asked(programme, "school_based")
    actions.set_appraisal_rule(
        asked=asked, org=county, rubric=factories.rubric(county, use="school_based"), lines=[Decimal(60)], by=office, at=AT
    )
    whom = subject(asked, office, person=teacher)

    actions.save_appraisal(asked=asked, subject=whom, filled=actions.Filled(levels={"proof": 1}, comment="先记一笔"), by=office, at=AT)
    draft = queries.draft_of(permissions.scope_of(office), asked, whom)
    assert draft is not None
    assert (draft.levels, draft.comment) == ({"proof": 1}, "先记一笔")

    actions.discard_appraisal(asked=asked, subject=whom, by=office, at=AT)
    assert queries.draft_of(permissions.scope_of(office), asked, whom) is None
    with pytest.raises(NotFound):
        actions.discard_appraisal(asked=asked, subject=whom, by=office, at=AT)


@pytest.mark.parametrize(
    ("filled", "place"),
    [
        ({"levels": {"effect": 0}}, "level_proof"),
        ({"levels": {"effect": 7, "proof": 0}}, "level_effect"),
        ({"levels": WHOLE, "basis": {"effect": "有"}}, "basis_proof"),
        ({"levels": WHOLE, "basis": {"effect": "有" * 501, "proof": "有"}}, "basis_effect"),
        ({"levels": WHOLE, "comment": "长" * 2_001}, "comment"),
    ],
)
def test_a_sheet_that_is_not_whole_is_refused_at_its_place(programme, teacher, county, office, filled, place):
    asked = factories.asked(programme, "school_based")
    actions.set_appraisal_rule(
        asked=asked, org=county, rubric=factories.rubric(county, use="school_based"), lines=[Decimal(60)], by=office, at=AT
    )

    with pytest.raises(Invalid) as refused:
        actions.submit_appraisal(
            asked=asked, subject=subject(asked, office, person=teacher), filled=actions.Filled(**filled), by=office, at=AT
        )

    assert refused.value.field == place
    assert not Judgement.objects.exists()
    assert not Appraisal.objects.exists()


@pytest.mark.parametrize("score", [Decimal(-1), Decimal("100.01"), Decimal("80.123"), None])
def test_a_typed_score_out_of_range_is_refused(programme, school, teacher, office, score):
    asked = factories.asked(programme, "business")

    with pytest.raises(Invalid, match="0 到 100"):
        actions.submit_appraisal(
            asked=asked, subject=subject(asked, office, unit=school), filled=actions.Filled(score=score), by=office, at=AT
        )

    assert not Judgement.objects.exists()


def test_a_rubric_of_another_use_scope_or_sum_cannot_be_chosen(programme, county, school, office):
    asked = factories.asked(programme, "host")
    facts = {"asked": asked, "org": county, "lines": [Decimal(60)], "by": office, "at": AT}
    stranger = factories.rubric(programmes.org(kind=Kind.COUNTY))
    withdrawn = assessment.withdraw_rubric(rubric=factories.rubric(county), by=SYSTEM, at=AT)
    old = factories.rubric(county)
    Rubric.objects.filter(pk=old.pk).update(dimensions=old.dimensions[:1])  # as published before the sum had to be 100
    old.refresh_from_db()

    for rubric, words in (
        (factories.rubric(county, use="unit"), "主持人考核"), (stranger, "本单位"), (withdrawn, "停用"), (old, "满分 100"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=words):
            actions.set_appraisal_rule(rubric=rubric, **facts)
    assert not AppraisalRule.objects.exists()


@pytest.mark.parametrize("lines", [[], [Decimal(0)], [Decimal(101)], [Decimal("60.123")], [Decimal(60), Decimal(50)]])
def test_lines_that_cannot_be_are_refused(programme, county, office, lines):
    with pytest.raises(Invalid):
        actions.set_appraisal_rule(
            asked=factories.asked(programme, "host"), org=county, rubric=factories.rubric(county), lines=lines, by=office, at=AT
        )
    assert not AppraisalRule.objects.exists()


def test_the_nearest_unit_decides_and_a_dropped_rule_gives_way(programme, county, school, teacher, office):
    asked, admin = factories.asked(programme, "school_based"), programmes.holder("school_admin", school)
    above, own = factories.rubric(county, use="school_based"), factories.rubric(school, use="school_based")
    actions.set_appraisal_rule(asked=asked, org=county, rubric=above, lines=[Decimal(60)], by=office, at=AT)
    rule = actions.set_appraisal_rule(asked=asked, org=school, rubric=own, lines=[Decimal(60)], by=admin, at=AT)

    assert queries.rule_for(asked, school.path).rubric_id == own.pk
    actions.drop_appraisal_rule(asked=asked, rule=rule, by=admin, at=AT)
    assert queries.rule_for(asked, school.path).rubric_id == above.pk
    with pytest.raises(Conflict):
        actions.drop_appraisal_rule(asked=asked, rule=rule, by=admin, at=AT)
    assert list(Record.objects.filter(object_type="appraisal_rule").order_by("pk").values_list("verb", flat=True)) == [
        "set",
        "set",
        "dropped",
    ]


def test_who_may_not(programme, school, county, teacher, office):
    asked, by_school = factories.asked(programme, "host"), factories.asked(programme, "school_based")
    admin = programmes.holder("school_admin", school)
    other = programmes.holder("school_admin", programmes.org(parent=county))
    whom = subject(by_school, office, person=teacher)
    mine = programmes.holder("school_admin", school, person=teacher)

    for actor in (other, programmes.learner(teacher), mine, SYSTEM):
        with pytest.raises(NotPermitted):
            actions.submit_appraisal(asked=by_school, subject=whom, filled=actions.Filled(grade="合格"), by=actor, at=AT)
    with pytest.raises(NotPermitted):  # hosts are judged by offices
        actions.set_appraisal_rule(asked=asked, org=school, rubric=factories.rubric(county), lines=[Decimal(60)], by=admin, at=AT)
    with pytest.raises(NotFound):
        queries.asked_by_id(permissions.scope_of(admin), Programme.objects.all(), programme.pk, "host")
    with pytest.raises(NotFound):  # nobody is found who is oneself
        queries.subject_of(permissions.scope_of(mine), by_school, role="learner", subject_id=teacher.pk)
    assert not Judgement.objects.exists()


def test_what_the_plan_counts_stands_beside_the_sheet(programme, school, office):
    host = programmes.teacher(school)
    factories.role(programme, host, space_id=7)
    factories.tally(programme, host, metric="briefing.issued", space_id=7, count=3)
    factories.tally(programme, programmes.teacher(school), metric="briefing.issued", space_id=7, count=2)
    asked = factories.asked(programme, "host")

    counted = queries.counters_of(asked, subject(asked, office, person=host, role="topic_host"))

    assert [(one.label, one.person, one.workshop) for one in counted] == [("编发简报", 3, 5), ("回答问题", 0, None)]


def test_a_score_of_learners_comes_from_exams_and_is_not_asked_here(programme):
    assert [one.id for one in factories.all_asked(programme)] == ["host", "school_based", "business"]
    assert plan_of(programme.current_id).assess[0].id == "final"


def test_the_overview_counts_what_waits(programme, school, teacher, office):
    lines = {line.asked.id: line for line in queries.overview(permissions.scope_of(office), Programme.objects.all())}

    assert {key: (line.counts.people, line.counts.waiting) for key, line in lines.items()} == {
        "host": (0, 0), "school_based": (1, 1), "business": (1, 1),
    }  # fmt: skip
    assert replace(lines["host"].counts, people=2, judged=1).waiting == 1
