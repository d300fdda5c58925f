"""Sessions: found while they are alive, by their own key alone."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from yanxiu.kit import clock
from yanxiu.kit.session_store import SessionStore

pytestmark = pytest.mark.django_db


def opened(**facts):
    store = SessionStore()
    store.update(facts)
    store.save()
    return store.session_key


def test_a_session_is_found_by_its_key_in_one_query(django_assert_num_queries):
    mine, other = opened(account=1), opened(account=2)

    with django_assert_num_queries(1):
        assert SessionStore(mine)["account"] == 1
    assert SessionStore(other)["account"] == 2


def test_a_session_that_is_over_gone_or_unknown_holds_nothing():
    key = opened(account=1)
    Session.objects.filter(session_key=key).update(expire_date=clock.now() - timedelta(seconds=1))
    for unknown in (key, "nobodyskey0000000000000000000000", "", None, "' OR 1=1 --"):
        store = SessionStore(unknown)
        assert store.get("account") is None
        assert store.session_key is None or unknown in ("", None)


def test_what_was_changed_is_seen_at_once():
    key = opened(account=1)
    store = SessionStore(key)
    store["account"] = 7
    store.save()

    assert SessionStore(key)["account"] == 7
    SessionStore(key).flush()
    assert SessionStore(key).get("account") is None
