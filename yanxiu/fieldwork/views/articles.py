"""文章: what a teacher hands in, and the school's list."""

from django import forms
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yanxiu.access.permissions import Permission
from yanxiu.fieldwork import actions, permissions, queries
from yanxiu.fieldwork.models import Article, ArticleState
from yanxiu.fieldwork.queries.articles import LOADED
from yanxiu.fieldwork.views.loading import school_tabs
from yanxiu.files import queries as files
from yanxiu.files.kinds import Kind
from yanxiu.kit import htmx, paging, rules
from yanxiu.kit.clock import local, now
from yanxiu.kit.components import Tab
from yanxiu.kit.components.wording import titled
from yanxiu.kit.errors import DomainError, Invalid, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires, signed_in
from yanxiu.kit.rich_text import shown


class ArticleForm(forms.Form):
    """An article as it is written."""

    title = forms.CharField(label=gettext_lazy("题目"), max_length=120)
    source = forms.CharField(label=gettext_lazy("正文"), required=False, widget=forms.Textarea(attrs={"rows": 16}))
    file = forms.FileField(
        label=gettext_lazy("附件"), help_text=Kind.ATTACHMENT.hint, required=False, allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": Kind.ATTACHMENT.accept}),
    )  # fmt: skip


@require_GET
@signed_in
def articles(request: SignedInRequest) -> HttpResponse:
    """Show what is to be handed in and what was written."""
    places = list(permissions.own_places(request.actor).order_by("-enrolled_at", "-pk"))
    own = queries.own_articles(permissions.visible_articles(request.actor), request.person_id)
    lines = queries.own_slots(places, own)
    context = {
        "lines": lines,
        "free": [one for one in own if not one.slot],
        "places": places,
        "missing": sum(line.article is None or line.article.state in (ArticleState.DRAFT, ArticleState.RETURNED) for line in lines),
        "returned": sum(one.state == ArticleState.RETURNED for one in own),
    }
    return htmx.page(request, "fieldwork/articles.html", context)


@require_POST
@signed_in
def begin_article(request: SignedInRequest, enrolment_id: int) -> HttpResponse:
    """Begin an article, for a slot or free."""
    place = permissions.own_places(request.actor).filter(pk=enrolment_id).first()
    if place is None:
        raise NotFound(_("没有找到这个项目，可能已结束或您已报删。"))
    made = actions.begin_article(enrolment=place, slot=request.POST.get("slot", "")[:120], by=request.actor, at=now())
    return htmx.redirect(request, _url(made))


@require_GET
@signed_in
def article(request: SignedInRequest, article_id: int) -> HttpResponse:
    """Show an article; its writer writes on while it is not handed in."""
    return _show(request, _article(request, article_id))


@require_POST
@signed_in
def save_article(request: SignedInRequest, article_id: int) -> HttpResponse:
    """Keep what is written: JSON for the form that saves itself, back to it for the button."""
    is_quiet = request.headers.get("Accept", "").startswith("application/json")
    try:
        one = _kept(request, article_id)
    except DomainError as error:
        if is_quiet:
            return JsonResponse({"message": error.message}, status=error.status)
        return _show(request, _article(request, article_id), error=error)
    time = f"{local(one.saved_at):%H:%M}"
    return JsonResponse({"at": time}) if is_quiet else htmx.redirect(request, _url(one), note=_("已存 %(time)s") % {"time": time})


@require_POST
@signed_in
def submit_article(request: SignedInRequest, article_id: int) -> HttpResponse:
    """Keep what is written and hand it in."""
    try:
        one = actions.submit_article(article=_kept(request, article_id), by=request.actor, at=now())
    except DomainError as error:
        return _show(request, _article(request, article_id), error=error)
    return htmx.redirect(request, _url(one), note=_("已交，等学校确认"))


@require_POST
@signed_in
def take_back_article(request: SignedInRequest, article_id: int) -> HttpResponse:
    """Take an article back."""
    one = actions.take_back_article(article=_article(request, article_id), by=request.actor, at=now())
    return htmx.redirect(request, _url(one), note=_("已撤回，改好再交"))


