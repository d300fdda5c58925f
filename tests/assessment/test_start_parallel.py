"""Starting a test many times at once gives one attempt with a stable number (security EM-05)."""

import threading

import pytest
from django.db import connections

from tests.assessment import factories as make
from tests.programmes import factories as programmes
from yanxiu.assessment.models import Attempt
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Kind
from yanxiu.records import actions as records
from yanxiu.records.models import Record

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]  # ten threads with connections of their own


@pytest.fixture(scope="module", autouse=True)
def metrics_again(django_db_setup, django_db_blocker):
    """The flush after such tests empties the table of metrics, which other modules expect."""
    yield
    with django_db_blocker.unblock():
        records.store_metrics(by=SYSTEM, at=make.AT)


def test_fifty_starts_at_once_make_one_attempt():
    county = programmes.org(parent=programmes.org(name="中国"), kind=Kind.COUNTY, name="青河县")
    running = make.programme(county)
    step = make.quiz_step(make.course(running))
    one = make.participant(running, programmes.org(parent=county))
    started = []

    def start():
        try:
            started.extend(make.attempt(one, step).pk for _ in range(5))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=start) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(started) == 50
    assert set(started) == {Attempt.objects.get().pk}
    assert Attempt.objects.get().number == 1
    assert Record.objects.filter(verb="started", object_type="attempt", person_id=one.person_id).count() == 1
