"""通报: the figures of a moment, frozen and issued."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yanxiu.insight import permissions, queries
from yanxiu.insight.forms import CircularForm
from yanxiu.insight.views.loading import place_from
from yanxiu.kit import clock, htmx
from yanxiu.kit.components.wording import moment
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.notices import actions as notices
from yanxiu.notices.permissions import ISSUE


@require_GET
@requires(permissions.VIEW)
def draft_circular(request: SignedInRequest) -> HttpResponse:
    """Show the circular that these figures would make, its text ready to be changed."""
    return _draft(request, None, status=200)


@require_POST
@requires(ISSUE)
def issue_circular(request: SignedInRequest) -> HttpResponse:
    """Issue the circular with the figures of now to the units below."""
    at = clock.now()
    place = place_from(request.POST, request.actor, at=at)
    if place.programme is None:
        raise NotFound(_("没有发出：这里还没有在办的研修方案。"))
    form = CircularForm(request.POST)
    if not form.is_valid():
        return _draft(request, form, status=422)
    given = form.cleaned_data
    page = queries.board_page(place, at=at)
    try:
        notices.issue(
            org=place.unit, programme=place.programme, title=given["title"], body=given["body"],
            audience=notices.Audience(given["audience"]), facts=_facts(page), as_of=page.board.as_of, by=request.actor, at=at,
        )  # fmt: skip
    except DomainError as error:
        return _draft(request, form, status=explain(form, error))
    return htmx.redirect(
        request, reverse("notices:notices"), note=_("通报已发，数字停在 %(moment)s") % {"moment": moment(page.board.as_of)}
    )


def _facts(page: queries.BoardPage) -> dict[str, object]:
    """The figures as they will stay: one row a unit, in the order of the board."""
    rows = [
        [row.label, row.size or 0, *(None if cell.share is None else round(cell.share * 100, 1) for cell in row.cells)] for row in page.heat
    ]
    together = page.board.all
    return {
        "headline": page.headline,
        "lead": page.lead,
        "columns": list(page.heat_columns),
        "rows": rows,
        "funnel": [[step.label, step.count] for step in page.funnel],
        "people": together.people,
        "passed": together.passed,
    }


def _draft(request: SignedInRequest, form: CircularForm | None, *, status: int) -> HttpResponse:
    at = clock.now()
    place = place_from(request.POST if form else request.GET, request.actor, at=at)
    page = queries.board_page(place, at=at)
    words = {"unit": place.unit.name, "moment": moment(page.board.as_of), "headline": page.headline, "lead": page.lead}
    body = _("截至 %(moment)s，%(unit)s%(headline)s。%(lead)s请各单位对照下表，督促还没完成的教师按时学习。") % words
    context = {
        "place": place,
        "form": form or CircularForm(initial={"title": _("关于%(unit)s研修进展的通报") % words, "body": body}),
        "facts": _facts(page),
        "may_issue": request.actor.may(ISSUE, path=place.unit.path) and page.board.all.people > 0,
        "board_url": queries.link("board", place),
        "now": page.board.as_of,
    }
    return htmx.page(request, "insight/draft_circular.html", context, status=status)
