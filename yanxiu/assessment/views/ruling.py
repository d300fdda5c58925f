"""改判: the questions of an exam with how they went, what was decided about them, and a decision to be made."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.assessment import actions, papers, rendering
from yanxiu.assessment.asking import asked_view
from yanxiu.assessment.giving import given_from_form
from yanxiu.assessment.models import Exam, QuestionVersion, RulingKind, ScoreRuling
from yanxiu.assessment.queries import rulings as queries
from yanxiu.assessment.views.exam_results import handled_exam, tabs_of
from yanxiu.catalogue.content import Written, read_question
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, Invalid, NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import whole_number

RELEASE = Permission.ASSESSMENT_RELEASE
Numbered = tuple[int, QuestionVersion]


@require_GET
@requires(RELEASE)
def rulings(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """List the questions and the rulings."""
    return _show(request, handled_exam(request, exam_id))


@require_GET
@requires(RELEASE)
def ruling(request: SignedInRequest, exam_id: int, version_id: int) -> HttpResponse:
    """Show one question with the choices about it."""
    exam = handled_exam(request, exam_id)
    return _show_question(request, exam, _asked(exam, version_id))


@require_POST
@requires(RELEASE)
def rule(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Decide about a question, or about the pass line when none is named."""
    exam = handled_exam(request, exam_id)
    version_id = _number(request.POST.get("version"))
    asked = _asked(exam, version_id) if version_id else None
    try:
        _rule(request, exam, asked)
    except DomainError as error:
        if asked is not None:
            return _show_question(request, exam, asked, problem=error)
        return _show(request, exam, problem=error)
    note = _("改判已记下，重新算分并公布以后生效")
    return htmx.redirect(request, reverse("assessment:rulings", args=[exam.pk]), note=note)


@require_POST
@requires(RELEASE)
def withdraw_ruling(request: SignedInRequest, ruling_id: int) -> HttpResponse:
    """Take a ruling back that does not count yet."""
    found = ScoreRuling.objects.filter(pk=ruling_id).first()
    if found is None:
        raise NotFound(_("没有找到这条改判。它可能已经撤回。"))
    exam = handled_exam(request, found.exam_id)
    actions.withdraw_ruling(ruling=found, by=request.actor, at=now())
    return htmx.redirect(request, reverse("assessment:rulings", args=[exam.pk]), note=_("改判已撤回"))


def _rule(request: SignedInRequest, exam: Exam, asked: Numbered | None) -> None:
    reason, at = request.POST.get("reason", ""), now()
    if asked is None:
        score = _score(request.POST.get("pass_score", ""))
        actions.rule(exam=exam, kind=RulingKind.PASS_SCORE, pass_score=score, reason=reason, by=request.actor, at=at)
        return
    kind = request.POST.get("kind", "")
    if kind not in {RulingKind.ACCEPT, RulingKind.EVERYBODY, RulingKind.LEFT_OUT}:
        raise Invalid(_("请选怎样改判。"), field="kind")
    _number_shown, version = asked
    question = read_question(version.content)
    given = given_from_form(question, None, request.POST, number=1) if kind == RulingKind.ACCEPT else None
    actions.rule(exam=exam, kind=RulingKind(kind), version=version, given=given, reason=reason, by=request.actor, at=at)


def _show(request: SignedInRequest, exam: Exam, *, problem: DomainError | None = None) -> HttpResponse:
    context = {
        "exam": exam,
        "questions": queries.asked_questions(exam),
        "rulings": queries.rulings_of(exam),
        "problem": problem.message if problem else "",
        "typed": {name: request.POST.get(name, "") for name in ("pass_score", "reason")},
        "tabs": tabs_of(exam, "rulings"),
    }
    return htmx.page(request, "assessment/rulings.html", context, status=problem.status if problem else 200)


def _show_question(request: SignedInRequest, exam: Exam, numbered: Numbered, *, problem: DomainError | None = None) -> HttpResponse:
    number, version = numbered
    question = read_question(version.content)
    asked = papers.Asked(version=version.pk, points=Decimal(0), section=0)
    links = rendering.links_of([question], person_id=request.person_id, at=now())
    context = {
        "exam": exam,
        "number": number,
        "version": version,
        "key": replace(asked_view(question, asked, None, links=links, is_open=False, reveals="answers"), number=number),
        "answer": None if isinstance(question, Written) else replace(asked_view(question, asked, None, links=links), number=number),
        "rulings": [one for one in queries.rulings_of(exam) if one.version_id == version.pk],
        "problem": problem.message if problem else "",
        "typed": {name: request.POST.get(name, "") for name in ("kind", "reason")},
    }
    return htmx.page(request, "assessment/ruling.html", context, status=problem.status if problem else 200)


def _asked(exam: Exam, version_id: int) -> Numbered:
    """The question with its number in the list of those that were asked."""
    numbers = {one.version_id: number for number, one in enumerate(queries.asked_questions(exam), start=1)}
    if version_id not in numbers:
        raise NotFound(_("这场考试没有考这道题。请从列出的题里选。"))
    return numbers[version_id], QuestionVersion.objects.get(pk=version_id)


def _number(raw: str | None) -> int:
    return whole_number(raw) or 0


def _score(raw: str) -> Decimal:
    try:
        return Decimal(raw.strip())
    except InvalidOperation as error:
        raise Invalid(_("及格线在 0 到 100 之间，最多两位小数。"), field="pass_score") from error
