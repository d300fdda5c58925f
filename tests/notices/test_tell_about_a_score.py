"""Everybody whose score came out, changed, or was looked at again is told, once, with the way to it."""

from decimal import Decimal

import pytest

from tests.assessment import scored
from tests.assessment.scored import OVER, RIGHT, WORDS
from tests.programmes import factories as programmes
from yanxiu.assessment import actions
from yanxiu.notices import reactions
from yanxiu.notices.models import Delivery
from yanxiu.records.models import Record

pytestmark = pytest.mark.django_db


def _deliver(verb, object_type, reaction):
    for record in Record.objects.filter(verb=verb, object_type=object_type).order_by("id"):
        reaction(record)


def _inbox(person_id):
    return list(Delivery.objects.filter(person=person_id).order_by("pk").values_list("notice__title", "notice__link"))


def test_a_score_its_change_and_the_answer_are_told_once():
    exam = scored.written_exam(title="期末网上考核")
    sitting = scored.sat(exam, {**RIGHT, 4: WORDS})
    scored.marked(sitting, points="6")
    scored.released(exam)
    for _twice in range(2):
        _deliver("given", "score", reactions.tell_about_a_score)
    sitting = type(sitting).objects.select_related("exam__programme", "enrolment__person").get(pk=sitting.pk)
    appeal = actions.appeal_score(
        sitting=sitting, number=4, reason="写了判断没有给分", by=programmes.learner(sitting.enrolment.person), at=OVER
    )  # fmt: skip
    by = scored.marker(exam.programme.owner)
    actions.decide_appeal(appeal=appeal, points={4: Decimal(10)}, answer="核对后补给分", by=by, at=OVER)
    _deliver("given", "score", reactions.tell_about_a_score)
    _deliver("decided", "score_appeal", reactions.tell_about_an_appeal)

    link = f"/assessment/sittings/{sitting.pk}/result/"
    assert _inbox(sitting.enrolment.person_id) == [
        ("期末网上考核出成绩了：90", link), ("期末网上考核成绩有变：100", link), ("期末网上考核成绩复核有了答复：已改分", link),
    ]  # fmt: skip
