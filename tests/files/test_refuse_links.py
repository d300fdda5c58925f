"""Links of a person end with the account, in every process, without the database; and work again when it is opened."""

import os
from datetime import timedelta

import pytest

from tests.files.factories import AT, rendition, stored_row
from tests.files.test_origin import BYTES, ask, film  # noqa: F401 - a fixture
from tests.files.test_packages_door import package  # noqa: F401 - a fixture
from tests.learning import factories as learning
from tests.orgs.factories import org
from tests.programmes.factories import teacher
from yanxiu.files import actions, generations, packages, queries, reactions, refused, storage
from yanxiu.files.links import Signer
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.errors import NotPermitted
from yanxiu.people import actions as people
from yanxiu.people.models import Person
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    found = teacher(org())
    learning.account(found)
    return found


def news(verb: str) -> Record:
    return Record.objects.get(verb=verb, object_type="account")


def test_a_film_stops_when_the_account_is_closed_and_goes_on_when_it_is_opened(film, person, django_assert_num_queries):  # noqa: F811
    link, other = (queries.link(film, person_id=one, at=AT) for one in (person.pk, person.pk + 1))
    assert ask(link)[0] == 200

    people.suspend(person=person, reason="调离本县", by=SYSTEM, at=AT)
    reactions.judge_links(news("suspended"))
    with django_assert_num_queries(0):
        assert ask(link)[0] == 404
        assert ask(other)[2] == BYTES

    people.restore(person=person, reason="调回本县", by=SYSTEM, at=AT)
    reactions.judge_links(news("restored"))
    assert ask(link)[0] == 200
    reactions.judge_links(news("suspended"))  # old news, told again
    assert ask(link)[0] == 200


def test_renditions_and_packages_end_as_well(folder, package, person):  # noqa: F811
    signer = Signer(secret=settings_key())
    name = signer.read(package.removeprefix("/p") if package.startswith("/p") else package.partition("/p")[2], at=AT).storage_name
    theirs = packages.link(name, person_id=person.pk, at=AT) + "setup.bin"
    assert ask(theirs)[0] == 200

    refused.add(folder, person.pk)

    assert ask(theirs)[0] == 404
    assert ask(packages.link(name, person_id=person.pk, at=AT) + "~run/")[0] == 404


def settings_key() -> str:
    from django.conf import settings

    return str(settings.SECRET_KEY)


def test_only_the_system_refuses_and_what_ran_out_is_forgotten(folder, person):
    with pytest.raises(NotPermitted):
        actions.judge_links(person_id=person.pk, by=Actor(person_id=1, label="李雷"), at=AT)
    refused.add(folder, person.pk)
    refused.add(folder, person.pk + 1)
    old = (AT - timedelta(hours=25)).timestamp()
    os.utime(folder / "refused" / str(person.pk), (old, old))
    os.utime(folder / "refused" / str(person.pk + 1), (AT.timestamp(), AT.timestamp()))

    actions.sweep_uploads(by=SYSTEM, at=AT)

    assert [one for one, _ in refused.since(folder)] == [person.pk + 1]
    assert list(storage.stored(folder)) == []
    assert timedelta(seconds=queries.PLAY_SECONDS) < timedelta(hours=24)


def test_links_to_what_went_out_of_sight_end_and_later_ones_work(folder, film, django_assert_num_queries):  # noqa: F811
    before, number = queries.link(film, person_id=7, at=AT), 500
    row = stored_row(storage_name=film.storage_name)
    made = rendition(file=row, storage_name=storage.new_name(), state="done", kind="audio")
    assert ask(before)[0] == 200

    assert actions.end_links(files=[row], number=number, by=SYSTEM, at=AT) == 2
    assert actions.end_links(files=[row], number=number - 1, by=SYSTEM, at=AT) == 2  # old news

    with django_assert_num_queries(0):
        assert ask(before)[0] == 404
    after = queries.link(film, person_id=7, at=AT)
    assert after == queries.link(film, person_id=7, at=AT)  # pages repeat it, browsers keep the file
    assert ask(after)[0] == 200
    assert (generations.now(folder, film.storage_name), generations.now(folder, made.storage_name)) == (number, number)
    with pytest.raises(NotPermitted):
        actions.end_links(files=[row], number=number, by=Actor(person_id=1, label="李雷"), at=AT)
    old = (AT - timedelta(hours=25)).timestamp()
    os.utime(folder / "generations" / film.storage_name, (old, old))
    os.utime(folder / "generations" / made.storage_name, (AT.timestamp(), AT.timestamp()))
    actions.sweep_uploads(by=SYSTEM, at=AT)
    assert [name for name, _moment in generations.since(folder)] == [made.storage_name]
    assert ask(after)[0] == 200


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "x" * 32])
def test_odd_names_have_no_number(folder, name):
    assert generations.now(folder, name) == 0
