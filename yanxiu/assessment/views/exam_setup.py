"""Pages of those who set exams: the list, the draft, the exam while it is sat, and what candidates are given beyond the rules."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import drafting
from yanxiu.assessment.actions import exam_setup as actions
from yanxiu.assessment.exam_forms import AllowForm, ExamForm, ExtendForm
from yanxiu.assessment.models import Exam, Release
from yanxiu.assessment.queries import exam_setup as queries
from yanxiu.drafts.queries import Desk, desk
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Figure, Filter, Option
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import whole_number
from yanxiu.programmes.models import Enrolment, Programme, ProgrammeState
from yanxiu.programmes.queries.windows import span_words

MOST_PAPERS = 200


@require_GET
@requires(permissions.SET_EXAMS)
def exams(request: SignedInRequest) -> HttpResponse:
    """List the exams that the actor sets, by programme."""
    at, text = now(), request.GET.get("q", "")[:60]
    programmes = _programmes(request)
    chosen = next((one for one in programmes if str(one.pk) == request.GET.get("programme", "")), None)
    mine = permissions.manageable_exams(request.actor)
    found = queries.found_exams(mine, programme_id=chosen.pk if chosen else None, text=text)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    options = [Option(label=_("全部"), url=f"?q={text}", current=chosen is None)]
    options += [Option(label=one.title, url=f"?programme={one.pk}&q={text}", current=one == chosen) for one in programmes]
    here = f"?programme={chosen.pk if chosen else ''}&q={text}"
    context = {
        "page": page,
        "rows": [(exam, _state(exam, at)) for exam in page.rows],
        "counts": queries.counts(mine, at=at),
        "programmes": [one for one in programmes if one.state == ProgrammeState.RUNNING],
        "filters": [Filter(label=_("项目"), value=chosen.title if chosen else _("全部"), options=options)] if len(programmes) > 1 else [],
        "chosen": chosen,
        "text": text,
        "more_url": f"{here}&page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "assessment/exam_setup_list.html", context)


@require_http_methods(["GET", "POST"])
@requires(permissions.SET_EXAMS)
def draft_exam(request: SignedInRequest, programme_id: int) -> HttpResponse:
    """Write the draft of an exam, of a resit when it names one that was sat."""
    programme = get_object_or_404(permissions.exam_programmes(request.actor).select_related("owner"), pk=programme_id)
    earlier = _earlier(request, programme)
    kept = _desk(request, programme, None, earlier)
    form = _form(request, programme, None, earlier=earlier, kept=kept)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            exam = actions.draft_exam(programme=programme, facts=form.facts(resit_of=earlier), by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return _to(request, exam, _("草稿已存，公布以前考生看不到"))
    return _write(request, programme, None, form, earlier=earlier, kept=kept, status=status)


@require_http_methods(["GET", "POST"])
@requires(permissions.SET_EXAMS)
def correct_exam(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Write the draft of an exam anew."""
    exam = visible(request, exam_id)
    kept = _desk(request, exam.programme, exam, exam.resit_of)
    form = _form(request, exam.programme, exam, kept=kept)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_exam(exam=exam, facts=form.facts(resit_of=exam.resit_of), by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return _to(request, exam, _("草稿已存"))
    return _write(request, exam.programme, exam, form, earlier=exam.resit_of, kept=kept, status=status)


@require_GET
@requires(permissions.SET_EXAMS)
def exam(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Show an exam: what is still missing in a draft, how it goes while it is sat."""
    return _page(request, visible(request, exam_id))


@require_POST
@requires(permissions.SET_EXAMS)
def announce_exam(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Tell the candidates."""
    found = actions.announce_exam(exam=visible(request, exam_id), by=request.actor, at=now())
    return _to(request, found, _("考试已公布，考生在“我的考试”里看得到"))


@require_POST
@requires(permissions.SET_EXAMS)
def extend_exam(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Give all candidates more."""
    found = visible(request, exam_id)
    form = ExtendForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            actions.extend_exam(exam=found, by=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            status = explain(form, error)
        else:
            return _to(request, found, _("已放宽，正在考的也一起延长"))
    return _page(request, found, extend=form, status=status)


@require_POST
@requires(permissions.SET_EXAMS)
def cancel_exam(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Call the exam off."""
    found = actions.cancel_exam(exam=visible(request, exam_id), reason=request.POST.get("reason", ""), by=request.actor, at=now())
    return _to(request, found, _("考试已取消，答过的都留着，不计成绩"))


@require_POST
@requires(permissions.SET_EXAMS)
def remove_exam(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Delete the draft of an exam."""
    actions.remove_exam(exam=visible(request, exam_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("assessment:exams"), note=_("考试草稿已删除"))


@require_http_methods(["GET", "POST"])
@requires(permissions.SET_EXAMS)
def allow(request: SignedInRequest, exam_id: int) -> HttpResponse:
    """Search candidates and give one more than the rules."""
    found = visible(request, exam_id)
    form, status = AllowForm(request.POST or None), 200
    enrolment = _candidate(found, request.POST.get("enrolment") or request.GET.get("enrolment", ""))
    if request.method == "POST":
        status = 422
        if enrolment is not None and form.is_valid():
            try:
                actions.allow(exam=found, enrolment=enrolment, allowance=form.allowance(), by=request.actor, at=now())
            except DomainError as error:
                status = explain(form, error)
            else:
                to = reverse("assessment:allow", args=[found.pk])
                return htmx.redirect(request, to, note=_("已给%(name)s照顾") % {"name": enrolment.person.name})
    text = request.GET.get("q", "")
    given = paging.page_of(queries.allowances(found), number=paging.number_from(request.GET.get("page")))
    context = {
        "exam": found,
        "form": form,
        "enrolment": enrolment,
        "text": text[:40],
        "candidates": queries.candidates_named(found, text),
        "given": given,
        "more_url": f"?page={given.following}" if given.has_more else "",
    }
    return htmx.page(request, "assessment/exam_setup_allow.html", context, status=status)


def visible(request: SignedInRequest, exam_id: int) -> Exam:
    """Return the exam, 404 when the actor does not set it."""
    mine = permissions.manageable_exams(request.actor).select_related("programme__owner", "paper__owner", "resit_of")
    return get_object_or_404(mine, pk=exam_id)


def _page(request: SignedInRequest, found: Exam, *, extend: ExtendForm | None = None, status: int = 200) -> HttpResponse:
    at = now()
    initial = {"closes_at": found.closes_at, "minutes": found.minutes, "attempts": found.attempts}
    seen, people = queries.overview(found, at=at), reverse("assessment:exam_candidates", args=[found.pk])
    context = {
        "exam": found,
        "state": _state(found, at),
        "now": at,
        "times": span_words(found.opens_at, found.closes_at, at=at),
        "faults": actions.faults_of(found, at=at) if found.announced_at is None else [],
        "assessment": dict(actions.score_assessments(found.programme)).get(found.assessment, ""),
        "seen": seen,
        "figures": [
            Figure(label=_("考生"), value=seen.candidates, unit=_("人"), url=people),
            Figure(label=_("没开始"), value=seen.not_begun, unit=_("人"), url=f"{people}?show=none"),
            Figure(label=_("正在考"), value=seen.sitting, unit=_("人"), url=f"{people}?show=sitting"),
            Figure(label=_("已交卷"), value=seen.handed_in, unit=_("人"), url=f"{people}?show=over"),
        ],
        "candidates_url": people,
        "extend": extend or ExtendForm(initial=initial),
        "resit_query": f"?resit_of={found.pk}",
    }
    return htmx.page(request, "assessment/exam_setup.html", context, status=status)


def _write(
    request: SignedInRequest, programme: Programme, exam: Exam | None, form: ExamForm, *, earlier: Exam | None, kept: Desk, status: int,
) -> HttpResponse:  # fmt: skip
    """Show the form of an exam; of a resit with how many could sit it."""
    context = {
        "form": form,
        "programme": programme,
        "exam": exam,
        "earlier": earlier,
        "count": queries.not_passed(earlier) if earlier else 0,
        "desk": kept,
        "kept": kept.kept if request.method == "GET" else None,
    }
    return htmx.page(request, "assessment/exam_setup_form.html", context, status=status)


def _earlier(request: SignedInRequest, programme: Programme) -> Exam | None:
    """Return the exam for which a resit is set."""
    raw = request.POST.get("resit_of") or request.GET.get("resit_of", "")
    if not raw:
        return None
    found = permissions.manageable_exams(request.actor).filter(programme=programme, released_at__isnull=False)
    return get_object_or_404(found.select_related("paper"), pk=whole_number(raw) or 0)


def _form(
    request: SignedInRequest, programme: Programme, exam: Exam | None, *, earlier: Exam | None = None, kept: Desk
) -> ExamForm:  # fmt: skip
    papers = permissions.visible_papers(request.actor).filter(published_at__isnull=False).order_by("-published_at", "-pk")[:MOST_PAPERS]
    found = list(papers)
    known = exam or earlier
    if known is not None and known.paper not in found:
        found.append(known.paper)
    initial = ExamForm.of(exam) if exam else ExamForm.for_resit(earlier) if earlier else {}
    assessments = actions.score_assessments(programme)
    return ExamForm(request.POST or None, papers=found, assessments=assessments, initial=kept.initial(initial))


def _desk(request: SignedInRequest, programme: Programme, exam: Exam | None, earlier: Exam | None) -> Desk:
    """Return where an exam is kept while it is written, of a resit when it names one that was sat. Cost: one query."""
    if exam is not None:
        place, address = _("改“%(title)s”的草稿") % {"title": exam.title}, reverse("assessment:correct_exam", args=[exam.pk])
        return desk(person_id=request.person_id, key=drafting.exam_key(exam.pk), place=place, address=address)
    key = drafting.new_exam_key(programme.pk, earlier.pk if earlier else None)
    place = (_("%(title)s，安排补考") if earlier else _("%(title)s，安排考试")) % {"title": earlier.title if earlier else programme.title}
    address = reverse("assessment:draft_exam", args=[programme.pk]) + (f"?resit_of={earlier.pk}" if earlier else "")
    return desk(person_id=request.person_id, key=key, place=place, address=address)


def _programmes(request: SignedInRequest) -> list[Programme]:
    return list(permissions.exam_programmes(request.actor).exclude(state=ProgrammeState.DRAFT).order_by("-created_at", "-pk")[:50])


def _candidate(exam: Exam, raw: str) -> Enrolment | None:
    number = whole_number(raw) or 0
    return Enrolment.objects.filter(programme_id=exam.programme_id, pk=number).select_related("person", "unit").first()


def _state(exam: Exam, at: datetime) -> str:
    if exam.announced_at is None:
        return "draft"
    if exam.cancelled_at is not None:
        return "cancelled"
    if exam.released_at is not None and (exam.release != Release.AT_ONCE or at >= exam.closes_at):
        return "released"
    return "before" if at < exam.opens_at else "open" if at < exam.closes_at else "over"


def _to(request: SignedInRequest, exam: Exam, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("assessment:exam", args=[exam.pk]), note=note)
