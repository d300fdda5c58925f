"""阅卷: the desk on which answers without names come one after the other; and who marks, how far, how alike."""

from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.access.roles import ROLES
from yanxiu.assessment import actions
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.forms import SheetForm
from yanxiu.assessment.models import AnswerMark, Exam, ExamMarker, MarkingTask
from yanxiu.assessment.queries import exam_marking as queries
from yanxiu.assessment.views.exam_results import handled_exam, tabs_of
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, Invalid, NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import plain, whole_number
from yanxiu.people.models import Person

GRADE = Permission.ASSESSMENT_GRADE


def marking_tabs(current: str) -> list[Tab]:
    """Return the two desks of markers beside each other: homework, and papers of exams."""
    names = {"queue": _("作业"), "exams_to_mark": _("试卷"), "appeals": _("成绩复核")}
    return [Tab(label=label, url=reverse(f"assessment:{name}"), current=name == current) for name, label in names.items()]


@require_GET
@requires(GRADE)
def exams_to_mark(request: SignedInRequest) -> HttpResponse:
    """List the exams in which answers wait."""
    exams = queries.exams_to_mark(permissions.markable_tasks(request.actor), person_id=request.person_id)
    context = {"exams": exams, "waiting": sum(one.waiting for one in exams), "tabs": marking_tabs("exams_to_mark")}
    return htmx.page(request, "assessment/exams_to_mark.html", context)


