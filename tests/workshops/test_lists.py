"""Lists that are found along an index: they hold what all rows would give, also over two spaces and among much else."""

from datetime import timedelta

import pytest

from tests.workshops import factories as make
from yanxiu.people.models import Person
from yanxiu.workshops import queries
from yanxiu.workshops.models import Post, PostKind
from yanxiu.workshops.queries.people import seen_of

pytestmark = pytest.mark.django_db
KINDS = [PostKind.DISCUSSION]


@pytest.fixture
def sub(shop):
    """A sub-workshop with discussions whose last words fall between those of its workshop; more than a page together."""
    sub = make.sub_workshop(shop.space)
    writer = make.member(sub, shop.school, name="韩梅梅")
    for number in range(26):
        at = make.AT + timedelta(minutes=(number * 7) % 26)
        make.post(sub if number % 3 else shop.space, writer if number % 3 else shop.member, at=at)
    return sub


def test_threads_of_two_spaces_come_in_one_order(sub, shop):
    all_of_them = list(queries.latest(queries.threads(sub, KINDS, person_id=shop.host.person_id)))
    page = queries.first_threads(sub, PostKind.DISCUSSION, person_id=shop.host.person_id, keeps=False)
    assert len(all_of_them) == 26
    assert (list(page.rows), page.has_more) == (all_of_them[:20], True)
    own = queries.first_threads(shop.space, PostKind.DISCUSSION, person_id=shop.host.person_id, keeps=False)
    assert (list(own.rows), own.has_more) == ([one for one in all_of_them if one.space_id == shop.space.pk], False)


def test_the_home_of_a_sub_workshop_tells_of_both(sub, shop):
    briefings = [make.post(shop.space, shop.host, kind=PostKind.BRIEFING, at=make.days(day)) for day in (1, 2)]
    newest = list(Post.objects.filter(space__in=sub.reading_ids).order_by("-published_at", "-pk")[:10])
    home = queries.home(sub, person_id=shop.member.person_id, at=make.days(3))
    assert list(home.feed) == newest
    assert (home.briefing, list(home.to_read)) == (briefings[1], briefings[::-1])


def test_a_member_was_seen_when_she_last_read_here_not_elsewhere(shop):
    person, elsewhere = Person.objects.get(pk=shop.member.person_id), make.space(shop.school)
    for day in (1, 2):
        make.read(make.post(shop.space, shop.host, kind=PostKind.BRIEFING), person, at=make.days(day))
        make.read(make.post(elsewhere, make.host(elsewhere), kind=PostKind.BRIEFING), person, at=make.days(day + 2))
    rows = {row.person_id: seen_of(row) for row in queries.member_page(shop.space).rows}
    assert rows[person.pk] == make.days(2)
    make.check_in(shop.space, person, at=make.days(5))
    make.check_in(elsewhere, person, at=make.days(6))
    rows = {row.person_id: seen_of(row) for row in queries.member_page(shop.space, name=person.name).rows}
    assert rows[person.pk] == make.days(5)


def test_check_ins_bring_somebody_before_others_who_wrote_a_little_more(shop):
    quiet = make.member(shop.space, shop.school, name="韩梅梅")
    for _number in range(3):
        make.post(shop.space, shop.member)
    make.post(shop.space, quiet)
    assert [one.name for one in queries.candidates(shop.space, at=make.days(1), most=1)] == ["李雷"]
    for day in range(4):
        make.check_in(shop.space, Person.objects.get(pk=quiet.person_id), at=make.days(-day))
    first = queries.candidates(shop.space, at=make.days(1), most=1)
    assert [(one.name, one.score, one.parts) for one in first] == [("韩梅梅", 5, (("发言", 1, 1), ("签到", 4, 4)))]
