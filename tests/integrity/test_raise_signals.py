"""Signals come in once, from the platform alone, and touch nothing."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.integrity import factories as make
from tests.integrity.factories import AT
from yanxiu.integrity import actions
from yanxiu.integrity.actions import Noticed
from yanxiu.integrity.models import Inquiry, Signal, SignalKind, Strength
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import NotPermitted
from yanxiu.records.models import Record


def noticed(place, **facts) -> Noticed:
    facts = {
        "person_id": place.teacher.pk, "kind": SignalKind.HIDDEN_PAGE, "strength": Strength.NOTABLE, "on_day": date(2026, 11, 19),
        "lines": ("播放时页面在后台 3 小时",), "figures": {"seconds": 10_800.0},
    } | facts  # fmt: skip
    return Noticed(**facts)


def test_what_was_noticed_is_kept_with_its_numbers(place):
    assert actions.raise_signals(noticed=[noticed(place)], by=SYSTEM, at=AT) == 1

    kept = Signal.objects.get()
    assert (kept.person, kept.unit_path, kept.strength) == (place.teacher, place.school.path, Strength.NOTABLE)
    assert kept.facts["lines"] == ["播放时页面在后台 3 小时"]
    assert kept.facts["figures"] == {"seconds": 10_800.0}
    assert not Inquiry.objects.exists()
    assert Record.objects.get(verb="raised").measure == 1


def test_a_person_has_one_signal_a_kind_and_day(place):
    for _ in range(2):
        actions.raise_signals(noticed=[noticed(place), noticed(place)], by=SYSTEM, at=AT)
    actions.raise_signals(noticed=[noticed(place, on_day=date(2026, 11, 20))], by=SYSTEM, at=AT)

    assert Signal.objects.count() == 2


def test_stretches_are_kept_up_to_a_bound(place):
    strip = {"row": "本人", "from": AT.isoformat(), "to": AT.isoformat(), "person": None}
    actions.raise_signals(noticed=[noticed(place, strips=(strip,) * 200)], by=SYSTEM, at=AT)

    assert len(Signal.objects.get().facts["strips"]) == 60


@pytest.mark.parametrize("who", ["learner", "school_admin", "office", "above"])
def test_no_person_adds_a_signal(place, who):
    with pytest.raises(NotPermitted):
        actions.raise_signals(noticed=[noticed(place)], by=getattr(place, who), at=AT)

    assert not Signal.objects.exists()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_signal_is_never_changed(place, change):
    one = make.signal(place.teacher)

    with pytest.raises(IntegrityError), transaction.atomic():
        Signal.objects.filter(pk=one.pk).update(strength=1) if change == "update" else one.delete()
