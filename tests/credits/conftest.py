"""A school of a county, and a programme that runs there."""

import pytest

from tests.credits import factories
from tests.programmes import factories as programmes
from yanxiu.orgs.models import Kind


@pytest.fixture
def school(db):
    return programmes.org(parent=programmes.org(parent=programmes.org(), kind=Kind.COUNTY), name="青禾县实验中学")


@pytest.fixture
def programme(school):
    return factories.running_programme(school)
