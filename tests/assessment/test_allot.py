"""Giving pieces out to reviewers: under random hand-ins and drop-outs it always ends, nobody gets the own piece, loads stay level."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from yanxiu.assessment.allotting import Allotment, Piece, Reviewer, allot


def pieces_of(schools, loads=None, settled=()):
    return [
        Piece(key=100 + n, author=n, school=school, load=(loads or {}).get(n, 0), is_settled=n in settled)
        for n, school in enumerate(schools)
    ]


def reviewers_of(schools, **facts):
    return [Reviewer(key=n, school=school, **facts) for n, school in enumerate(schools)]


def test_two_authors_review_each_other():
    given = allot(reviewers_of([1, 2]), pieces_of([1, 2]), most=2, other_school=True)

    assert [(one.reviewer, one.piece, one.is_fallback) for one in given] == [(0, 101, False), (1, 100, False)]


def test_who_is_alone_gets_nothing():
    assert allot(reviewers_of([1]), pieces_of([1]), most=2, other_school=False) == []


def test_the_same_school_is_a_last_resort_and_says_so():
    given = allot(reviewers_of([1, 1]), pieces_of([1, 1]), most=2, other_school=True)

    assert {one.is_fallback for one in given} == {True}


def test_a_patient_reviewer_waits_for_pieces_with_too_few_reviews():
    schools = [1, 2]

    assert allot([Reviewer(key=9, school=3)], pieces_of(schools, {0: 2, 1: 2}), most=2, other_school=False) == []
    assert len(allot([Reviewer(key=9, school=3, is_patient=False)], pieces_of(schools, {0: 2, 1: 2}), most=2, other_school=False)) == 1


def test_pieces_with_marks_come_last():
    (one,) = allot([Reviewer(key=9, school=3)], pieces_of([1, 2], {1: 1}, settled={0}), most=3, other_school=False)

    assert one.piece == 101


def test_a_review_is_handed_on_where_that_levels_the_loads():
    # Without handing on, the last reviewer would find only the own piece with few reviews.
    given = allot(reviewers_of([1, 2, 3]), pieces_of([1, 2, 3]), most=5, other_school=False)

    assert sorted(Counter(one.piece for one in given).values()) == [1, 1, 1]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=25), st.integers(1, 4), st.booleans())
def test_everybody_at_once_gets_level_loads(schools, rounds, other_school):
    """With all authors reviewing, every round gives each a piece and no piece differs from another by more than one review."""
    had = {n: set() for n in range(len(schools))}
    loads: Counter[int] = Counter()
    for _round in range(min(rounds, len(schools) - 1)):
        reviewers = [Reviewer(key=n, school=school, had=frozenset(had[n])) for n, school in enumerate(schools)]
        given = allot(reviewers, pieces_of(schools, {key - 100: count for key, count in loads.items()}), most=rounds, other_school=False)
        for one in given:
            assert one.piece - 100 != one.reviewer
            assert one.piece not in had[one.reviewer]
            had[one.reviewer].add(one.piece)
            loads[one.piece] += 1
        counts = [loads[100 + n] for n in range(len(schools))]
        assert max(counts) - min(counts) <= 1
    del other_school


@st.composite
def seasons(draw):
    """People who hand in at random moments, are diligent or not, and come from few schools."""
    count = draw(st.integers(2, 18))
    return {
        "schools": [draw(st.integers(1, 4)) for _ in range(count)],
        "comes": [draw(st.integers(0, 12)) for _ in range(count)],
        "drops": [draw(st.booleans()) for _ in range(count)],
        "wanted": draw(st.integers(1, 4)),
        "other_school": draw(st.booleans()),
        "seed": draw(st.integers(0, 10_000)),
    }


def _work_on(season, done, open_, away, chance):
    """The diligent finish what they have, some day; of the others the term ends, and somebody else will have it."""
    for n, one in list(open_.items()):
        if season["drops"][n] and chance.random() < 0.3:
            away.add(n)
            del open_[n]
        elif not season["drops"][n] and chance.random() < 0.7:
            done[n].add(one.piece)
            del open_[n]


@settings(max_examples=300, deadline=None)
@given(seasons())
def test_a_season_of_hand_ins_and_drop_outs_always_ends(season):
    chance = Random(season["seed"])
    done: dict[int, set[int]] = {n: set() for n in range(len(season["schools"]))}
    open_: dict[int, Allotment] = {}
    away: set[int] = set()
    for day in range(60):
        here = [n for n, comes in enumerate(season["comes"]) if comes <= day]
        _work_on(season, done, open_, away, chance)
        loads = Counter(piece for had in done.values() for piece in had) + Counter(one.piece for one in open_.values())
        pieces = [Piece(key=100 + n, author=n, school=season["schools"][n], load=loads[100 + n]) for n in here]
        waiting = [
            Reviewer(key=n, school=season["schools"][n], had=frozenset(done[n]), is_patient=day < 30)
            for n in here
            if n not in open_ and n not in away and len(done[n]) < season["wanted"]
        ]
        for one in allot(waiting, pieces, most=season["wanted"], other_school=season["other_school"]):
            assert one.piece - 100 != one.reviewer
            assert one.piece not in done[one.reviewer]
            assert one.reviewer not in open_
            same = season["schools"][one.piece - 100] == season["schools"][one.reviewer]
            assert one.is_fallback == (same and season["other_school"])
            open_[one.reviewer] = one
    for n, drops in enumerate(season["drops"]):
        if not drops:  # who does what is asked is done: with all that was wanted, or with all there is
            assert len(done[n]) == min(season["wanted"], len(season["schools"]) - 1)
