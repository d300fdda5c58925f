import pytest

from tests.catalogue import factories as make


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    """Every test has a data folder of its own."""
    settings.DATA = tmp_path


@pytest.fixture
def unit(db):
    """A county that has courses of its own."""
    return make.county()


@pytest.fixture
def author(unit):
    """Who writes courses for `unit`."""
    return make.worker("designer", unit)
