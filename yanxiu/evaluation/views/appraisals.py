"""考评: what is to be judged, who, the sheet, the rule; and what was found about oneself."""

from urllib.parse import quote, urlencode

from django.http import FileResponse, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.assessment import sheets as rubrics
from yanxiu.evaluation import actions, permissions, queries
from yanxiu.evaluation.appraisals import Asked, Subject
from yanxiu.evaluation.forms import AppraisalForm, RuleForm
from yanxiu.evaluation.models import Appraisal
from yanxiu.kit import htmx, paging, sheets
from yanxiu.kit.clock import local, now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.text import plain
from yanxiu.orgs.models import Org
from yanxiu.programmes.permissions import visible_programmes

JUDGES = (Permission.EVALUATION_ASSESS, Permission.EVALUATION_APPRAISE)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_EXPORTED = 20_000
_SHOWS = {"all": "全部", "waiting": "还没评", "drafts": "我填了一半的", "done": "评过的"}


@require_GET
@requires(*JUDGES)
def appraisals(request: SignedInRequest) -> HttpResponse:
    """List the assessments that the hat judges."""
    lines = queries.overview(permissions.scope_of(request.actor), visible_programmes(request.actor))
    context = {"lines": lines, "waiting": sum(line.counts.waiting for line in lines), "may_write": _may_write(request)}
    return htmx.page(request, "evaluation/appraisals.html", context)


