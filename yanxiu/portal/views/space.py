"""个人空间: the own space, what colleagues see of it, the notebook."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yanxiu.kit import clock, htmx, paging
from yanxiu.kit.errors import DomainError, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rich_text import shown
from yanxiu.people.models import Person, PersonalPage
from yanxiu.portal import actions
from yanxiu.portal import space as doors
from yanxiu.portal.queries import space as queries


class PageForm(forms.Form):
    """What colleagues may see."""

    is_open = forms.BooleanField(label=gettext_lazy("让同事看见我的空间"), required=False)
    words = forms.CharField(
        label=gettext_lazy("介绍自己"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("不写手机号和住址"),
    )  # fmt: skip
    shown = forms.MultipleChoiceField(label=gettext_lazy("给同事看什么"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: object = None, **given: object) -> None:
        super().__init__(data, **given)  # type: ignore[arg-type]  # a QueryDict
        self.fields["shown"].choices = list(doors.part_words().items())  # type: ignore[attr-defined]


@require_GET
@signed_in
def my_space(request: SignedInRequest) -> HttpResponse:
    """Show the own personal space."""
    return _own(request, None)


@require_POST
@signed_in
def show_space(request: SignedInRequest) -> HttpResponse:
    """Keep what colleagues may see."""
    form, at = PageForm(request.POST), clock.now()
    status = 422
    if form.is_valid():
        person = get_object_or_404(Person, pk=request.person_id)
        try:
            page = actions.show_space(person=person, by=request.actor, at=at, **form.cleaned_data)
        except DomainError as error:
            status = explain(form, error)
        else:
            note = _("已公开，同事按姓名能找到") if page.is_open else _("已收起，同事看不到")
            return htmx.redirect(request, f"{reverse('portal:my_space')}#public", note=note)
    return _own(request, form, status=status)


@require_GET
@signed_in
def space_of(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Show the public side of somebody's space."""
    page = PersonalPage.objects.select_related("person__unit").filter(person_id=person_id).first()
    if page is None or not (page.is_open or person_id == request.person_id):
        raise NotFound(_("这位老师没有公开个人空间，或没有这个人。"))
    side = queries.public_side(person_id, shown=page.shown, visitor=request.actor)
    articles = [(one, shown(one.body)) for one in side.articles]
    context = {"page": page, "side": side, "articles": articles, "is_own": person_id == request.person_id}
    return htmx.page(request, "portal/space_of.html", context)


@require_GET
@signed_in
def notes(request: SignedInRequest) -> HttpResponse:
    """Show the own notes over all films."""
    words = request.GET.get("q", "").strip()[:60]
    page = queries.notes_of(request.person_id, words=words, number=paging.number_from(request.GET.get("page")))
    more = "?" + urlencode({"q": words, "page": page.following}) if page.has_more else ""
    return htmx.page(request, "portal/notes.html", {"page": page, "words": words, "more": more})


def _own(request: SignedInRequest, form: PageForm | None, *, status: int = 200) -> HttpResponse:
    at = clock.now()
    facts = queries.facts_of(request.person_id, at=at)
    plan = queries.plan_facts(request.person_id)
    kept = PersonalPage.objects.filter(person_id=request.person_id).first()
    initial = {"is_open": kept.is_open, "words": kept.words, "shown": kept.shown} if kept else {"shown": list(doors.PARTS)}
    articles = list(queries.articles_of(request.person_id)[:5])
    context = {
        "doors": doors.doors(facts, plan, person_id=request.person_id),
        "tools": doors.tools(facts),
        "facts": facts,
        "plan": plan,
        "articles": articles,
        "form": form or PageForm(initial=initial),
        "is_open": bool(kept and kept.is_open),
        "person_id": request.person_id,
    }
    return htmx.page(request, "portal/my_space.html", context, status=status)
