"""Writing rubrics: drafts, dimensions that come and go, editions; works, who may, refuses, edge, idempotent."""

from decimal import Decimal

import pytest

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment import actions, permissions, sheets
from yanxiu.assessment.actions.rubric_drafts import faults_of
from yanxiu.assessment.models import Rubric, RubricDraft, RubricUse
from yanxiu.assessment.queries.observations import NoRubric, rubric_for
from yanxiu.assessment.queries.rubrics import for_homework, rubric_page, shelf
from yanxiu.catalogue import rubrics as offered
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid, NotFound, NotPermitted
from yanxiu.kit.rules import holds
from yanxiu.records.models import Record

LEVELS = "优 20：写明学生做到什么\n良 12\n一般 6.5 分"


@pytest.fixture
def county(db):
    return programmes.org(parent=programmes.org(), name="青河县")


@pytest.fixture
def designer(county):
    return programmes.holder("designer", county)


@pytest.fixture
def draft(county, designer):
    begun = actions.draft_rubric(owner=county, by=designer, at=make.AT)
    return typed(begun, [("d1", "教学目标", LEVELS)], by=designer)


def typed(draft, dimensions, *, by, title="教学设计评价表", **facts):
    rows = [
        {"key": key, "label": label, "looks_at": "看目标", "levels": levels, "evidence": ["words", "bogus"]}
        for key, label, levels in dimensions
    ]
    given = {"title": title, "use": "homework", "guide": "", "min_characters": 0, "dimensions": rows} | facts
    return actions.save_rubric_draft(draft=draft, typed=actions.Typed(**given), by=by, at=make.AT)


def keys(draft):
    draft.refresh_from_db()
    return [one["key"] for one in draft.dimensions]


# Works


def test_what_is_typed_becomes_a_rubric(draft, designer):
    rubric = actions.publish_rubric_draft(draft=draft, by=designer, at=make.AT)

    (dimension,) = sheets.read(rubric.dimensions)
    assert (dimension.label, dimension.evidence) == ("教学目标", ("words",))
    assert [(one.label, one.points, one.describes) for one in dimension.levels] == [
        ("优", Decimal(20), "写明学生做到什么"), ("良", Decimal(12), ""), ("一般", Decimal("6.5"), ""),
    ]  # fmt: skip
    assert (rubric.use, rubric.edition, rubric.follows) == (RubricUse.HOMEWORK, 1, None)
    assert not RubricDraft.objects.exists()
    assert [one.verb for one in Record.objects.filter(object_type="rubric").order_by("pk")] == ["drafted", "published"]


def test_a_correction_is_the_next_edition(county, draft, designer):
    first = actions.publish_rubric_draft(draft=draft, by=designer, at=make.AT)
    again = actions.draft_rubric(owner=county, follows=first, by=designer, at=make.AT)
    assert again.dimensions[0]["levels"] == "优 20：写明学生做到什么\n良 12\n一般 6.5"
    assert actions.draft_rubric(owner=county, follows=first, by=designer, at=make.AT) == again

    second = actions.publish_rubric_draft(draft=again, by=designer, at=make.AT)

    assert (second.follows, second.edition, second.number) == (first, 2, 2)
    page = rubric_page(second)
    assert ([one.pk for one in page.editions], page.is_latest) == ([first.pk], True)
    assert not rubric_page(first).is_latest
    found = shelf(permissions.visible_rubrics(designer), permissions.visible_rubric_drafts(designer), use="", words="", number=1)
    assert [one.rubric for one in found.page.rows] == [second]
    with pytest.raises(Conflict, match="更新的一版"):
        actions.draft_rubric(owner=county, follows=first, by=designer, at=make.AT)


def test_dimensions_are_added_moved_removed_and_put_back(draft, designer):
    for _ in range(2):
        actions.add_dimension(draft=draft, by=designer, at=make.AT)
    assert keys(draft) == ["d1", "d2", "d3"]
    assert draft.dimensions[2]["levels"] == LEVELS  # the last one's levels to begin with
    actions.move_dimension(draft=draft, key="d3", up=True, by=designer, at=make.AT)
    actions.move_dimension(draft=draft, key="d1", up=True, by=designer, at=make.AT)
    assert keys(draft) == ["d1", "d3", "d2"]

    actions.remove_dimension(draft=draft, key="d3", by=designer, at=make.AT)
    assert keys(draft) == ["d1", "d2"]
    actions.restore_dimension(draft=draft, key="d3", by=designer, at=make.AT)

    assert keys(draft) == ["d1", "d3", "d2"]
    assert draft.removed == []