@require_GET
@requires(*JUDGES)
def appraised(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """List who is judged in an assessment, those who wait first."""
    asked = _asked(request, programme_id, assessment)
    show, words = request.GET.get("show", "all"), plain(request.GET.get("q", ""))[:40]
    show = show if show in queries.SHOWS else "all"
    scope, number = permissions.scope_of(request.actor), paging.number_from(request.GET.get("page"))
    page = queries.listed(scope, asked, show=show, words=words, number=number)
    org = next(iter(queries.choosers(scope, asked)), None)
    context = {
        "asked": asked,
        "page": page,
        "counts": queries.counts_of(scope, asked),
        "rule": queries.rule_for(asked, org.path) if org else None,
        "show": show,
        "words": words,
        "shows": [Tab(label=label, url="?" + urlencode({"show": key, "q": words}), current=key == show) for key, label in _SHOWS.items()],
        "more": "?" + urlencode({"show": show, "q": words, "page": page.following}) if page.has_more else "",
    }
    return htmx.page(request, "evaluation/appraised.html", context)


@require_GET
@requires(*JUDGES)
def export_appraised(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponseBase:
    """Hand out the list with its results as a workbook."""
    asked, at = _asked(request, programme_id, assessment), now()
    rows = queries.listed(permissions.scope_of(request.actor), asked, size=MOST_EXPORTED).rows
    actions.note_export(asked=asked, count=len(rows), by=request.actor, at=at)
    headings = [("姓名" if not asked.is_of_units else "单位", 16), ("所在单位", 30), ("得分", 10), ("等级", 10), ("评定时间", 18)]
    lines = (
        [row.name, row.unit, row.score, row.grade or None, f"{local(row.judged_at):%Y-%m-%d %H:%M}" if row.judged_at else None]
        for row in rows
    )
    response = FileResponse(sheets.workbook(asked.label, headings, lines), content_type=SHEET)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(asked.label)}.xlsx"
    return response


@require_GET
@requires(*JUDGES)
def appraise(request: SignedInRequest, programme_id: int, assessment: str, role: str, subject_id: int) -> HttpResponse:
    """Show the sheet of one person or unit."""
    asked, subject, row = _subject(request, programme_id, assessment, role, subject_id)
    return _sheet(request, asked, subject, row)


@require_POST
@requires(*JUDGES)
def save_appraisal(request: SignedInRequest, programme_id: int, assessment: str, role: str, subject_id: int) -> HttpResponse:
    """Keep what is filled in: JSON for the form that saves itself, back to the sheet for the button."""
    asked, subject, row = _subject(request, programme_id, assessment, role, subject_id)
    at = now()
    form = _form(request, asked, subject)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    if not form.is_valid():
        if wants_json:
            return JsonResponse({"message": "有一处填得不对，还没有存"}, status=422)
        return _sheet(request, asked, subject, row, form=form, status=422)
    try:
        actions.save_appraisal(asked=asked, subject=subject, filled=form.filled(), by=request.actor, at=at)
    except DomainError as error:
        if wants_json:
            return JsonResponse({"message": error.message}, status=error.status)
        return _sheet(request, asked, subject, row, form=form, status=explain(form, error))
    if wants_json:
        return JsonResponse({"at": f"{local(at):%H:%M}"})
    return htmx.redirect(request, _url("appraise", asked, subject), note=f"已存 {local(at):%H:%M}")


@require_POST
@requires(*JUDGES)
def submit_appraisal(request: SignedInRequest, programme_id: int, assessment: str, role: str, subject_id: int) -> HttpResponse:
    """Give the finding and go back to the list."""
    asked, subject, row = _subject(request, programme_id, assessment, role, subject_id)
    form = _form(request, asked, subject)
    if not form.is_valid():
        return _sheet(request, asked, subject, row, form=form, status=422)
    try:
        done = actions.submit_appraisal(asked=asked, subject=subject, filled=form.filled(), by=request.actor, at=now())
    except DomainError as error:
        return _sheet(request, asked, subject, row, form=form, status=explain(form, error))
    words = "，".join(part for part in (f"{done.score.normalize():f} 分" if done.score is not None else "", done.grade) if part)
    return htmx.redirect(request, _list_url(asked), note=f"{subject.name}：{words}")


@require_POST
@requires(*JUDGES)
def discard_appraisal(request: SignedInRequest, programme_id: int, assessment: str, role: str, subject_id: int) -> HttpResponse:
    """Throw the draft away; the next one takes the rubric that holds now."""
    asked, subject, _row = _subject(request, programme_id, assessment, role, subject_id)
    actions.discard_appraisal(asked=asked, subject=subject, by=request.actor, at=now())
    return htmx.redirect(request, _url("appraise", asked, subject), note="没交的评定表已丢弃，交过的不受影响")


@require_GET
@requires(*JUDGES)
def appraisal_rule(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """Show by which rubric is judged, and those that can be chosen."""
    asked = _asked(request, programme_id, assessment)
    return _rule(request, asked, _org(request, asked))


@require_POST
@requires(*JUDGES)
def set_appraisal_rule(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """Choose the rubric and the least points of the grades."""
    asked = _asked(request, programme_id, assessment)
    org = _org(request, asked)
    form = RuleForm(request.POST, asked=asked, org=org, rubrics=queries.choices(asked, org), rule=None)
    if not form.is_valid():
        return _rule(request, asked, org, form=form, status=422)
    try:
        rule = actions.set_appraisal_rule(asked=asked, org=org, rubric=form.chosen, lines=form.least, by=request.actor, at=now())
    except DomainError as error:
        return _rule(request, asked, org, form=form, status=explain(form, error))
    return htmx.redirect(request, _list_url(asked), note=f"从现在起按“{rule.rubric.title}”第 {rule.rubric.edition} 版评定")


@require_POST
@requires(*JUDGES)
def drop_appraisal_rule(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """Type scores again, or let the rule of the unit above hold."""
    asked = _asked(request, programme_id, assessment)
    rule = queries.own_rule(asked, _org(request, asked))
    if rule is None:
        raise NotFound("这个单位没有定过评定办法，不用停用。")
    actions.drop_appraisal_rule(asked=asked, rule=rule, by=request.actor, at=now())
    return htmx.redirect(request, _list_url(asked), note="已停用，没开始的评定表按上级的办法或直接填分")


@require_GET
@signed_in
def my_appraisals(request: SignedInRequest) -> HttpResponse:
    """List what was found about oneself."""
    return htmx.page(request, "evaluation/my_appraisals.html", {"rows": queries.own_appraisals(request.person_id)})


@require_GET
@signed_in
def appraisal(request: SignedInRequest, appraisal_id: int) -> HttpResponse:
    """Show one submitted sheet: to whom it is about, and to who judges there."""
    found = Appraisal.objects.select_related("programme", "rubric", "judgement").filter(pk=appraisal_id).first()
    place = queries.place_of(found) if found is not None else None
    if found is None or place is None:
        raise NotFound(_("没有找到这份评定表。"))
    asked, subject = place
    permissions.check_can_see_appraisal(request.actor, found, path=subject.path, by_school=asked.is_by_school)
    context = {
        "sheet": found,
        "asked": asked,
        "subject": subject,
        "chosen": queries.chosen(found),
        "is_own": found.person_id == request.person_id,
        "in_force": found.judgement is not None and found.judgement.superseded_at is None,
    }
    return htmx.page(request, "evaluation/appraisal.html", context)


def _sheet(
    request: SignedInRequest, asked: Asked, subject: Subject, row: queries.Row, *, form: AppraisalForm | None = None, status: int = 200
) -> HttpResponse:
    draft = queries.draft_of(permissions.scope_of(request.actor), asked, subject)
    rule = queries.rule_for(asked, subject.path)
    rubric = draft.rubric if draft is not None else rule.rubric if rule is not None else None
    dimensions = rubrics.read(rubric.dimensions) if rubric is not None else ()
    history = queries.history_of(asked, subject)
    initial = draft or next((one for one in history if one.rubric_id == (rubric.pk if rubric else None)), None)
    lines = draft.lines if draft is not None else rule.lines if rule is not None else []
    context = {
        "asked": asked,
        "subject": subject,
        "row": row,
        "draft": draft,
        "rubric": rubric,
        "form": form or AppraisalForm(asked=asked, dimensions=dimensions, initial=AppraisalForm.initial_of(initial)),
        "lines": list(zip(asked.line_labels, lines, strict=False)),
        "is_outdated": draft is not None and (draft.rubric_id != (rule.rubric_id if rule is not None else None)),
        "counters": queries.counters_of(asked, subject),
        "history": history,
    }
    return htmx.page(request, "evaluation/appraise.html", context, status=status)


def _form(request: SignedInRequest, asked: Asked, subject: Subject) -> AppraisalForm:
    draft = queries.draft_of(permissions.scope_of(request.actor), asked, subject)
    rule = queries.rule_for(asked, subject.path) if draft is None else None
    rubric = draft.rubric if draft is not None else rule.rubric if rule is not None else None
    return AppraisalForm(request.POST, asked=asked, dimensions=rubrics.read(rubric.dimensions) if rubric is not None else ())


def _rule(request: SignedInRequest, asked: Asked, org: Org, *, form: RuleForm | None = None, status: int = 200) -> HttpResponse:
    own = queries.own_rule(asked, org)
    choices = queries.choices(asked, org)
    context = {
        "asked": asked,
        "org": org,
        "orgs": queries.choosers(permissions.scope_of(request.actor), asked),
        "own": own,
        "choices": choices,
        "form": form or RuleForm(asked=asked, org=org, rubrics=choices, rule=own),
        "may_write": _may_write(request),
    }
    return htmx.page(request, "evaluation/appraisal_rule.html", context, status=status)


def _asked(request: SignedInRequest, programme_id: int, assessment: str) -> Asked:
    return queries.asked_by_id(permissions.scope_of(request.actor), visible_programmes(request.actor), programme_id, assessment)


def _subject(
    request: SignedInRequest, programme_id: int, assessment: str, role: str, subject_id: int
) -> tuple[Asked, Subject, queries.Row]:
    asked = _asked(request, programme_id, assessment)
    subject, row = queries.subject_of(permissions.scope_of(request.actor), asked, role=role, subject_id=subject_id)
    return asked, subject, row


def _org(request: SignedInRequest, asked: Asked) -> Org:
    raw = request.POST.get("org", "") or request.GET.get("org", "")
    orgs = queries.choosers(permissions.scope_of(request.actor), asked)
    found = next((one for one in orgs if str(one.pk) == raw), None if raw else next(iter(orgs), None))
    if found is None:
        raise NotFound("没有找到这个单位，或不由您当前的身份定评定办法。")
    return found


def _may_write(request: SignedInRequest) -> bool:
    return request.actor.may(Permission.ASSESSMENT_WRITE)


def _url(name: str, asked: Asked, subject: Subject) -> str:
    return reverse(f"evaluation:{name}", args=[asked.programme.pk, asked.id, subject.role, subject.person_id or subject.unit_id])


def _list_url(asked: Asked) -> str:
    return reverse("evaluation:appraised", args=[asked.programme.pk, asked.id])