@require_GET
@signed_in
def article_file(request: SignedInRequest, article_id: int) -> HttpResponse:
    """Go to the file on the second origin."""
    one = _article(request, article_id)
    if one.file is None:
        raise Invalid(_("这篇文章没有附件。"))
    return htmx.redirect(request, files.link(one.file, person_id=request.person_id, at=now()))


@require_GET
@requires(Permission.FIELDWORK_VIEW)
def articles_to_confirm(request: SignedInRequest) -> HttpResponse:
    """List what was handed in inside the scope, what waits first."""
    state = request.GET.get("state", "")
    state = state if state in ArticleState.values and state != ArticleState.DRAFT else str(ArticleState.SUBMITTED)
    found = queries.articles_to_confirm(permissions.visible_articles(request.actor), state=state)
    page = paging.page_of(found, number=paging.number_from(request.GET.get("page")))
    base = reverse("fieldwork:articles_to_confirm")
    decided = (ArticleState.SUBMITTED, ArticleState.ACCEPTED, ArticleState.RETURNED)
    context = {
        "page": page,
        "state": state,
        "tabs": school_tabs("articles_to_confirm"),
        "states": [Tab(label=one.label, url=f"{base}?state={one.value}", current=one.value == state) for one in decided],
        "more": f"?state={state}&page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "fieldwork/articles_to_confirm.html", context)


@require_POST
@requires(Permission.FIELDWORK_CONFIRM)
def accept_article(request: SignedInRequest, article_id: int) -> HttpResponse:
    """Confirm an article."""
    one = actions.accept_article(article=_article(request, article_id), by=request.actor, at=now())
    note = _("已确认%(name)s的%(title)s") % {"name": one.enrolment.person.name, "title": titled(one.title)}
    return htmx.redirect(request, reverse("fieldwork:articles_to_confirm"), note=note)


@require_POST
@requires(Permission.FIELDWORK_CONFIRM)
def return_article(request: SignedInRequest, article_id: int) -> HttpResponse:
    """Send an article back."""
    one = actions.return_article(article=_article(request, article_id), opinion=request.POST.get("opinion", ""), by=request.actor, at=now())
    note = _("已退回%(name)s的%(title)s") % {"name": one.enrolment.person.name, "title": titled(one.title)}
    return htmx.redirect(request, reverse("fieldwork:articles_to_confirm"), note=note)


def _article(request: SignedInRequest, article_id: int) -> Article:
    one = permissions.visible_articles(request.actor).select_related(*LOADED).filter(pk=article_id).first()
    if one is None:
        raise NotFound(_("没有找到这篇文章，或不在您当前身份的范围里。"))
    return one


def _kept(request: SignedInRequest, article_id: int) -> Article:
    one, file = _article(request, article_id), request.FILES.get("file")
    return actions.save_article(
        article=one, title=request.POST.get("title", ""), source=request.POST.get("source", ""), by=request.actor, at=now(),
        content=file.file if file else None, name=file.name or "" if file else "",
    )  # fmt: skip


def _show(request: SignedInRequest, one: Article, *, error: DomainError | None = None) -> HttpResponse:
    form, status = ArticleForm(initial={"title": one.title, "source": one.source}), 200
    if error is not None:
        form = ArticleForm({"title": request.POST.get("title", one.title), "source": request.POST.get("source", one.source)})
        form.errors.clear()  # the action says it better
        status = explain(form, error)
    slot = queries.slot_of(one.enrolment, one.slot) if one.slot else None
    context = {
        "article": one,
        "body": shown(one.body),
        "form": form,
        "slot": slot,
        "writes": rules.holds(permissions.check_can_write_article, request.actor, one.enrolment, one),
        "is_own": one.enrolment.person_id == request.person_id,
        "may_confirm": one.state == ArticleState.SUBMITTED and rules.holds(permissions.check_can_confirm_article, request.actor, one),
    }
    return htmx.page(request, "fieldwork/article.html", context, status=status)


def _url(one: Article) -> str:
    return reverse("fieldwork:article", args=[one.pk])