# Who may


@pytest.mark.parametrize("role", ["tutor", "county_admin", "host"])
def test_only_designers_write(county, draft, role):
    other = programmes.holder(role, county)

    with pytest.raises(NotPermitted):
        actions.draft_rubric(owner=county, by=other, at=make.AT)
    with pytest.raises(NotPermitted):
        typed(draft, [], by=other)
    assert not permissions.visible_rubric_drafts(other).exists()


def test_seen_is_what_may_be_seen(county, draft, designer):
    school, elsewhere = programmes.org(parent=county), programmes.org(parent=county.parent)
    rubrics = [make.rubric(unit) for unit in (county.parent, county, school, elsewhere)]

    for actor in (
        designer,
        programmes.holder("tutor", school),
        programmes.holder("school_admin", school),
        programmes.holder("expert", elsewhere),
    ):
        seen = set(permissions.visible_rubrics(actor))
        assert seen == {one for one in rubrics if holds(permissions.check_can_see_rubric, actor, one)}
    assert set(permissions.visible_rubrics(programmes.holder("tutor", school))) == set(rubrics[:3])


# Refuses


@pytest.mark.parametrize(
    ("dimensions", "words"),
    [
        ([("d1", "目标", "优秀")], "第 1 个维度第 1 行“优秀”读不懂"),
        ([("d1", "目标", "优 20\n：8")], "第 2 行"),
        ([("d1", "目标", "优 20")], "至少两个等级"),
        ([("d1", " ", LEVELS)], "要有名称"),
        ([("d1", "目标", "优 20.5\n良 10")], "整数，现在是 20.5"),
        ([("d1", "目标", "优 2000\n良 10")], "0 到 1000"),
    ],
)
def test_a_draft_that_cannot_be_used_is_not_published(draft, designer, dimensions, words):
    draft = typed(draft, dimensions, by=designer)

    assert [words in fault for fault in faults_of(draft)] == [True]
    with pytest.raises(Invalid, match=words):
        actions.publish_rubric_draft(draft=draft, by=designer, at=make.AT)

    assert RubricDraft.objects.exists()
    assert not Rubric.objects.exists()


def test_all_that_is_missing_is_named_at_once(draft, designer):
    assert faults_of(draft) == []

    several = typed(draft, [("d1", " ", LEVELS)], title=" ", by=designer)
    assert faults_of(several) == ["评价标准还没有名称。", "第 1 个维度要有名称。"]
    actions.remove_dimension(draft=several, key="d1", by=designer, at=make.AT)
    several.refresh_from_db()
    assert faults_of(several) == ["评价标准还没有名称。", "评价标准还没有维度，至少写一个。"]


def test_what_was_published_or_thrown_away_is_gone(draft, designer):
    actions.discard_rubric_draft(draft=draft, by=designer, at=make.AT)

    with pytest.raises(NotFound, match="已经发布或丢弃"):
        typed(draft, [], by=designer)


def test_a_draft_that_was_thrown_away_is_put_back_as_it_was(draft, designer):
    typed(draft, [("d1", "目标", LEVELS)], by=designer)
    actions.discard_rubric_draft(draft=draft, by=designer, at=make.AT)
    found = shelf(permissions.visible_rubrics(designer), permissions.visible_rubric_drafts(designer), use="", words="", number=1)
    assert ([one.pk for one in found.discarded], found.drafts) == ([draft.pk], [])

    back = actions.put_back_rubric_draft(draft=draft, by=designer, at=make.AT)

    assert back.dimensions[0]["label"] == "目标"
    assert actions.publish_rubric_draft(draft=back, by=designer, at=make.AT).edition == 1
    with pytest.raises(NotFound):
        actions.put_back_rubric_draft(draft=draft, by=designer, at=make.AT)


def test_the_next_edition_goes_on_with_the_draft_that_was_thrown_away(county, designer):
    first = make.homework_rubric(county)
    draft = actions.draft_rubric(owner=county, follows=first, by=designer, at=make.AT)
    actions.discard_rubric_draft(draft=draft, by=designer, at=make.AT)

    again = actions.draft_rubric(owner=county, follows=first, by=designer, at=make.AT)

    assert (again.pk, again.discarded_at) == (draft.pk, None)


