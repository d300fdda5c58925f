"""The page on which questions leave as a file: in which format, and what it cannot hold."""

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment.actions import exporting as actions
from yanxiu.assessment.exchange_permissions import writable_questions
from yanxiu.assessment.models import BankQuestion
from yanxiu.assessment.queries import bank
from yanxiu.assessment.views import bank_filters as filters
from yanxiu.assessment.views.bringing import download
from yanxiu.kit import htmx
from yanxiu.kit.clock import local, now
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import whole_numbers

LISTED = 20
MOST_CHOSEN = 2_000


@require_http_methods(["GET", "POST"])
@requires(permissions.WRITE_QUESTIONS)
def export_questions(request: SignedInRequest) -> HttpResponse:
    """Show in which formats the chosen questions can leave; with POST hand out the file.

    Which ones: `question` numbers, else the filters of the bank.
    """
    form = actions.FORMATS.get(request.GET.get("format", ""), actions.FORMATS["excel"])
    questions = _chosen(request, request.GET)
    at = now()
    if request.method == "POST":
        title = _("题库 %(day)s") % {"day": f"{local(at):%Y-%m-%d}"}
        written = actions.export_questions(questions=questions, form=form, title=title, by=request.actor, at=at)
        return download(written.data, f"{title}.{form.extension}", form.media_type)
    context = {"form": form, "formats": list(actions.FORMATS.values()), "carried": _carried(request.GET), "problem": ""}
    try:
        count, written = actions.preview_export(questions=questions, form=form)
    except Invalid as error:
        return htmx.page(request, "assessment/exchange_export.html", {**context, "problem": error.message}, status=422)
    context |= {
        "count": count,
        "leaves": count - len(written.left_out),
        "left_out": written.left_out[:LISTED],
        "lost": written.lost[:LISTED],
        "more": max(len(written.left_out) - LISTED, 0) + max(len(written.lost) - LISTED, 0),
    }
    return htmx.page(request, "assessment/exchange_export.html", context)


def _chosen(request: SignedInRequest, given: QueryDict) -> QuerySet[BankQuestion]:
    visible = writable_questions(request.actor)
    numbers = whole_numbers(given.getlist("question")[:MOST_CHOSEN])
    if numbers:
        return visible.filter(pk__in=numbers)
    tree = bank.point_tree(permissions.visible_points(request.actor))
    return bank.narrowed(visible, filters.read(given, tree), tree)


def _carried(given: QueryDict) -> str:
    """Return what the address takes along besides the format."""
    kept = given.copy()
    kept.pop("format", None)
    kept.pop("page", None)
    return kept.urlencode()
