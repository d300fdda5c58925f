import pytest

from tests.approvals.factories import KIND, MATTER, TOLD
from yanxiu.approvals import matters


@pytest.fixture(autouse=True)
def paper(monkeypatch):
    """Our kind is declared, and has been told nothing yet."""
    TOLD.clear()
    monkeypatch.setattr(matters, "_MATTERS", {**matters.matters(), KIND: MATTER})
