"""The sheet of one sitting: fixed and drawn, each question once, shuffled as the paper says."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.assessment import exam_factories as exams
from tests.assessment import factories
from tests.catalogue.test_check_any import PAIRED, SORTED
from yanxiu.assessment import papers
from yanxiu.assessment.drawing import TooFew, draw_sheet, drawn, drawn_alike, quotas
from yanxiu.assessment.models import BankQuestion, Paper, QuestionVersion
from yanxiu.catalogue import content

pytestmark = pytest.mark.django_db


def _choices(owner, count, **fields):
    return [
        exams.bank_question(
            content.Question(kind="single", stem=f"第 {number} 题", options=("甲", "乙", "丙", "丁"), answers=(1,)), owner=owner, **fields
        )
        for number in range(count)
    ]


def _paper(owner, *sections, **fields) -> Paper:
    return Paper.objects.create(
        **{
            "owner": owner, "title": "期末", "sections": papers.write(sections), "created_at": factories.AT,
            "points": papers.points_of(sections), "published_at": factories.AT, **fields,
        }
    )  # fmt: skip


def _draw(**fields):
    return papers.Draw(**{"count": 2, "points": Decimal(5), **fields})


def _questions(sheet):
    return list(QuestionVersion.objects.filter(pk__in=[one.version for one in sheet]).values_list("question_id", flat=True))


def test_fixed_and_drawn_questions_stand_in_their_sections():
    owner = exams._default_owner()
    fixed, *_others = _choices(owner, 6)
    one = papers.Section(title="一", fixed=(papers.Fixed(version=fixed.approved_id, points=Decimal(3)),))
    two = papers.Section(title="二", draws=(_draw(count=4),))

    sheet = draw_sheet(_paper(owner, one, two), by=Random(7))

    assert [(asked.section, asked.points) for asked in sheet] == [(0, 3)] + [(1, 5)] * 4
    assert sheet[0].version == fixed.approved_id
    assert len({asked.version for asked in sheet}) == 5


def test_a_draw_takes_what_fits_and_a_point_means_all_below_it():
    owner = exams._default_owner()
    top = exams.knowledge_point(owner=owner)
    below = exams.knowledge_point(owner=owner, parent=exams.knowledge_point(owner=owner, parent=top))
    wanted = _choices(owner, 2, point=below, difficulty=4, stage="初中", subject="数学")
    _choices(owner, 2, point=exams.knowledge_point(owner=owner), difficulty=4)
    _choices(owner, 2, point=below, difficulty=1)
    _choices(owner, 2, point=below, difficulty=4, stage="高中")
    exams.bank_question(PAIRED, owner=owner, point=below, difficulty=4)
    _choices(exams._default_owner(), 2)
    BankQuestion.objects.filter(pk__in=[row.pk for row in _choices(owner, 2, point=below, difficulty=4)]).update(state="retired")
    draw = _draw(point=top.pk, type="single", stage="初中", subject="数学", least_difficulty=3, most_difficulty=5)

    sheet = draw_sheet(_paper(owner, papers.Section(title="一", draws=(draw,))), by=Random(7))

    assert sorted(_questions(sheet)) == sorted(row.pk for row in wanted)


def test_a_fixed_question_is_not_drawn_again_in_another_version():
    owner = exams._default_owner()
    old, other = _choices(owner, 2)
    first = old.approved_id
    newer = exams.question_version(question=old, content=old.approved.content)
    BankQuestion.objects.filter(pk=old.pk).update(approved=newer)
    section = papers.Section(title="一", fixed=(papers.Fixed(version=first, points=Decimal(1)),), draws=(_draw(count=1),))

    assert sorted(_questions(draw_sheet(_paper(owner, section), by=Random(7)))) == sorted([old.pk, other.pk])


def test_draws_that_overlap_leave_each_other_what_they_need():
    owner = exams._default_owner()
    _choices(owner, 2, difficulty=1)
    _choices(owner, 2, difficulty=5)
    section = papers.Section(title="一", draws=(_draw(), _draw(most_difficulty=1)))

    for seed in range(12):
        assert len(draw_sheet(_paper(owner, section), by=Random(seed))) == 4


def test_too_few_questions_are_said():
    owner = exams._default_owner()
    _choices(owner, 1)

    with pytest.raises(TooFew, match="题库里可用的题不够“期末”抽了"):
        draw_sheet(_paper(owner, papers.Section(title="一", draws=(_draw(),))), by=Random(7))


def test_candidates_get_other_questions_and_orders_but_the_same_seed_the_same_sheet():
    owner = exams._default_owner()
    _choices(owner, 12)
    paper = _paper(owner, papers.Section(title="一", draws=(_draw(count=6),)), shuffles_questions=True)

    sheets = [draw_sheet(paper, by=Random(seed)) for seed in (1, 1, 2)]

    assert sheets[0] == sheets[1]
    assert sheets[0] != sheets[2]
    assert len({asked.order for asked in sheets[0]}) > 1


def test_what_is_not_to_be_shuffled_stays_as_written():
    owner = exams._default_owner()
    rows = [*_choices(owner, 3), exams.bank_question(SORTED, owner=owner), exams.bank_question(factories.QUESTIONS[2], owner=owner)]
    fixed = tuple(papers.Fixed(version=row.approved_id, points=Decimal(1)) for row in rows)

    plain = draw_sheet(_paper(owner, papers.Section(title="一", fixed=fixed), shuffles_options=False), by=Random(3))
    mixed = draw_sheet(_paper(owner, papers.Section(title="一", fixed=fixed), shuffles_questions=True), by=Random(3))

    assert [asked.version for asked in plain] == [row.approved_id for row in rows]
    assert [asked.order is None for asked in plain] == [True, True, True, False, True]
    assert [asked.version for asked in mixed] != [row.approved_id for row in rows]
    assert next(asked for asked in mixed if asked.version == rows[-1].approved_id).order is None


def test_it_costs_two_queries(django_assert_num_queries):
    owner = exams._default_owner()
    _choices(owner, 5)
    paper = _paper(owner, papers.Section(title="一", draws=(_draw(), _draw(count=1))), papers.Section(title="二", draws=(_draw(),)))

    with django_assert_num_queries(2):
        draw_sheet(paper, by=Random(7))


@given(st.lists(st.tuples(st.sets(st.integers(1, 8)), st.integers(0, 4)), max_size=4), st.integers())
def test_no_question_is_drawn_twice_and_a_draw_lacks_only_what_it_must(wanted, seed):
    pools, counts = [sorted(pool) for pool, _count in wanted], [count for _pool, count in wanted]

    found = drawn(pools, counts, by=Random(seed))

    together = [version for versions in found for version in versions]
    assert len(set(together)) == len(together)
    for pool, count, versions in zip(pools, counts, found, strict=True):
        assert set(versions) <= set(pool)
        assert len(versions) <= count
    if [len(versions) for versions in found] != counts:
        lacking = range(1 << len(wanted))
        needs = [(sum(counts[i] for i in range(len(wanted)) if m >> i & 1), set().union(*(pools[i] for i in range(len(wanted)) if m >> i & 1)))
                 for m in lacking]  # fmt: skip
        assert any(need > len(held) for need, held in needs)  # Hall: some draws together ask for more than there is


# equal difficulty


@pytest.mark.parametrize(
    ("levels", "count", "found"),
    [
        ([1, 1, 1, 1, 3, 3, 5, 5], 4, {1: 2, 3: 1, 5: 1}),
        ([1, 3, 5], 1, {3: 1}),
        ([2, 2, 4, 4], 3, {2: 2, 4: 1}),
        ([2, 3], 9, {2: 1, 3: 1}),
        ([4] * 6, 2, {4: 2}),
        ([], 3, {}),
    ],
)
def test_a_draw_takes_difficulties_as_its_pool_has_them(levels, count, found):
    assert quotas(dict(enumerate(levels)), count) == found


POOL = st.dictionaries(st.integers(1, 60), st.integers(1, 5), max_size=25)


@given(st.lists(st.tuples(POOL, st.integers(1, 8)), max_size=4), st.integers(0, 99), st.integers(0, 99))
def test_every_candidate_gets_the_same_difficulties(draws, seed, other):
    own = {}
    pools = [{number * 100 + version: level for version, level in pool.items()} for number, (pool, _count) in enumerate(draws)]
    for pool in pools:
        own |= pool
    counts = [count for _pool, count in draws]

    found, again = (drawn_alike(pools, counts, by=Random(one)) for one in (seed, other))

    assert [sorted(own[version] for version in versions) for versions in found] == [
        sorted(own[version] for version in versions) for versions in again
    ]
    assert [len(versions) for versions in found] == [min(count, len(pool)) for pool, count in zip(pools, counts, strict=True)]
    assert all(set(versions) <= set(pool) for versions, pool in zip(found, pools, strict=True))


@given(st.lists(st.tuples(POOL, st.integers(1, 6)), min_size=2, max_size=4), st.integers(0, 99))
def test_draws_that_want_the_same_questions_still_get_their_numbers(draws, seed):
    pools, counts = [pool for pool, _count in draws], [count for _pool, count in draws]

    found = drawn_alike(pools, counts, by=Random(seed))
    plain = drawn(pools, counts, by=Random(seed))

    taken = [version for versions in found for version in versions]
    assert len(taken) == len(set(taken))
    assert len(taken) == sum(len(versions) for versions in plain)


def test_sheets_of_one_paper_are_equally_hard():
    owner = exams._default_owner()
    for level, count in ((1, 6), (3, 9), (5, 3)):
        _choices(owner, count, difficulty=level)
    paper = _paper(owner, papers.Section(title="一", draws=(_draw(count=6),)))

    sums = set()
    for seed in range(12):
        sheet = draw_sheet(paper, by=Random(seed))
        sums.add(sum(BankQuestion.objects.filter(pk__in=_questions(sheet)).values_list("difficulty", flat=True)))

    assert sums == {2 * 1 + 3 * 3 + 1 * 5}
