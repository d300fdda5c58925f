"""What every form of words in a space has in common: its draft, whom it names, its pictures, what it quotes."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yanxiu.drafts.queries import Desk, desk
from yanxiu.kit import htmx
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.text import whole_numbers
from yanxiu.people.models import Person
from yanxiu.workshops import drafting, queries
from yanxiu.workshops.actions import Along, Sent
from yanxiu.workshops.models import DocumentKind, Post, PostKind, PostState, Problem, Space
from yanxiu.workshops.views import loading

MOST_CHOSEN = 20


def thread_desk(request: SignedInRequest, space: Space, kind: PostKind, address: str) -> Desk:
    """Return where a new thread of a kind is kept while it is written; `address` is the page with its form. Cost: one query."""
    place = _("%(space)s，写%(kind)s") % {"space": space.title, "kind": kind.label}
    return desk(person_id=request.person_id, key=drafting.thread_key(space.pk, kind), place=place, address=address)


def part_desk(request: SignedInRequest, thread: Post) -> Desk:
    """Return where a reply or answer to a thread is kept while it is written. Cost: one query."""
    address = reverse("workshops:thread", args=[thread.pk]) + "#write"
    place = (_("回答“%(title)s”") if thread.kind == PostKind.QUESTION else _("回复“%(title)s”")) % {"title": thread.title}
    return desk(person_id=request.person_id, key=drafting.part_key(thread.pk), place=place, address=address)


def post_desk(request: SignedInRequest, post: Post, address: str) -> Desk:
    """Return where new words for a post that stands are kept while they are written. Cost: one query."""
    place = _("改“%(title)s”") % {"title": post.title or (post.parent.title if post.parent else "")}
    return desk(person_id=request.person_id, key=drafting.post_key(post.pk), place=place, address=address)


def ballot_desk(request: SignedInRequest, space: Space, about: Post | None) -> Desk:
    """Return where a ballot is kept while it is asked. Cost: one query."""
    address = reverse("workshops:open_ballot", args=[space.pk]) + (f"?about={about.pk}" if about is not None else "")
    place = _("%(space)s，写%(kind)s") % {"space": space.title, "kind": PostKind.BALLOT.label}
    return desk(person_id=request.person_id, key=drafting.ballot_key(space.pk), place=place, address=address)


def solution_desk(request: SignedInRequest, problem: Problem) -> Desk:
    """Return where the solution of a problem is kept while it is written. Cost: one query."""
    address = reverse("workshops:publish_solution", args=[problem.post_id])
    place = _("写“%(title)s”的解决方案") % {"title": problem.post.title}
    return desk(person_id=request.person_id, key=drafting.solution_key(problem.pk), place=place, address=address)


def document_desk(request: SignedInRequest, space: Space, kind: DocumentKind) -> Desk:
    """Return where the next version of a document is kept while it is written. Cost: one query."""
    address = reverse("workshops:publish_document", args=[space.pk, kind.value])
    place = _("%(space)s，写%(kind)s") % {"space": space.title, "kind": kind.label}
    return desk(person_id=request.person_id, key=drafting.document_key(space.pk, kind), place=place, address=address)


def ticks(kept: Desk, **given: bool) -> Mapping[str, bool]:
    """Return which boxes are ticked: as kept, else as `given`. Browsers send no empty box, so one that was not kept is empty."""
    return given if kept.kept is None else {name: name in kept.kept.fields for name in given}


def along(request: SignedInRequest, *, thread: Post | None = None) -> Along:
    """Return what was sent along with words: people ticked, pictures with a line each that says what is on them, the post quoted."""
    said = [line.strip() for line in request.POST.get("alts", "").splitlines()]
    pictures = [
        Sent(content=one.file, name=one.name or "", alt=said[number] if number < len(said) else "")
        for number, one in enumerate(request.FILES.getlist("pictures"))
        if one.file is not None
    ]
    return Along(people=_chosen(request.POST.getlist("mention")), pictures=pictures, quoted=quoted_in(request, thread))


def quoted_in(request: SignedInRequest, thread: Post | None) -> Post | None:
    """Return the post of the thread that the request wants to quote, None when there is none (any more). Cost: one query at most."""
    raw = request.POST.get("quoted") or request.GET.get("quote") or ""
    if thread is None or not (raw.isascii() and raw.isdecimal() and len(raw) < 19):
        return None
    found = Post.objects.filter(pk=int(raw), state=PostState.PUBLISHED).select_related("author")
    post = found.first()
    return post if post is not None and post.thread_id == thread.pk else None


@require_GET
@signed_in
def mentionable(request: SignedInRequest, space_id: int) -> HttpResponse:
    """List people inside whose name or unit holds the letters: to be ticked in a form, or looked up."""
    one = loading.inside(request, space_id)
    text, chosen = request.GET.get("who", ""), _chosen(request.GET.getlist("mention"))
    kept = list(queries.insiders(one).filter(pk__in=chosen).select_related("unit").order_by("sort_key", "pk")) if chosen else []
    found = [person for person in queries.lookup(one, text, besides=request.person_id) if person not in kept]
    context = {"space": one, "kept": kept, "found": found, "who": text.strip()}
    template = "workshops/mentions.html" if htmx.is_htmx(request) else "workshops/mentionable.html"
    return htmx.page(request, template, context)


def ticked(request: SignedInRequest, space: Space) -> list[Person]:
    """Return the people ticked in a form that comes back. Cost: one query when there are any."""
    chosen = _chosen(request.POST.getlist("mention"))
    return list(queries.insiders(space).filter(pk__in=chosen).select_related("unit").order_by("sort_key", "pk")) if chosen else []


def _chosen(raw: list[str]) -> list[int]:
    return whole_numbers(raw[:MOST_CHOSEN])
