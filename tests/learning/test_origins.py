"""Where a lease was opened from: kept beside it for signals."""

import pytest
from django.test import RequestFactory

from tests.learning import factories as make
from tests.programmes import factories as programmes
from yanxiu.learning import actions, origins
from yanxiu.learning.models import Lease
from yanxiu.learning.views.origin import origin_of

NAME = "3f1c9d0e-one-browser"


def test_a_device_is_known_by_the_hash_of_its_name():
    assert origins.hashed(NAME) == origins.hashed(NAME) != origins.hashed(NAME + "x")
    assert -(2**63) <= origins.hashed(NAME) < 2**63


@pytest.mark.parametrize("name", ["", "short", "x" * 65])
def test_a_name_that_no_page_of_ours_made_is_no_device(name):
    assert origins.hashed(name) is None


@pytest.mark.parametrize(("address", "kept"), [("10.1.2.3", "10.1.2.3"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("?", None)])
def test_the_address_is_that_of_the_client_or_its_network(address, kept):
    request = RequestFactory().post("/", {"device": NAME}, REMOTE_ADDR=address)

    assert origin_of(request) == origins.Origin(device=origins.hashed(NAME), address=kept)


@pytest.mark.django_db
def test_opening_keeps_device_and_address_with_the_lease(place):
    step = make.chosen(place.enrolment)
    origin = origins.Origin(device=-7, address="10.1.2.3")

    actions.open_step(enrolment=place.enrolment, step=step, origin=origin, by=programmes.learner(place.enrolment.person), at=make.AT)
    make.opened(place.enrolment, step)

    assert [*Lease.objects.order_by("number").values_list("device", "address", "beats")] == [(-7, "10.1.2.3", 0), (None, None, 0)]
