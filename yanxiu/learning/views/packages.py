"""课件包: the part of a step's page that plays a package, its opening, and what it reports, as JSON."""

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from yanxiu.catalogue.models import Step
from yanxiu.catalogue.queries.packages import tree
from yanxiu.files import packages as folders
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.learning import actions
from yanxiu.learning.actions.packages import Sent
from yanxiu.learning.models import PackageRun
from yanxiu.learning.queries import packages as queries
from yanxiu.learning.views.loading import own_enrolment
from yanxiu.learning.views.origin import origin_of
from yanxiu.programmes.models import Enrolment


@require_POST
@signed_in
def open_package(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Open a package: give the page its token and all that the player needs, as JSON."""
    enrolment = own_enrolment(request, enrolment_id)
    step = _step(step_id)
    token, study = actions.open_package(enrolment=enrolment, step=step, by=request.actor, at=now(), origin=origin_of(request))
    shown = queries.shown(enrolment, step)
    played = play(request, shown, runs=queries.runs_of(study), learner=(enrolment.pk, enrolment.person.name))
    return _json(played | {"token": token, "launch": study.lease, "sequencing": study.sequencing, "position": study.position})


@require_POST
@signed_in
def save_run(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Keep what a package reported; say what is done, missing and lacking, as JSON."""
    enrolment = own_enrolment(request, enrolment_id)
    step = _step(step_id)
    moment = now()
    kept = actions.save_run(
        enrolment=enrolment, step=step, token=request.POST.get("token", ""), sent=_sent(request), by=request.actor, at=moment
    )
    shown = queries.shown(enrolment, step)
    states = {line.sco: line.state for line in shown.lines if line.sco}
    facts = {"is_done": kept.is_done, "missing": kept.missing, "lacking": kept.lacking, "is_open": kept.is_open, "states": states}
    return _json(facts | {"saved_at": moment.astimezone().strftime("%H:%M"), "words": rule_words(shown, is_done=kept.is_done)})


@require_POST
@signed_in
def restart_package(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Begin a package anew."""
    enrolment = own_enrolment(request, enrolment_id)
    study = actions.restart_package(enrolment=enrolment, step=_step(step_id), by=request.actor, at=now())
    note = _("第 %(n)s 次学，从头开始；已完成的不受影响") % {"n": study.attempt}
    return htmx.redirect(request, reverse("learning:step", args=[enrolment_id, step_id]), note=note)


def package_part(enrolment: Enrolment, step: Step, *, is_done: bool) -> dict[str, object]:
    """Return the context of `learning/parts/package.html` for the page of a step. Cost: 3 queries."""
    shown = queries.shown(enrolment, step)
    return {"package": shown, "package_words": rule_words(shown, is_done=is_done)}


def play(request: SignedInRequest, shown: queries.Shown, *, runs: dict[str, PackageRun], learner: tuple[int, str]) -> dict[str, object]:
    """Return what the player needs to play a package: where its files are, its units, and the rules of their order."""
    return {
        "base": folders.link(shown.package.storage_name, person_id=request.person_id, at=now()),
        "edition": shown.manifest.edition,
        "units": queries.launches(shown.manifest, runs, learner=learner),
        "tree": tree(shown.manifest) if shown.manifest.is_sequenced else None,
    }


def rule_words(shown: queries.Shown, *, is_done: bool) -> str:
    """Return in a sentence what this step still wants."""
    if is_done:
        return _("这一节完成了，可以再看")
    if not shown.is_begun:
        rule = _(_RULES[shown.rule.counts]) % {"score": shown.rule.pass_score}
        return _("%(rule)s满 %(time)s，算完成") % {"rule": rule, "time": _time(shown.rule.min_seconds)}
    parts = [shown.missing] if shown.missing else []
    if shown.lacking:
        parts.append(_("再学 %(time)s") % {"time": _time(shown.lacking)})
    return "，".join(parts) or _("已符合要求，正在记入")


_RULES = {
    "opened": gettext_noop("打开"),
    "completed": gettext_noop("课件报告学完，并学"),
    "passed": gettext_noop("课件报告通过（%(score)s 分及格），并学"),
}


def _time(seconds: int) -> str:
    return _("%(n)s 秒") % {"n": seconds} if seconds < 60 else _("%(n)s 分钟") % {"n": -(-seconds // 60)}


def _sent(request: HttpRequest) -> Sent:
    """Read what the page sends. Raises Invalid when it is nothing of ours."""
    given = request.POST
    try:
        values = msgspec.json.decode(given.get("values", "{}"), type=dict[str, str])
        launch, number = (int(given.get(name, "0")[:9]) for name in ("launch", "number"))
    except (ValueError, RecursionError):
        raise Invalid(_("这一页送来的内容读不出来，没有存。请刷新后再学。")) from None
    return Sent(
        sco=given.get("sco", "")[:200], values=values, launch=max(launch, 0), number=max(number, 0), sequencing=given.get("sequencing"),
        leaves=given.get("leaves") == "1",
    )  # fmt: skip


def _step(step_id: int) -> Step:
    return get_object_or_404(Step.objects.select_related("course"), pk=step_id)


def _json(facts: dict[str, object]) -> JsonResponse:
    return JsonResponse(facts, json_dumps_params={"ensure_ascii": False})
