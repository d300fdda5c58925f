"""What was handed in is compared and kept once; copies are found however they are dressed up; honest use is not."""

from datetime import timedelta

import pytest

from tests.integrity import factories as make
from tests.integrity.texts import AT, ESSAY, OTHER, essay, text
from tests.programmes import factories as programmes
from yanxiu.integrity import actions, queries
from yanxiu.integrity.models import IndexedText, Likeness, Mark, Signal, SignalKind, WaitingFile
from yanxiu.integrity.similarity import Relation
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted


@pytest.fixture
def fellow(place):
    return programmes.teacher(place.school, name="韩梅")


def handed_in(person, body=ESSAY, **facts):
    return actions.index_text(text=text(person, body, **facts), by=SYSTEM, at=AT)


def test_the_first_is_kept_and_the_copy_is_found(place, fellow):
    first = handed_in(place.teacher)
    second = handed_in(fellow, number=2)

    assert (first.share, first.matches, first.is_noticed) == (0, (), False)
    assert second.share > 0.99
    assert second.matches[0].relation == Relation.FELLOW
    assert (Likeness.objects.get().text.person, Likeness.objects.get().other.person) == (fellow, place.teacher)
    assert Mark.objects.filter(text_id=IndexedText.objects.get(object_id=2).pk).count() > 20


def test_a_noticed_share_is_a_signal_about_the_later_one_and_no_more(place, fellow):
    handed_in(place.teacher)
    handed_in(fellow, number=2)

    signal = Signal.objects.get()
    assert (signal.person, signal.kind) == (fellow, SignalKind.ALIKE_TEXT)
    assert signal.facts["figures"]["other"] == IndexedText.objects.get(object_id=1).pk
    assert "作业" in signal.facts["lines"][0]
    assert place.teacher.name not in "".join(signal.facts["lines"])


def test_two_texts_of_a_day_are_two_signals(place, fellow):
    handed_in(place.teacher)
    handed_in(place.teacher, OTHER, number=2)
    handed_in(fellow, number=3)
    handed_in(fellow, OTHER, number=4)

    assert Signal.objects.filter(person=fellow).count() == 2


def test_handing_in_again_is_not_measured_by_those_who_copied(place, fellow):
    handed_in(place.teacher)
    handed_in(fellow, number=2)

    again = handed_in(place.teacher, ESSAY + OTHER[:60])

    assert (again.share, again.matches) == (0, ())
    assert not Signal.objects.filter(person=place.teacher).exists()


def test_handing_in_again_takes_the_place_of_the_first(place, fellow):
    handed_in(place.teacher)
    handed_in(fellow, number=2)
    again = handed_in(fellow, OTHER, number=2)

    assert again.share == 0
    assert IndexedText.objects.count() == 2
    assert not Likeness.objects.exists()
    assert not IndexedText.objects.get(object_id=2).is_noticed
    kept = set(Mark.objects.filter(text_id=IndexedText.objects.get(object_id=2).pk).values_list("mark", flat=True))
    assert kept == set(IndexedText.objects.get(object_id=2).marks)


def test_twice_the_same_is_once(place):
    handed_in(place.teacher)
    again = handed_in(place.teacher)

    assert again.matches == ()
    assert IndexedText.objects.count() == 1


def test_only_the_author_and_the_platform_hand_in(place, fellow):
    with pytest.raises(NotPermitted):
        actions.index_text(text=text(place.teacher), by=programmes.learner(fellow), at=AT)

    assert not IndexedText.objects.exists()


def test_what_is_forgotten_is_found_no_more(place, fellow):
    handed_in(place.teacher)
    own = programmes.learner(place.teacher)

    assert actions.forget_text(object_type="submission", object_id=1, by=own, at=AT) == 1
    assert actions.forget_text(object_type="submission", object_id=1, by=own, at=AT) == 0
    assert not Mark.objects.exists()
    assert handed_in(fellow, number=2).share == 0


def test_nobody_forgets_for_another(place, fellow):
    handed_in(place.teacher)
    with pytest.raises(NotPermitted):
        actions.forget_text(object_type="submission", object_id=1, by=programmes.learner(fellow), at=AT)

    assert IndexedText.objects.exists()


def test_a_check_keeps_nothing(place, fellow):
    handed_in(place.teacher)
    found = queries.check_text(text(fellow, number=2))

    assert found.share > 0.99
    assert IndexedText.objects.count() == 1
    assert not Signal.objects.exists()


def test_own_and_earlier_texts_are_told_apart(place, fellow):
    handed_in(place.teacher, written_at=AT - timedelta(days=400), programme_id=6)

    assert queries.check_text(text(place.teacher, number=2)).matches[0].relation == Relation.OWN
    assert queries.check_text(text(fellow, number=3)).matches[0].relation == Relation.EARLIER
    assert queries.check_text(text(fellow, number=3, programme_id=6)).matches[0].relation == Relation.FELLOW


def test_many_at_once_are_found_like_single_ones(place, fellow):
    assert actions.index_texts(texts=[text(place.teacher, essay(one), number=one) for one in range(1, 6)], by=SYSTEM, at=AT) == 5
    assert actions.index_texts(texts=[text(place.teacher, essay(9), number=5)], by=SYSTEM, at=AT) == 1

    assert queries.check_text(text(fellow, essay(3), number=77)).matches[0].other.object_id == 3
    assert queries.check_text(text(fellow, essay(9), number=77)).share == 1
    assert queries.check_text(text(fellow, essay(5), number=77)).share == 0
    assert not Signal.objects.exists()


def test_only_the_platform_keeps_many(place):
    with pytest.raises(NotPermitted):
        actions.index_texts(texts=[text(place.teacher)], by=programmes.learner(place.teacher), at=AT)


def test_files_wait_to_be_read_once(place):
    file = make.stored_row(name="反思.docx", kind="attachment")
    picture = make.stored_row(name="照片.png", kind="attachment")
    for _ in range(2):
        actions.index_text(text=text(place.teacher), files=[file, picture], by=SYSTEM, at=AT)

    assert [one.file for one in WaitingFile.objects.all()] == [file]


def test_the_words_of_a_file_that_is_gone_go(place):
    handed_in(place.teacher)
    actions.index_text(text=text(place.teacher, OTHER, part="file:99999"), by=SYSTEM, at=AT)
    handed_in(place.teacher)

    assert IndexedText.objects.count() == 1


def test_the_unit_decides_from_which_share_on(place, fellow):
    make.threshold(place.county, share="0.900")
    handed_in(place.teacher)
    half = ESSAY[: len(ESSAY) // 2] + essay(1, size=len(ESSAY) // 2)

    found = handed_in(fellow, half, number=2)

    assert 0.4 < found.share < 0.6
    assert not found.is_noticed
    assert not Signal.objects.exists()
    make.threshold(place.school, share="0.300")
    assert handed_in(fellow, half, number=2).is_noticed


def test_the_cost_does_not_grow(place, fellow, django_assert_max_num_queries):
    for one in range(1, 9):
        handed_in(place.teacher, ESSAY + essay(one), number=one)

    with django_assert_max_num_queries(3):
        assert len(queries.check_text(text(fellow, number=99, task="step:1")).matches) == 8