def test_one_like_another_is_a_draft_of_its_own(county, designer):
    first = make.homework_rubric(county)

    like = actions.draft_rubric(owner=county, like=first, by=designer, at=make.AT)

    assert (like.follows, like.use, like.title) == (None, "homework", "作业评价表（另一份）")
    published = actions.publish_rubric_draft(draft=like, by=designer, at=make.AT)
    assert (published.edition, published.dimensions) == (1, first.dimensions)


def test_a_school_writes_for_itself_alone(county):
    school = programmes.org(parent=county)
    admin = programmes.holder("school_admin", school)

    assert actions.draft_rubric(owner=school, use="school_based", by=admin, at=make.AT).owner == school
    for other in (county, programmes.org(parent=county)):
        with pytest.raises(NotPermitted, match="方案设计"):
            actions.draft_rubric(owner=other, use="school_based", by=admin, at=make.AT)


@pytest.mark.parametrize("use", ["host", "school_based", "unit"])
def test_what_gives_a_score_of_a_plan_adds_up_to_a_hundred(county, designer, use):
    draft = actions.draft_rubric(owner=county, use=use, by=designer, at=make.AT)
    for levels, words in (("优 99.99\n良 10", "现在是 99.99"), ("优 100\n良 33.333", "最多两位小数")):
        typed(draft, [("d1", "目标", levels)], by=designer, use=use)
        with pytest.raises(Invalid, match=words):
            actions.publish_rubric_draft(draft=draft, by=designer, at=make.AT)
    typed(draft, [("d1", "目标", "优 100\n良 33.35")], by=designer, use=use)

    assert actions.publish_rubric_draft(draft=draft, by=designer, at=make.AT).use == use


def test_dimensions_that_are_not_there_are_not_moved(draft, designer):
    with pytest.raises(NotFound, match="没有找到这个维度"):
        actions.remove_dimension(draft=draft, key="d9", by=designer, at=make.AT)


def test_there_are_only_so_many_dimensions(draft, designer):
    for _ in range(sheets.MOST_DIMENSIONS - 1):
        actions.add_dimension(draft=draft, by=designer, at=make.AT)

    with pytest.raises(Conflict, match="最多 20 个"):
        actions.add_dimension(draft=draft, by=designer, at=make.AT)


# What is offered


def test_a_withdrawn_rubric_is_offered_no_more_and_can_come_back(county, draft, designer):
    rubric = actions.publish_rubric_draft(draft=draft, by=designer, at=make.AT)
    school = programmes.org(parent=county)
    assert [one.rubric_id for one in for_homework(school, ())] == [rubric.pk]
    assert (for_homework(school, ())[0].points, for_homework(county.parent, ())) == (20, [])

    actions.withdraw_rubric(rubric=rubric, by=designer, at=make.AT)

    assert offered.offered(school) == []
    assert [one.rubric_id for one in offered.offered(school, keep=rubric.pk)] == [rubric.pk]
    with pytest.raises(Conflict, match="已经停用"):
        actions.withdraw_rubric(rubric=rubric, by=designer, at=make.AT)
    actions.reinstate_rubric(rubric=rubric, by=designer, at=make.AT)
    assert [one.rubric_id for one in offered.offered(school)] == [rubric.pk]
    with pytest.raises(Conflict, match="在用"):
        actions.reinstate_rubric(rubric=rubric, by=designer, at=make.AT)


def test_lessons_are_observed_by_sheets_for_lessons(place):
    make.homework_rubric(place.county)
    assert rubric_for(place.enrolment) == place.rubric

    actions.withdraw_rubric(rubric=place.rubric, by=SYSTEM, at=make.AT)

    with pytest.raises(NoRubric):
        rubric_for(place.enrolment)


def test_an_edition_keeps_owner_and_use(county, draft, designer):
    first = actions.publish_rubric_draft(draft=draft, by=designer, at=make.AT)
    facts = actions.RubricFacts(title="换了用途", dimensions=make.DIMENSIONS)

    with pytest.raises(Invalid, match="同用途"):
        actions.publish_rubric(owner=county, facts=facts, follows=first, by=designer, at=make.AT)
