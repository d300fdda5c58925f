"""Writing a draft paper: what is taken out can be put back, nothing typed is lost, nobody writes over what another wrote."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment import exam_factories as exams
from tests.assessment import factories
from tests.drafts.forms import discard, keep
from tests.programmes import factories as programmes
from yanxiu.assessment import composing_papers, paper_removals, papers
from yanxiu.assessment.actions import papers as actions
from yanxiu.assessment.models import Paper
from yanxiu.assessment.papers import Draw, Fixed, Section
from yanxiu.catalogue import content
from yanxiu.drafts.models import Draft
from yanxiu.kit.errors import Conflict, Invalid, NotFound

AT = factories.AT


def fixed(number: int) -> Fixed:
    return Fixed(version=number, points=Decimal(2))


SECTIONS = (
    Section(title="一、单选", fixed=tuple(fixed(n) for n in (1, 2, 3)), draws=(Draw(count=5, points=Decimal(1)),)),
    Section(title="二、多选", guide="漏选得一半", fixed=tuple(fixed(n) for n in (4, 5))),
    Section(title="三、判断"),
)
REMOVING = [
    *[f"remove-fixed-{section}-{place}" for section, count in ((0, 3), (1, 2)) for place in range(count)],
    "remove-draw-0-0", "remove-section-0", "remove-section-1",
]  # fmt: skip


@pytest.mark.parametrize("button", REMOVING)
def test_what_a_button_takes_out_goes_back_to_its_place(button):
    gone = paper_removals.taken_out(SECTIONS, button)
    left = composing_papers.pressed(SECTIONS, button)

    assert gone is not None
    assert left != SECTIONS
    (held,) = paper_removals.read(paper_removals.write(paper_removals.kept((), gone)))
    assert paper_removals.put_back(left, held) == SECTIONS


@given(st.lists(st.sampled_from(REMOVING), max_size=6), st.randoms())
def test_whatever_is_taken_out_and_put_back_in_any_order_all_questions_are_there_once(buttons, dice):
    sections, held = SECTIONS, ()
    for button in buttons:
        gone = paper_removals.taken_out(sections, button)
        sections = composing_papers.pressed(sections, button)
        held = paper_removals.kept(held, gone) if gone else held
    for one in dice.sample(list(held), len(held)):
        assert paper_removals.asked_back(held, f"back-part-{one.number}") == one
        sections = paper_removals.put_back(sections, one)
        held = paper_removals.without(held, one.number)

    assert sorted(one.version for section in sections for one in section.fixed) == [1, 2, 3, 4, 5]
    assert sum(len(section.draws) for section in sections) == 1
    assert held == ()


@pytest.mark.parametrize("button", ["remove-section-2", "remove-section-9", "remove-fixed-0-9", "up-fixed-0-1", "remove-fixed", "save", ""])
def test_other_buttons_take_nothing_out(button):
    assert paper_removals.taken_out(SECTIONS, button) is None


def test_the_oldest_go_when_there_are_too_many():
    held = ()
    for number in range(paper_removals.MOST_KEPT + 3):
        held = paper_removals.kept(held, paper_removals.Removed(section=0, fixed=fixed(number)))

    assert [one.number for one in held] == list(range(4, paper_removals.MOST_KEPT + 4))


def test_a_question_that_was_chosen_again_is_not_put_back_twice():
    gone = paper_removals.taken_out(SECTIONS, "remove-fixed-0-0")
    with pytest.raises(Conflict, match="又选进试卷"):
        paper_removals.put_back(SECTIONS, gone)
    whole = paper_removals.taken_out(SECTIONS, "remove-section-1")
    back = paper_removals.put_back((Section(title="一", fixed=(fixed(4),)),), whole)
    assert sorted(one.version for section in back for one in section.fixed) == [4, 5]


@pytest.mark.parametrize(
    ("sent", "says", "kept"),
    [
        ({"points-0-0": "两分", "points-0-1": "3.5", "title-0": "改名"}, "第 1 大题：分值要写数，现在是“两分”", ["2", "3.5"]),
        ({"points-0-0": "NaN"}, "第 1 大题：分值要写数", ["2", "2"]),
        ({"count-0-0": "五", "drawpoints-0-0": "2", "points-0-0": "4"}, "第 1 大题：题数和难度要写整数", ["4", "2"]),
        ({"least-0-0": "１", "count-0-0": "6", "points-0-1": "8"}, "题数和难度要写整数，现在是“１”", ["2", "8"]),
    ],
)
def test_one_field_that_cannot_be_read_keeps_all_others_typed(sent, says, kept):
    with pytest.raises(composing_papers.BadlyTyped, match=says) as refused:
        composing_papers.typed(SECTIONS, sent)

    section = refused.value.sections[0]
    assert [f"{one.points:f}" for one in section.fixed[:2]] == kept
    assert section.title == sent.get("title-0", "一、单选")
    assert section.draws[0].count == int(sent["count-0-0"]) if sent.get("count-0-0", "").isdigit() else True


@pytest.fixture
def draft(db):
    """A draft of three approved questions, and who writes it."""
    owner = programmes.org(parent=programmes.org())
    rows = [
        exams.bank_question(content.Question(kind="single", stem=f"第 {n} 题？", options=("甲", "乙"), answers=(0,)), owner=owner)
        for n in (1, 2, 3)
    ]
    sections = (Section(title="一、单选", fixed=tuple(fixed(row.approved_id) for row in rows)), Section(title="二、判断"))
    by = programmes.holder("designer", owner)
    paper = actions.draft_paper(owner=owner, title="期末", by=by, at=AT)
    return _write(paper, by, sections), by


def _write(paper, by, sections, **parts):
    return actions.write_paper(
        paper=paper, before=papers.read(paper.sections), sections=sections, title=paper.title, shuffles_questions=False,
        shuffles_options=True, by=by, at=AT, **parts,
    )  # fmt: skip


def test_what_was_taken_out_is_kept_until_it_is_back_or_the_paper_published(draft):
    paper, by = draft
    before = papers.read(paper.sections)
    gone = paper_removals.taken_out(before, "remove-fixed-0-1")
    paper = _write(paper, by, composing_papers.pressed(before, "remove-fixed-0-1"), taken_out=gone)
    (held,) = paper_removals.read(paper.removed)
    paper = _write(paper, by, paper_removals.put_back(papers.read(paper.sections), held), put_back=held)

    assert (papers.read(paper.sections), paper.removed) == (before, [])
    gone = paper_removals.taken_out(before, "remove-section-0")
    paper = _write(paper, by, before[:1], taken_out=gone)
    published = actions.publish_paper(paper=paper, by=by, at=AT + timedelta(hours=1))
    assert published.removed == []
    assert actions.copy_paper(paper=published, by=by, at=AT).removed == []


def test_who_may_and_what_is_refused(draft):
    paper, by = draft
    sections = papers.read(paper.sections)
    with pytest.raises(NotFound):
        _write(paper, programmes.holder("school_admin", paper.owner), sections)
    with pytest.raises(Conflict, match="在别处改过"):
        actions.write_paper(
            paper=paper, before=sections[:1], sections=sections, title="期末", shuffles_questions=False, shuffles_options=True, by=by, at=AT
        )
    foreign = exams.bank_question()
    with pytest.raises(Invalid, match="不在本单位题库"):
        _write(paper, by, (Section(title="一", fixed=(fixed(foreign.approved_id),)),))
    assert papers.read(Paper.objects.get().sections) == sections


@pytest.mark.parametrize(
    ("sections", "says"),
    [
        ((Section(title=" "),), "第 1 大题：要有名称"),
        ((Section(title="长" * 61),), "最多 60 字"),
        ((Section(title="一", guide="长" * 501),), "说明最多 500 字"),
        ((Section(title="一", fixed=(Fixed(version=1, points=Decimal(0)),)),), "分值要大于 0"),
        ((Section(title="一", fixed=(Fixed(version=1, points=Decimal("1.001")),)),), "最多两位小数"),
        ((Section(title="一", draws=(Draw(count=0, points=Decimal(1)),)),), "一次抽 1 到 200 道题"),
        ((Section(title="一", draws=(Draw(count=1, points=Decimal(1), least_difficulty=4, most_difficulty=2),)),), "难度从 1 到 5"),
        ((Section(title="一", draws=(Draw(count=1, points=Decimal(1), type="poem"),)),), "没有这种题型"),
        (tuple(Section(title="一") for _nth in range(21)), "最多 20 个大题"),
        ((Section(title="一", draws=tuple(Draw(count=200, points=Decimal(1)) for _nth in range(2))),), "最多 300 道题"),
    ],
)
def test_sections_that_cannot_be_are_refused_with_their_place_and_nothing_is_stored(draft, sections, says):
    paper, by = draft
    with pytest.raises(Invalid, match=says):
        _write(paper, by, sections)
    assert papers.read(Paper.objects.get().sections) == papers.read(paper.sections)


def _text(response) -> str:
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


def test_by_page(draft, cast):
    paper, _by = draft
    Paper.objects.update(owner=cast.county)
    exams.BankQuestion.objects.update(owner=cast.county)
    designer, url = cast.client_of("方案"), reverse("assessment:paper", args=[paper.pk])

    def sent(**more):
        (seen,) = re.findall(r'name="seen" value="(\w+)"', designer.get(url).content.decode())
        return {"title": "期末", "shuffles_options": "on", "seen": seen, **more}

    first = sent(do="remove-fixed-0-1", **{"points-0-0": "6"})
    gone = designer.post(url, first, follow=True)
    twice = designer.post(url, first)  # pressed twice, or in another window
    wrong = designer.post(url, sent(do="save", title="期中", **{"points-0-0": "7", "points-0-1": "很多"}))
    between = [one.points for one in papers.read(Paper.objects.get().sections)[0].fixed]
    back = designer.post(url, sent(do="back-part-1"), follow=True)
    missing = designer.post(url, sent(do="back-part-1"))

    assert "已去掉，可以在各大题下面放回" in _text(gone)
    assert "“一、单选”里的题：第 2 题？" in _text(gone)
    assert (twice.status_code, wrong.status_code, missing.status_code) == (409, 422, 409)
    assert "在别处改过" in _text(twice)
    assert 'name="points-0-0" value="7"' in wrong.content.decode()
    assert "现在是“很多”" in _text(wrong)
    assert between == [6, 2]
    assert "已放回原处" in _text(back)
    assert "去掉的" not in _text(back)
    assert [one.points for one in papers.read(Paper.objects.get().sections)[0].fixed] == [6, 2, 2]


def test_what_was_typed_into_a_paper_and_not_stored_is_there_again(draft, cast):
    paper, _by = draft
    Paper.objects.update(owner=cast.county)
    exams.BankQuestion.objects.update(owner=cast.county)
    designer, url = cast.client_of("方案"), reverse("assessment:paper", args=[paper.pk])
    before = Paper.objects.get().sections

    def seen():
        (mark,) = re.findall(r'name="seen" value="(\w+)"', designer.get(url).content.decode())
        return mark

    keep(designer, url, {"title": "没存的名称", "seen": seen(), "points-0-0": "7.5"})
    again = designer.get(url).content.decode()

    assert [text in again for text in ("这是您上次没存完的内容", "没存的名称", 'value="7.5"', "先存试卷")] == [True] * 4
    assert (reverse("assessment:publish_paper", args=[paper.pk]) in again, Paper.objects.get().sections == before) == (False, True)
    version = before[0]["fixed"][0]["version"]
    designer.post(reverse("assessment:move_paper_question", args=[paper.pk, version]), {"place": "0:2"})
    moved = Paper.objects.get()
    assert (moved.title, float(moved.sections[0]["fixed"][1]["points"])) == ("没存的名称", 7.5)
    assert not Draft.objects.exists()
    keep(designer, url, {"title": "别人改前的", "seen": "0" * 16})
    outdated = designer.get(url).content.decode()
    assert ("别人改前的" in outdated, "您没存完的内容放不回来了" in outdated) == (False, True)
    keep(designer, url, {"title": "不要的", "seen": seen()})
    assert discard(designer, url).url == url
    assert "不要的" not in designer.get(url).content.decode()


def test_what_was_typed_into_a_paper_goes_along_with_the_questions_picked(draft, cast):
    paper, _by = draft
    Paper.objects.update(owner=cast.county)
    exams.BankQuestion.objects.update(owner=cast.county)
    designer, url = cast.client_of("方案"), reverse("assessment:paper", args=[paper.pk])
    (mark,) = re.findall(r'name="seen" value="(\w+)"', designer.get(url).content.decode())
    keep(designer, url, {"title": "没存的名称", "seen": mark, "points-0-0": "7.5"})
    version = Paper.objects.get().sections[0]["fixed"][1]["version"]

    designer.post(reverse("assessment:pick_questions", args=[paper.pk]) + "?section=0", {"version": [str(version)], "points": "2"})

    written = Paper.objects.get()
    assert (written.title, float(written.sections[0]["fixed"][0]["points"])) == ("没存的名称", 7.5)
    assert not Draft.objects.exists()
