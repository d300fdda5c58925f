"""Counts of past windows are deleted, the running ones stay."""

from datetime import timedelta

import pytest

from tests.people import factories
from yanxiu.people import throttle
from yanxiu.people.models import Throttle


@pytest.mark.django_db
def test_only_past_windows_go(at):
    factories.throttle("net:old", at=at - timedelta(hours=1))
    throttle.take({"net:new": 5}, at=at)

    assert throttle.sweep(at=at) == 1
    assert list(Throttle.objects.values_list("key", flat=True)) == ["net:new"]
