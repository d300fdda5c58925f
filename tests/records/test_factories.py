"""The factories make what the constraints allow."""

import pytest
from django.db import transaction

from tests.records import factories as make
from yanxiu.records.events import EventType
from yanxiu.records.models import Tally


class _Event(EventType):
    TRIED = ("tried", "factory", "试用")


@pytest.mark.django_db
def test_each_factory_stores_its_row():
    with transaction.atomic():
        assert make.record(_Event.TRIED, person_id=7).person_id == 7
        assert make.record_key(_Event.TRIED, key="k").record_id > 0

    assert make.metric_source().pk
    assert make.slice(programme_id=9).number == 0
    assert make.tally(count=3) == Tally.objects.get(count=3)
    assert make.cursor().record_id == 0
    assert make.failure().tries == 1
