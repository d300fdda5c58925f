"""The discussions that the bench lays are there while it measures, and gone afterwards."""

import pytest

from tests.orgs.factories import org
from tests.people.factories import person
from tests.workshops import factories
from yanxiu.demo.bench import pages
from yanxiu.demo.bench.talk import PARTS, THREADS, talked
from yanxiu.workshops.models import Post
from yanxiu.workshops.queries import parts, threads

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop():
    """A workshop and somebody who talks in it."""
    county = org()
    return factories.space(county), person(county)


def test_discussions_are_laid_and_taken_away(workshop):
    space, author = workshop
    before = Post.objects.count()

    with talked(space, author, at=factories.AT) as thread:
        assert threads(space, ["discussion"], person_id=None).count() == THREADS
        assert len(parts(thread, keeps=False, number=1).rows) == PARTS - 1
    assert Post.objects.count() == before


def test_they_are_taken_away_after_a_failure(workshop):
    space, author = workshop

    with pytest.raises(RuntimeError), talked(space, author, at=factories.AT):
        raise RuntimeError
    assert not Post.objects.exists()


def test_each_target_has_its_page():
    names = {"sign-in", "teacher's home", "my courses", "player", "discussion", "discussions", "members"}

    assert set(pages.TARGETS) <= names
