"""What was found before words were made public is compared anew in the background, once, and never to anybody's harm."""

from datetime import timedelta

import pytest

from tests.integrity import factories as make
from tests.integrity.texts import AT, ESSAY, OTHER, text
from tests.programmes import factories as programmes
from yanxiu.integrity import actions, queries, tasks
from yanxiu.integrity.models import IndexedText, Likeness, PublicText, Signal
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.records.models import Record

LATER = AT + timedelta(days=1)


@pytest.fixture
def copied(place):
    """Two homeworks with the same long quotation, one of them with more of the other's own words."""
    fellow = programmes.teacher(place.school, name="韩梅")
    actions.index_text(text=text(place.teacher, ESSAY + OTHER), by=SYSTEM, at=AT)
    actions.index_text(
        text=text(fellow, ESSAY + "我们班另外做了一个对照，把量出来的数据画成了条形图，贴在走廊里请别的班猜。", number=2), by=SYSTEM, at=AT
    )
    return IndexedText.objects.get(object_id=2)


def public(place, body=ESSAY, *, at=LATER, title="课程标准摘录"):
    return actions.add_public_text(org=place.county, kind="standard", title=title, body=body, by=place.office, at=at)


def test_words_made_public_count_for_nobody_any_more(place, copied):
    assert (copied.is_noticed, copied.share > 0.7) == (True, True)
    one = public(place)

    tasks.recheck_texts(timestamp=0)

    copied.refresh_from_db()
    assert (copied.is_noticed, copied.share) == (False, 0)
    assert [why for _start, _end, why in copied.set_aside] == ["public"]
    assert not Likeness.objects.exists()
    assert Record.objects.get(verb="rechecked").data["changed"] == 1
    assert PublicText.objects.get(pk=one.pk).rechecked_at is not None
    assert Signal.objects.count() == 1  # what people were told stays; it says what was so then


def test_again_changes_nothing_and_asks_nothing(place, copied):
    public(place)
    tasks.recheck_texts(timestamp=0)
    before = (Record.objects.count(), IndexedText.objects.get(object_id=2).checked_at)

    tasks.recheck_texts(timestamp=0)

    assert (Record.objects.count(), IndexedText.objects.get(object_id=2).checked_at) == before
    assert queries.unrechecked() == []


def test_it_goes_on_where_it_was_ended(place, copied):
    third = programmes.teacher(place.school, name="吴芳")
    actions.index_text(text=text(third, ESSAY, number=3), by=SYSTEM, at=AT)
    one = public(place)

    assert actions.recheck_texts(public=one, most=1, by=SYSTEM, at=LATER) == 1
    assert len(queries.unrechecked()) == 1
    assert actions.recheck_texts(public=one, most=1, by=SYSTEM, at=LATER) == 1
    assert actions.recheck_texts(public=one, most=1, by=SYSTEM, at=LATER) == 0
    assert queries.unrechecked() == []
    assert not IndexedText.objects.filter(is_noticed=True).exists()


def test_what_is_alike_besides_stays(place, copied):
    public(place, ESSAY[:120])

    tasks.recheck_texts(timestamp=0)

    before, copied = copied.share, IndexedText.objects.get(object_id=2)
    assert 0 < copied.share < before
    assert Likeness.objects.get().share == copied.share


def test_other_words_and_other_units_are_left_alone(place, copied):
    public(place, "各地要把教师培训经费列入预算，保证每位教师五年不少于三百六十学时，不得向教师个人收取任何费用。")
    make.public_text(programmes.org(name="别处"), ESSAY)

    tasks.recheck_texts(timestamp=0)

    assert IndexedText.objects.get(object_id=2).share == copied.share
    assert Likeness.objects.count() == 1
    assert not Record.objects.filter(verb="rechecked").exists()


def test_one_that_was_put_back_is_looked_at_anew(place, copied):
    one = public(place, at=AT - timedelta(days=1))
    tasks.recheck_texts(timestamp=0)
    actions.remove_public_text(text=one, by=place.office, at=AT)
    fellow = programmes.teacher(place.school, name="陈晓")
    actions.index_text(text=text(fellow, ESSAY, number=4), by=SYSTEM, at=AT)
    assert IndexedText.objects.get(object_id=4).is_noticed

    actions.put_back_public_text(text=one, by=place.office, at=LATER)
    tasks.recheck_texts(timestamp=0)

    assert not IndexedText.objects.get(object_id=4).is_noticed


def test_only_the_system_compares_anew(place):
    with pytest.raises(NotPermitted):
        actions.recheck_texts(public=public(place), by=place.office, at=LATER)
