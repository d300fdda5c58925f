"""Judging cases without names: the pile of a judge, one case with its points, and who keeps out of whose."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.kit import htmx
from yanxiu.kit.clock import day, now
from yanxiu.kit.errors import DomainError, Invalid
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rich_text import shown
from yanxiu.people.models import Person
from yanxiu.workshops import actions, permissions
from yanxiu.workshops.case_forms import ConflictForm, VoteForm
from yanxiu.workshops.models import CaseEntry, CaseRound
from yanxiu.workshops.queries import cases as reads
from yanxiu.workshops.views.case_rounds import round_of


@require_GET
@signed_in
def judge_cases(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Show a judge what is to be judged, shuffled for her, and who keeps out of whose cases."""
    one = round_of(request, round_id)
    permissions.check_can_judge(request.actor, one)
    return _pile(request, one, _conflict_form(request, one))


@require_http_methods(["GET", "POST"])
@signed_in
def judge_case(request: SignedInRequest, round_id: int, entry_id: int) -> HttpResponse:
    """Read one case without its author and give it points; then comes the next."""
    one = round_of(request, round_id)
    permissions.check_can_judge(request.actor, one)
    judge = Person.objects.get(pk=request.person_id)
    entry = get_object_or_404(CaseEntry.objects.filter(pk__in=reads.present_in(one.pk).values("entry")).select_related("post"), pk=entry_id)
    permissions.check_is_not_near(judge, entry)
    pile = reads.pile(one, judge, near=permissions.near(judge, one.theme_id))
    given = pile.scores.get(entry.pk)
    form = VoteForm(request.POST or None, initial={"score": given.score, "words": given.words} if given else None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.vote(round=one, entry=entry, by=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            status = explain(form, error)
        else:
            following = pile.following(entry)
            if following is None:
                return htmx.redirect(request, reverse("workshops:judge_cases", args=[one.pk]), note=_("都评完了"))
            return htmx.redirect(request, reverse("workshops:judge_case", args=[one.pk, following.pk]), note=_("已记，接着评下一件"))
    ids = [row.pk for row in pile.entries]
    context = {
        "round": one, "theme": one.theme, "space": one.space, "entry": entry, "body": shown(entry.post.body), "form": form, "given": given,
        "number": ids.index(entry.pk) + 1 if entry.pk in ids else 0, "count": len(ids), "following": pile.following(entry),
    }  # fmt: skip
    return htmx.page(request, "workshops/case_judge.html", context, status=status)


@require_POST
@signed_in
def name_conflict(request: SignedInRequest, round_id: int) -> HttpResponse:
    """Keep a judge out of somebody's cases."""
    one = round_of(request, round_id)
    permissions.check_can_judge(request.actor, one)
    form, status = _conflict_form(request, one, is_sent=True), 422
    if form.is_valid():
        try:
            judge = Person.objects.get(pk=int(form.cleaned_data["judge"]))
            person = _author(one, form.cleaned_data["person"])
            actions.name_conflict(round=one, judge=judge, person=person, reason=form.cleaned_data["reason"], by=request.actor, at=now())
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, reverse("workshops:judge_cases", args=[one.pk]), note=_("回避已登记，评过的分已去掉"))
    return _pile(request, one, form, status=status)


def _pile(request: SignedInRequest, one: CaseRound, form: ConflictForm, *, status: int = 200) -> HttpResponse:
    judge = Person.objects.get(pk=request.person_id)
    pile = reads.pile(one, judge, near=permissions.near(judge, one.theme_id))
    left = [entry for entry in pile.entries if entry.pk not in pile.scores]
    context = {
        "round": one,
        "theme": one.theme,
        "space": one.space,
        "rows": [(entry, pile.scores.get(entry.pk)) for entry in pile.entries],
        "left": len(left),
        "first": left[0] if left else None,
        "kept_out": pile.kept_out,
        "conflicts": reads.conflicts(one.theme_id),
        "form": form,
    }
    return htmx.page(request, "workshops/case_pile.html", context, status=status)


def _conflict_form(request: SignedInRequest, one: CaseRound, *, is_sent: bool = False) -> ConflictForm:
    known = [(row.person_id, row.name) for row in reads.judges(one, on=day(now()))]
    if request.person_id not in dict(known):
        known.append((request.person_id, _("本人")))
    return ConflictForm(request.POST if is_sent else None, judges=known)


def _author(one: CaseRound, text: str) -> Person:
    """The one author of the theme with exactly this name or staff number."""
    text = " ".join(text.split())
    authors = Person.objects.filter(pk__in=CaseEntry.objects.filter(theme=one.theme_id).values("author"))
    found = list(authors.filter(name=text)[:3]) or list(authors.filter(staff_number=text).exclude(staff_number="")[:3])
    if len(found) != 1:
        raise Invalid(_("交案例的人里没有唯一的“%(text)s”。请核对姓名，同名的填工号。") % {"text": text}, field="person")
    return found[0]
