"""What the player asks the server besides tickets: questions inside the film, 还在看吗, and the notes beside it."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.kit import htmx, moments
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest, signed_in
from yanxiu.kit.text import whole_number
from yanxiu.learning import actions
from yanxiu.learning.models import Item, Note
from yanxiu.learning.queries import playing as queries
from yanxiu.learning.views.loading import own_enrolment
from yanxiu.learning.views.studying import options, step_of
from yanxiu.programmes.models import Enrolment

# Everything a page needs from the lines of a note's change stands in learning/parts/notes.html.
NOTES = "learning/parts/notes.html"


@require_POST
@signed_in
def ask_cue(request: SignedInRequest, enrolment_id: int, step_id: int, number: int) -> HttpResponse:
    """Give a question inside a film at its position, as JSON; never its answer."""
    enrolment = own_enrolment(request, enrolment_id)
    shown = actions.ask_cue(enrolment=enrolment, step=step_of(step_id), number=number, by=request.actor, at=now())
    return JsonResponse(
        {
            "kind": shown.question.kind, "stem": shown.question.stem, "options": list(shown.question.options),
            "required": shown.is_required, "wait": shown.wait_seconds, "passed": shown.is_passed,
        }
    )  # fmt: skip


@require_POST
@signed_in
def answer_cue(request: SignedInRequest, enrolment_id: int, step_id: int, number: int) -> HttpResponse:
    """Check the answer to a question inside a film, as JSON."""
    enrolment = own_enrolment(request, enrolment_id)
    chosen = options(request.POST.getlist("option"))
    if not chosen:
        raise Invalid("还没有选答案，请先选一项。", field="option")
    reply = actions.answer_cue(enrolment=enrolment, step=step_of(step_id), number=number, chosen=chosen, by=request.actor, at=now())
    return JsonResponse({"right": reply.is_right, "why": reply.why, "ticket": reply.ticket, "until": reply.until, "done": reply.is_done})


@require_POST
@signed_in
def note_presence(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Keep how 还在看吗 was answered during a step."""
    return _presence(request, own_enrolment(request, enrolment_id), step_of(step_id))


@require_POST
@signed_in
def note_case_presence(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Keep how 还在看吗 was answered during a lesson case."""
    return _presence(request, own_enrolment(request, enrolment_id), get_object_or_404(LessonCase, pk=case_id))


@require_POST
@signed_in
def write_note(request: SignedInRequest, enrolment_id: int, step_id: int) -> HttpResponse:
    """Keep a note on a step's film."""
    return _write(request, own_enrolment(request, enrolment_id), step_of(step_id))


@require_POST
@signed_in
def write_case_note(request: SignedInRequest, enrolment_id: int, case_id: int) -> HttpResponse:
    """Keep a note on a lesson case."""
    return _write(request, own_enrolment(request, enrolment_id), get_object_or_404(LessonCase, pk=case_id))


@require_POST
@signed_in
def change_note(request: SignedInRequest, note_id: int) -> HttpResponse:
    """Replace the text of an own note; htmx is told the moment of saving."""
    note = actions.change_note(note=_own(request, note_id), text=request.POST.get("text", ""), by=request.actor, at=now())
    if htmx.is_htmx(request):
        return HttpResponse(render_to_string(f"{NOTES}#saved", {"note": note}, request))
    return htmx.redirect(request, _address(note.enrolment, note.kind, note.item_id), note="笔记已存")


@require_POST
@signed_in
def remove_note(request: SignedInRequest, note_id: int) -> HttpResponse:
    """Delete an own note."""
    note = _own(request, note_id)
    actions.remove_note(note=note, by=request.actor, at=now())
    return _notes(request, note.enrolment, note.kind, note.item_id, said="笔记已删")


@require_GET
@signed_in
def export_notes(request: SignedInRequest, enrolment_id: int, kind: int, item_id: int) -> HttpResponse:
    """Give the own notes on a film as a text file."""
    enrolment = own_enrolment(request, enrolment_id)
    item = get_object_or_404(LessonCase, pk=item_id) if kind == Item.CASE else get_object_or_404(Step, pk=item_id)
    rows = queries.seen_of(enrolment, Item(kind) if kind in Item.values else Item.STEP, item_id).notes
    text = "\r\n".join([item.title, "", *(f"{note.moment}  {note.text}" for note in rows), ""])
    answer = HttpResponse("\ufeff" + text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"笔记 {item.title}.txt") or "attachment"
    return answer


def _presence(request: SignedInRequest, enrolment: Enrolment, item: Step | LessonCase) -> HttpResponse:
    second, waited = (_whole(request.POST.get(name, "")) for name in ("second", "waited"))
    actions.note_presence(
        enrolment=enrolment, item=item, second=second, waited=waited, is_answered=bool(request.POST.get("answered")), by=request.actor,
        at=now(),
    )  # fmt: skip
    return JsonResponse({})


def _write(request: SignedInRequest, enrolment: Enrolment, item: Step | LessonCase) -> HttpResponse:
    second = moments.seconds(request.POST.get("moment", ""))
    note = actions.write_note(enrolment=enrolment, item=item, second=second, text=request.POST.get("text", ""), by=request.actor, at=now())
    return _notes(request, enrolment, note.kind, note.item_id, said=f"{moments.clock(second)} 的笔记已存")


def _notes(request: SignedInRequest, enrolment: Enrolment, kind: int, item_id: int, *, said: str) -> HttpResponse:
    model: Any = LessonCase if kind == Item.CASE else Step
    context = {
        "enrolment": enrolment,
        "item": model.objects.get(pk=item_id),
        "is_case": kind == Item.CASE,
        "notes": queries.seen_of(enrolment, Item(kind), item_id).notes,
    }
    return htmx.swap(request, f"{NOTES}#notes", context, otherwise=_address(enrolment, kind, item_id), note=said)


def _own(request: SignedInRequest, note_id: int) -> Note:
    mine = Note.objects.filter(enrolment__person_id=request.person_id).select_related("enrolment__programme")
    return get_object_or_404(mine, pk=note_id)


def _address(enrolment: Enrolment, kind: int, item_id: int) -> str:
    return reverse("learning:case" if kind == Item.CASE else "learning:step", args=[enrolment.pk, item_id])


def _whole(raw: str) -> int:
    return whole_number(raw, digits=6) or 0
