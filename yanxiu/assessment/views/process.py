"""平时考核: what counts for how much, what it comes to now, and showing it."""

from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.assessment import actions, process
from yanxiu.assessment import result_permissions as permissions
from yanxiu.assessment.models import ProcessScore
from yanxiu.assessment.queries import entered as queries
from yanxiu.assessment.queries.scores import assessment_in
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.components import Series
from yanxiu.kit.errors import DomainError, Invalid, NotFound
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.programmes.models import Programme
from yanxiu.programmes.plan.schema.judgement import ScoreAssessment
from yanxiu.programmes.queries.windows import moment_words, window_of
from yanxiu.records import metrics

RELEASE = permissions.RELEASE
SPARE = 2
TENS = ("0–9", "10–19", "20–29", "30–39", "40–49", "50–59", "60–69", "70–79", "80–89", "90–100")


@require_GET
@requires(RELEASE)
def process_rule(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """Show the rule with what it comes to now; parts in the address are tried without being kept."""
    programme, asked = _place(request, programme_id, assessment)
    return _show(request, programme, asked)


@require_POST
@requires(RELEASE)
def set_process_rule(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """Keep the rule."""
    programme, asked = _place(request, programme_id, assessment)
    try:
        actions.set_process_rule(programme=programme, assessment=asked.id, parts=_parts(request), by=request.actor, at=now())
    except DomainError as error:
        return _show(request, programme, asked, problem=error)
    return _back(request, programme, asked, note=_("规则已存，下面是按它算出来的样子；公布以后才算数"))


@require_POST
@requires(RELEASE)
def release_process(request: SignedInRequest, programme_id: int, assessment: str) -> HttpResponse:
    """Compute and show the scores."""
    programme, asked = _place(request, programme_id, assessment)
    rule = queries.process_rule_of(programme, asked.id)
    if rule is None:
        raise NotFound(_("还没有设定怎样算。请先存好规则。"))
    count = actions.release_process(rule=rule, by=request.actor, at=now())
    return _back(request, programme, asked, note=_("%(count)d 人的平时成绩已公布") % {"count": count})


def _show(request: SignedInRequest, programme: Programme, asked: ScoreAssessment, *, problem: DomainError | None = None) -> HttpResponse:
    rule = queries.process_rule_of(programme, asked.id)
    parts = process.read(rule.parts) if rule else ()
    shown = dict(ProcessScore.objects.filter(rule=rule).values_list("enrolment", "score")) if rule else {}
    preview = queries.preview_of(programme, parts, asked, shown=shown) if parts else None
    context = {
        "programme": programme,
        "asked": asked,
        "window": _window(programme, asked),
        "rule": rule,
        "lines": _lines(request, parts, is_typed=problem is not None),
        "metrics": sorted(((key, metric.zh) for key, metric in metrics.registry().items()), key=lambda pair: pair[1]),
        "preview": preview,
        "shown": len(shown),
        "fresh": preview.people - len(shown) if preview else 0,
        "series": [Series(label=_("人数"), values=preview.tens)] if preview else [],
        "labels": TENS,
        "problem": problem.message if problem else "",
    }
    return htmx.page(request, "assessment/process_rule.html", context, status=problem.status if problem else 200)


def _window(programme: Programme, asked: ScoreAssessment) -> str:
    """The window that counts, in words; "" when the plan names none, or one without dates."""
    span = window_of(programme.current_id or 0, asked.window) if asked.window else None
    if span is None or not span.is_dated:
        return ""
    at = now()
    starts = moment_words(span.starts_at, at=at) if span.starts_at else _("开始")
    ends = moment_words(span.ends_at, at=at, is_end=True) if span.ends_at else _("结束")
    return _("“%(label)s”（%(starts)s—%(ends)s）") % {"label": span.label, "starts": starts, "ends": ends}


def _lines(request: SignedInRequest, parts: process.Parts, *, is_typed: bool) -> list[dict[str, str]]:
    """The rows of the form: what is kept, or what was typed and refused, and two to fill in."""
    names = ("label", "metric", "kind", "by", "target", "points")
    if is_typed:
        lists = {name: request.POST.getlist(name) for name in names}
        count = min(len(one) for one in lists.values())
        return [{name: lists[name][place] for name in names} for place in range(min(count, process.MOST_PARTS + SPARE))]
    kept = [
        {
            "label": part.label, "metric": part.metric, "kind": part.kind, "by": part.by, "target": f"{part.target.normalize():f}",
            "points": f"{part.points.normalize():f}",
        }
        for part in parts
    ]  # fmt: skip
    return kept + [dict.fromkeys(names, "")] * (SPARE if kept else 4)


def _parts(request: SignedInRequest) -> process.Parts:
    """Read the rows of the form; one without metric and points is none."""
    found = []
    lists = [request.POST.getlist(name)[:40] for name in ("label", "metric", "kind", "by", "target", "points")]
    known = metrics.registry()
    for number, (label, metric, kind, by, target, points) in enumerate(zip(*lists, strict=False), start=1):
        if not metric and not points.strip():
            continue
        words = label.strip()[:60] or (str(known[metric].zh) if metric in known else "")
        found.append(
            process.Part(
                metric=metric, label=words, kind=kind.strip()[:80], by="amount" if by == "amount" else "count",
                target=_number(target, number, _("做满多少")), points=_number(points, number, _("分值")),
            )
        )  # fmt: skip
    return tuple(found)


def _number(raw: str, number: int, what: str) -> Decimal:
    try:
        return Decimal(raw.strip())
    except InvalidOperation as error:
        raise Invalid(_("第 %(number)d 项：%(what)s要写数字。") % {"number": number, "what": what}, field="parts") from error


def _place(request: SignedInRequest, programme_id: int, assessment: str) -> tuple[Programme, ScoreAssessment]:
    programme = permissions.released_programmes(request.actor).filter(pk=programme_id, current__isnull=False).first()
    asked = assessment_in(programme.current_id or 0, assessment) if programme is not None else None
    if programme is None or asked is None:
        raise NotFound(_("没有找到这项考核。可能不在您当前身份的范围里。"))
    return programme, asked


def _back(request: SignedInRequest, programme: Programme, asked: ScoreAssessment, *, note: str) -> HttpResponse:
    return htmx.redirect(request, reverse("assessment:process_rule", args=[programme.pk, asked.id]), note=note)
