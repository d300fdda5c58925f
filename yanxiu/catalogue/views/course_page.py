"""The page of one course: what it is, what is missing, what may be done with it, and what happened to it."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _

from yanxiu.catalogue import lint, permissions, queries
from yanxiu.catalogue.forms import ReasonForm
from yanxiu.catalogue.models import Course, CourseState, Decision
from yanxiu.catalogue.queries import effects, materials
from yanxiu.kit import htmx
from yanxiu.kit.components import Fact
from yanxiu.kit.policy import SignedInRequest
from yanxiu.kit.rules import holds, reason_against


@dataclass(frozen=True, kw_only=True)
class Possible:
    """What the actor may do with a course now; a reason says why the button cannot be pressed, "" = it can."""

    correct: bool
    copy: bool
    submit: bool
    expert: bool
    publish: bool
    publish_reason: str
    send_back: bool
    archive: bool
    restore: bool
    preview: bool
    revise: bool
    review: bool


def render(request: SignedInRequest, shown: Course, *, reason_form: ReasonForm | None = None, status: int = 200) -> HttpResponse:
    """Render the page of a visible course. Cost: 2 queries for learners, up to 8 for those who write or review it."""
    writes = holds(permissions.check_can_correct, request.actor, shown)
    reviews = holds(permissions.check_can_review, request.actor, shown)
    outline = queries.outline(shown, with_content=writes, with_made=writes)
    excepted = queries.exceptions(shown) if writes else {}
    findings = lint.problems(shown, outline.steps, modules=outline.modules, excepted=excepted) if writes else []
    rounds = queries.rounds(shown) if writes or reviews else []
    is_approved = shown.state == CourseState.REVIEW and bool(rounds) and rounds[0].review.decision == Decision.APPROVED
    may = _possible(request, shown, findings, writes=writes, reviews=reviews and not is_approved)
    context = {
        "course": shown,
        "facts": _facts(shown),
        "outline": outline,
        "steps": outline.steps,
        "seconds": sum(step.seconds for step in outline.steps),
        "findings": findings,
        "materials": materials.of(outline.steps) if writes else [],
        "excepted": list(excepted.values()),
        "blocking": sum(finding.blocks for finding in findings),
        "may": may,
        "effects": effects.of_publishing(shown) if may.publish else [],
        "rounds": rounds,
        "is_approved": is_approved,
        "versions": queries.versions(shown) if (writes or reviews) and (shown.family or shown.published_at) else [],
        "history": queries.history(shown) if writes else [],
        "reason_form": reason_form or ReasonForm(auto_id="reason_%s"),
    }
    return htmx.page(request, "catalogue/course.html", context, status=status)


def _possible(request: SignedInRequest, shown: Course, findings: list[lint.Problem], *, writes: bool, reviews: bool) -> Possible:
    actor = request.actor
    state = CourseState(shown.state)
    publishes = holds(permissions.check_can_publish, actor, shown)
    sends_back = holds(permissions.check_can_send_back, actor, shown)
    archives = holds(permissions.check_can_archive, actor, shown)
    blocking = next((finding.sentence for finding in findings if finding.blocks), "")
    return Possible(
        correct=writes and shown.is_open_to_change,
        copy=writes,
        submit=writes and not publishes and state == CourseState.DRAFT,
        expert=writes and publishes and state == CourseState.DRAFT and not blocking,
        publish=publishes and state in {CourseState.DRAFT, CourseState.REVIEW},
        publish_reason=blocking or reason_against(permissions.check_can_publish, actor, shown),
        send_back=sends_back and state == CourseState.REVIEW,
        archive=archives and state == CourseState.PUBLISHED,
        restore=archives and state == CourseState.ARCHIVED,
        preview=actor.may(permissions.VIEW) or writes,
        revise=writes and state == CourseState.PUBLISHED,
        review=reviews and state == CourseState.REVIEW,
    )


def _facts(shown: Course) -> list[Fact]:
    return [
        Fact(label=_("学时"), value=f"{shown.hours.normalize():f}"),
        Fact(label=_("专题"), value=shown.topic or _("没有归入专题")),
        Fact(label=_("学段"), value="、".join(shown.stages) or _("还没有选")),
        Fact(label=_("学科"), value="、".join(shown.subjects) or _("各学科通用")),
        Fact(label=_("主讲"), value=shown.lecturer or _("没有写")),
        Fact(label=_("提供单位"), value=shown.provider or shown.owner.name),
        Fact(label=_("所属"), value=shown.owner.name),
        Fact(label=_("版本"), value=_("第 %(n)s 版") % {"n": shown.version}),
    ]
