"""Resits: who may sit them, who does not even see them, how they are set, and that the best score counts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as make
from tests.assessment import factories
from yanxiu.assessment.actions import exam_setup
from yanxiu.assessment.actions import sittings as actions
from yanxiu.assessment.actions.sittings import Device
from yanxiu.assessment.models import Exam
from yanxiu.assessment.queries import exam_setup as queries
from yanxiu.assessment.queries import sittings
from yanxiu.assessment.queries.scores import shown_scores
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db
AT = factories.AT
DAY = timedelta(days=1)
PHONE = Device(name="phone")


@pytest.fixture
def first() -> Exam:
    """An exam whose results are shown."""
    return make.exam(
        title="期末网上考核", edition=1, released_at=AT - DAY, opens_at=AT - 3 * DAY, closes_at=AT - 2 * DAY, assessment="final"
    )


def _resit(of: Exam, **fields) -> Exam:
    return make.exam(programme=of.programme, paper=of.paper, title=f"{of.title}补考", resit_of=of, assessment=of.assessment, **fields)


def _scored(exam: Exam, score: str, *, enrolment=None, passed: bool | None = None):
    row = make.sitting(exam=exam, handed_in_at=AT, **({"enrolment": enrolment} if enrolment else {}))
    is_pass = Decimal(score) >= 60 if passed is None else passed
    make.sitting_result(sitting=row, score=Decimal(score), passed=is_pass)
    return row.enrolment


def _begin(exam: Exam, enrolment):
    return actions.begin(exam=exam, enrolment=enrolment, device=PHONE, by=factories.learner(enrolment), at=AT)


def test_those_who_failed_or_stayed_away_sit_it_and_others_need_not(first):
    failed, passed, absent = _scored(first, "40"), _scored(first, "80"), make.candidate(first)
    resit = _resit(first)

    assert _begin(resit, failed).number == _begin(resit, absent).number == 1
    with pytest.raises(Conflict, match="是补考，您已经通过了"):
        _begin(resit, passed)


def test_who_passed_sees_no_resit_in_the_list_nor_among_what_is_due(first):
    failed, passed = _scored(first, "40"), _scored(first, "80")
    resit = _resit(first)

    seen = {one: [seat.exam.pk for seat in sittings.seats_of(factories.learner(one), at=AT)] for one in (failed, passed)}
    due = sittings.due_exams([failed.pk, passed.pk], at=AT)

    assert seen == {failed: [resit.pk, first.pk], passed: [first.pk]}
    assert [(one.enrolment_id, one.exam_id) for one in due] == [(failed.pk, resit.pk)]
    assert queries.not_passed(first) == 1
    assert queries.overview(resit, at=AT).candidates == 1


def test_a_resit_of_a_resit_is_for_those_who_passed_neither(first):
    at_once, later, never = _scored(first, "80"), _scored(first, "40"), _scored(first, "20")
    second = _resit(first, edition=1, released_at=AT - DAY)
    _scored(second, "70", enrolment=later)
    _scored(second, "30", enrolment=never)

    third = _resit(second)

    assert queries.not_passed(second) == queries.overview(third, at=AT).candidates == 1
    assert _begin(third, never).exam_id == third.pk
    for one in (at_once, later):
        with pytest.raises(Conflict, match="已经通过"):
            _begin(third, one)


def test_what_is_not_shown_spares_nobody(first):
    enrolment = _scored(first, "80")
    Exam.objects.filter(pk=first.pk).update(released_at=None, edition=0)

    assert _begin(_resit(first), enrolment).number == 1


def test_a_mark_raised_meanwhile_ends_no_sitting_that_runs(first):
    enrolment = _scored(first, "59", passed=False)
    resit = _resit(first)
    running = _begin(resit, enrolment)
    make.SittingResult.objects.filter(sitting__exam=first).update(score=61, passed=True)

    (seat,) = [one for one in sittings.seats_of(factories.learner(enrolment), at=AT) if one.exam == resit]

    assert (seat.state, seat.running) == ("sitting", running)


def test_the_best_of_exam_and_resit_counts(first, monkeypatch):
    enrolment = _scored(first, "40")
    _scored(_resit(first, edition=1, released_at=AT), "72", enrolment=enrolment)
    asked = type("Asked", (), {"id": "final", "pass_score": None, "of": ["learner"]})()
    monkeypatch.setattr("yanxiu.assessment.queries.scores.assessment_in", lambda *_given: asked)

    (shown,) = shown_scores(programme_id=first.programme_id, assessment="final")

    assert (shown.person_id, shown.score, shown.passed) == (enrolment.person_id, Decimal(72), True)


def test_a_resit_is_set_from_the_exam_with_what_stood_there(cast):
    first = make.exam(
        programme=factories.programme(cast.county), title="期末网上考核", edition=1, released_at=AT, opens_at=AT - 3 * DAY,
        closes_at=AT - 2 * DAY,
    )  # fmt: skip
    _scored(first, "40")
    _scored(first, "80")
    client = cast.client_of("教务")
    exam_page = client.get(reverse("assessment:exam", args=[first.pk]))
    url = reverse("assessment:draft_exam", args=[first.programme_id])

    form = client.get(url, {"resit_of": first.pk})
    given = {name: field.value() for name, field in ((one.name, one) for one in form.context["form"])}
    given |= {"opens_at": "2030-01-05T08:00", "closes_at": "2030-01-05T18:00", "resit_of": first.pk, "assessment": ""}
    sent = client.post(url, {name: "" if value is None else value for name, value in given.items()})

    assert f"{url}?resit_of={first.pk}" in exam_page.content.decode()
    assert "给没有通过“期末网上考核”的 1 人，安排一场补考" in strip_tags(form.content.decode())
    made = Exam.objects.get(resit_of=first)
    assert sent.headers["Location"] == reverse("assessment:exam", args=[made.pk])
    assert (made.title, made.paper_id, made.minutes, made.announced_at) == ("期末网上考核补考", first.paper_id, first.minutes, None)


def test_a_resit_of_what_has_no_results_is_refused(first):
    Exam.objects.filter(pk=first.pk).update(released_at=None)
    first.refresh_from_db()
    facts = exam_setup.ExamFacts(
        title="补考", paper=first.paper, opens_at=AT, closes_at=AT + DAY, minutes=60, resit_of=first
    )  # fmt: skip

    with pytest.raises(Invalid, match="还没有出分，或不在这个项目里"):
        exam_setup.draft_exam(programme=first.programme, facts=facts, by=SYSTEM, at=AT)
    Exam.objects.filter(pk=first.pk).update(released_at=AT)
    first.refresh_from_db()
    with pytest.raises(Invalid, match="还没有出分，或不在这个项目里"):
        exam_setup.draft_exam(programme=make.programme(), facts=facts, by=SYSTEM, at=AT)
