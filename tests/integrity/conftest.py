"""The county, its teacher and the offices above."""

import pytest

from tests.integrity import factories
from tests.integrity.factories import Place


@pytest.fixture
def place(db) -> Place:
    return factories.place()
