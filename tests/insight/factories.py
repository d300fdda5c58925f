"""Kept figures for tests."""

from datetime import date
from decimal import Decimal

from tests.portal.conftest import NOW
from yanxiu.insight.models import KeptBoard, KeptFigure, KeptGrowth
from yanxiu.programmes.models import Programme


def kept_board(programme: Programme, **facts) -> KeptBoard:
    facts = {"as_of": NOW, "xid": 0, "versions": [programme.current_id], "columns": [], "people": 0} | facts
    return KeptBoard.objects.create(programme=programme, **facts)


def kept_figure(programme: Programme, parent: str, child: int = 0, **facts) -> KeptFigure:
    plain = dict.fromkeys(("people", "active", "chosen", "begun", "passed", "late"), 0)
    arrays = {name: [] for name in ("sums", "counts", "done", "schedules", "spread")}
    return KeptFigure.objects.create(programme=programme, parent=parent, child=child, stage="", **plain | arrays | facts)


def kept_growth(programme: Programme, path: str) -> KeptGrowth:
    return KeptGrowth.objects.create(programme=programme, path=path, days=[date(2026, 11, 20)], hours=[Decimal(2)])
