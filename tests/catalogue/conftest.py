import pytest


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    """Every test has a data folder of its own."""
    settings.DATA = tmp_path
