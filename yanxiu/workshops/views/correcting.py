"""Correcting what one wrote, and how it read before."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.rich_text import shown
from yanxiu.workshops import actions, permissions, queries
from yanxiu.workshops.forms import ReplyForm, TalkForm
from yanxiu.workshops.models import Post
from yanxiu.workshops.views import composing, loading


@require_http_methods(["GET", "POST"])
@signed_in
def correct(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Change the words of one's own post."""
    post = loading.post_of(request, post_id)
    permissions.check_can_correct(request.actor, post)
    made = ReplyForm if post.parent_id else TalkForm
    desk = composing.post_desk(request, post, reverse("workshops:correct", args=[post.pk]))
    form = made(request.POST or None, initial=desk.initial({"title": post.title, "source": post.source}))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.correct(post=post, by=request.actor, at=now(), **form.cleaned_data)
        except DomainError as error:
            status = explain(form, error)
        else:
            return htmx.redirect(request, _place(done), note=_("已更正，原来的文字留在“已更正”里"))
    context = {"post": post, "space": post.space, "form": form, "back": _place(post), "count": len(queries.versions(post)), "desk": desk}
    return htmx.page(request, "workshops/correct.html", context, status=status)


@require_GET
@signed_in
def versions(request: SignedInRequest, post_id: int) -> HttpResponse:
    """Show how a post read before its corrections, to all who may read it."""
    post = loading.post_of(request, post_id)
    rows = [(one, shown(one.body)) for one in queries.versions(post)]
    context = {"post": post, "space": post.space, "rows": rows, "body": shown(post.body), "back": _place(post)}
    return htmx.page(request, "workshops/versions.html", context)


def _place(post: Post) -> str:
    thread = reverse("workshops:thread", args=[post.thread_id])
    return f"{thread}#p{post.pk}" if post.parent_id else thread
