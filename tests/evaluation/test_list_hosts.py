"""Hosts are evaluated in the workshops they are appointed to, for as long as they are."""

import pytest

from tests.credits import factories
from tests.programmes import factories as programmes
from yanxiu.access import actions as access
from yanxiu.access.events import AccessEvent
from yanxiu.evaluation import reactions
from yanxiu.evaluation.models import Role
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Kind
from yanxiu.programmes import actions as programme_actions
from yanxiu.records.models import Record
from yanxiu.workshops import actions as workshops
from yanxiu.workshops.models import Space

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # publishes a whole programme


def test_a_host_is_listed_when_appointed_and_taken_off_when_revoked():
    school = programmes.org(parent=programmes.org(parent=programmes.org(), kind=Kind.COUNTY))
    programme = factories.running_programme(school)
    workshops.open_spaces(programme=programme, by=SYSTEM, at=programmes.AT)
    space = Space.objects.filter(kind="topic_workshop").first()
    person = factories.learner(programme, school, "王老师")
    appointment = workshops.appoint_host(space=space, person=person, by=SYSTEM, at=programmes.AT)

    def deliver(event):
        reactions.list_hosts(Record.objects.filter(verb=event.verb, object_type="appointment").latest("id"))

    deliver(AccessEvent.APPOINTED)
    deliver(AccessEvent.APPOINTED)

    assert Role.objects.get(until_at=None).role == "topic_host"
    access.revoke(appointment=appointment, reason="任期已满", by=SYSTEM, at=programmes.AT)
    deliver(AccessEvent.REVOKED)
    assert not Role.objects.filter(until_at=None).exists()


def test_hosts_follow_their_programme_to_a_new_version():
    school = programmes.org(parent=programmes.org(parent=programmes.org(), kind=Kind.COUNTY))
    programme = factories.running_programme(school)
    role = Role.objects.create(
        programme=programme,
        version=programme.current,
        person_id=1,
        role="topic_host",
        space_id=3,
        unit_path=school.path,
        from_at=programmes.AT,
    )
    version = programme_actions.publish(
        programme=programme, source=programmes.SCHOOL_PLAN + "\n# 第二版", parameters=programmes.MASKED, reason="更正", move_participants=True,
        by=SYSTEM, at=programmes.AT,
    )  # fmt: skip

    reactions.move_hosts(Record.objects.filter(verb="moved", object_type="plan_version").latest("id"))

    role.refresh_from_db()
    assert role.version_id == version.pk