@require_GET
@requires(GRADE)
def desk(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Show the answer in hand, or what waits."""
    return _show(request, _exam(request, exam_id))


@require_POST
@requires(GRADE)
def claim_next(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Take the next answer into one's hand."""
    exam = _exam(request, exam_id)
    task = actions.claim_next(exam=exam, version_id=_version(request), by=request.actor, at=now())
    return _back(request, exam, note="" if task else _("现在没有可以领的答卷，别的老师可能正在阅最后几份"))


@require_POST
@requires(GRADE)
def mark_answer(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Give the points and take the next answer."""
    exam, at = _exam(request, exam_id), now()
    tasks = permissions.markable_tasks(request.actor).filter(exam=exam)
    task = tasks.filter(pk=_number(request.POST.get("task"))).select_related("sitting__enrolment").first()
    if task is None:
        raise NotFound(_("没有找到这份答卷。请点“下一份”。"))
    try:
        levels = _levels(request)
        points = None if levels is not None else _points(request.POST.get("quick") or request.POST.get("points", ""))
        round_number, comment = _number(request.POST.get("round")), request.POST.get("comment", "")
        mark = actions.mark_answer(
            task=task, round_number=round_number, points=points, levels=levels, comment=comment, by=request.actor, at=at
        )  # fmt: skip
    except Invalid as error:
        return _show(request, exam, problem=error, status=error.status)
    actions.claim_next(exam=exam, version_id=task.version_id, by=request.actor, at=at)
    return _back(request, exam, note=_("给了 %(points)s 分") % {"points": f"{mark.points.normalize():f}"})


@require_POST
@requires(GRADE)
def unmark(request: SignedInRequest, mark_id: int) -> HttpResponse:
    """Take the own last mark back, and that answer into one's hand again."""
    mark = AnswerMark.objects.filter(pk=mark_id, marked_by=request.person_id).select_related("sitting__exam__programme").first()
    if mark is None:
        raise NotFound(_("没有找到这次阅卷。只能撤回自己刚阅的。"))
    actions.unmark(mark=mark, by=request.actor, at=now())
    return _back(request, mark.sitting.exam, note=_("已撤回，这一份重新排队"))


@require_GET
@requires(Permission.ASSESSMENT_RELEASE)
def markers(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Show how far marking is, who marks and how alike; appoint and dismiss."""
    exam = handled_exam(request, exam_id)
    words = plain(request.GET.get("q", ""))[:60]
    progress = queries.progress_of(exam)
    context = {
        "exam": exam,
        "progress": progress,
        "waiting": sum(one.waiting for one in progress),
        "total": sum(one.total for one in progress),
        "lines": queries.marker_lines(exam),
        "eligible": [(one, ROLES[one.role].label) for one in queries.eligible_markers(exam, words=words)],
        "words": words,
        "tabs": tabs_of(exam, "markers"),
    }
    return htmx.page(request, "assessment/markers.html", context)


@require_POST
@requires(Permission.ASSESSMENT_RELEASE)
def appoint_marker(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Let somebody mark."""
    exam = handled_exam(request, exam_id)
    known = {one.person_id for one in queries.eligible_markers(exam, most=100_000)}
    person_id = _number(request.POST.get("person"))
    person = Person.objects.filter(pk=person_id).first() if person_id in known else None
    if person is None:
        raise NotFound(_("没有找到这位老师。请从列出的指导教师、专家里选。"))
    actions.appoint_marker(exam=exam, person=person, by=request.actor, at=now())
    return _to_markers(request, exam, note=_("%(name)s 可以阅这场考试了") % {"name": person.name})


@require_POST
@requires(Permission.ASSESSMENT_RELEASE)
def dismiss_marker(request: SignedInRequest, exam_id: int, person_id: int) -> HttpResponse:
    """End an appointment."""
    exam = handled_exam(request, exam_id)
    marker = ExamMarker.objects.filter(exam=exam, person=person_id).select_related("person", "exam__programme").first()
    if marker is None:
        raise NotFound(_("这位老师没有安排阅这场考试。"))
    actions.dismiss_marker(marker=marker, by=request.actor, at=now())
    return _to_markers(request, exam, note=_("%(name)s 不再阅这场考试，已阅的都留着") % {"name": marker.person.name})


def _show(request: SignedInRequest, exam: Exam, *, problem: DomainError | None = None, status: int = 200) -> HttpResponse:
    at = now()
    progress = queries.progress_of(exam)
    total, done = sum(one.total for one in progress), sum(one.done for one in progress)
    last, mine = queries.last_mark(exam, person_id=request.person_id)
    hand = queries.held_by(exam, person_id=request.person_id, at=at)
    context = {
        "exam": exam,
        "progress": progress,
        "total": total,
        "done": done,
        "mine": mine,
        "hand": hand,
        "sheet": SheetForm(request.POST or None, dimensions=hand.dimensions) if hand and hand.rubric else None,
        "last": last,
        "problem": problem.message if problem else "",
        "typed": {name: request.POST.get(name, "") for name in ("points", "comment")},
        "is_phone": _is_phone(request),
    }
    return htmx.page(request, "assessment/desk.html", context, status=status)


def _is_phone(request: SignedInRequest) -> bool:
    """Tell what the browser says it is; only where the focus goes first depends on it."""
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobile" in request.headers.get("User-Agent", "")


def _exam(request: SignedInRequest, exam_id: int) -> Exam:
    tasks = permissions.markable_tasks(request.actor)
    found = Exam.objects.filter(pk=exam_id, pk__in=tasks.values("exam")).select_related("programme").first()
    if found is None:
        raise NotFound(_("没有找到要您阅的这场考试。可能已经阅完，或安排了别的老师。"))
    return found


def _version(request: SignedInRequest) -> int | None:
    return _number(request.POST.get("version")) or None


def _number(raw: str | None) -> int:
    return whole_number(raw) or 0


def _levels(request: SignedInRequest) -> dict[str, int] | None:
    """Read the levels of a rubric; None when the page asked for points."""
    if "by_rubric" not in request.POST:
        return None
    sent = {name.removeprefix("level_"): raw for name, raw in request.POST.items() if name.startswith("level_") and isinstance(raw, str)}
    return {key: int(raw) for key, raw in sent.items() if raw.isascii() and raw.isdecimal() and len(raw) < 4}


def _points(raw: str) -> Decimal:
    try:
        return Decimal(raw.strip())
    except InvalidOperation as error:
        raise Invalid(_("请写给多少分。"), field="points") from error


def _back(request: SignedInRequest, exam: Exam, *, note: str) -> HttpResponse:
    left = MarkingTask.objects.filter(exam=exam, round__isnull=False).exists()
    return htmx.redirect(request, reverse("assessment:desk", args=[exam.pk]) if left else reverse("assessment:exams_to_mark"), note=note)


def _to_markers(request: SignedInRequest, exam: Exam, *, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("assessment:markers", args=[exam.pk]), note=note)
