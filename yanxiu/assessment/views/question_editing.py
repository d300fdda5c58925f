"""Writing a question: the form of its kind, what was typed, pictures and sound, and how it will look."""

from django.forms import ChoiceField
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import drafting, rendering
from yanxiu.assessment.actions import bank as actions
from yanxiu.assessment.models import BankQuestion, QuestionVersion, RubricUse
from yanxiu.assessment.queries import bank, question_page
from yanxiu.assessment.queries.rubrics import usable_rubrics
from yanxiu.assessment.question_forms import FactsForm, MaterialForm, QuestionForm, form_of
from yanxiu.assessment.question_typing import initial_of, question_in
from yanxiu.assessment.views.bank import visible
from yanxiu.assessment.views.owners import owner_in, units_of
from yanxiu.catalogue import content
from yanxiu.catalogue.content import QUESTION_TYPES
from yanxiu.drafts.queries import Desk, desk
from yanxiu.files.actions import store
from yanxiu.files.kinds import Kind
from yanxiu.kit import htmx
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError, Invalid, NotFound
from yanxiu.kit.forms import explain
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.text import whole_number
from yanxiu.orgs import queries as orgs

ONLY_SHOWS = ("more", "add", "remove", "insert")
"""Buttons that change the form and store nothing."""


@require_http_methods(["GET", "POST"])
@requires(permissions.WRITE_QUESTIONS)
def new_question(request: SignedInRequest, type: str) -> HttpResponse:  # noqa: A002 - the word of the address
    """Write a new question of a kind."""
    _check_type(type)
    return _edit(request, type, None)


@require_http_methods(["GET", "POST"])
@requires(permissions.WRITE_QUESTIONS)
def edit_question(request: SignedInRequest, question_id: int) -> HttpResponse:
    """Write another version of a question."""
    found = visible(request, question_id)
    permissions.check_can_write_question(request.actor, found)
    return _edit(request, found.type, found)


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def preview_question(request: SignedInRequest, type: str) -> HttpResponse:  # noqa: A002 - the word of the address
    """Show what is typed as it will look, or say what is still missing."""
    _check_type(type)
    return htmx.page(request, "assessment/question_preview.html", _preview(request, form_of(type, request.POST)))


def _edit(request: SignedInRequest, kind: str, found: BankQuestion | None) -> HttpResponse:
    kept = _desk(request, kind, found)
    if request.method == "GET":
        return _shown(request, kind, found, kept)
    data, note = request.POST.copy(), ""
    form, facts = form_of(kind, data), _facts(request, found, data)
    status = 200 if any(name in data for name in ONLY_SHOWS) else 422
    try:
        if "insert" in data:
            note = _insert(request, data)
            form = form_of(kind, data)
        elif status == 422 and facts.is_valid():
            stored = _store(request, found, form, facts)
            return _stored(request, stored)
    except DomainError as error:
        form.is_valid()
        status = explain(form, error)
    return _page(request, kind, found, form, facts, kept=kept, status=status, note=note)


def _desk(request: SignedInRequest, kind: str, found: BankQuestion | None) -> Desk:
    key = drafting.question_key(kind, found.pk if found else None)
    words = {"label": QUESTION_TYPES[kind], "number": found.pk if found else 0}
    place = (_("题库，改%(label)s %(number)s") if found else _("题库，写一道%(label)s")) % words
    address = reverse("assessment:edit_question", args=[found.pk]) if found else reverse("assessment:new_question", args=[kind])
    return desk(person_id=request.person_id, key=key, place=place, address=address)


def _shown(request: SignedInRequest, kind: str, found: BankQuestion | None, kept: Desk) -> HttpResponse:
    if kept.kept is not None:
        data = QueryDict(mutable=True)
        data.update({name: str(value) for name, value in kept.initial().items()})
        return _page(request, kind, found, form_of(kind, data), _facts(request, found, data), kept=kept)
    if found is None:
        return _page(request, kind, None, form_of(kind), _facts(request, None, None), kept=kept)
    version = QuestionVersion.objects.filter(question=found).order_by("-number")[:1].get()
    form = form_of(kind, initial=initial_of(content.read_question(version.content)))
    return _page(request, kind, found, form, _facts(request, found, None), kept=kept)


def _store(request: SignedInRequest, found: BankQuestion | None, form: QuestionForm, facts: FactsForm) -> BankQuestion:
    given, raw = facts.cleaned_data, facts.cleaned_data["point"]
    point = permissions.visible_points(request.actor).filter(pk=int(raw)).first() if raw else None
    said = actions.QuestionFacts(
        point=point, stage=given["stage"], subject=given["subject"], difficulty=int(given["difficulty"] or 3), source=given["source"]
    )
    owner = found.owner if found else owner_in(request)
    stored = actions.write_question(question=found, owner=owner, written=question_in(form), facts=said, by=request.actor, at=now())
    if request.POST.get("then") == "submit":
        actions.submit_questions(questions=[stored], by=request.actor, at=now())
    return stored


def _stored(request: SignedInRequest, stored: BankQuestion) -> HttpResponse:
    if request.POST.get("then") == "another":
        return htmx.redirect(request, reverse("assessment:new_question", args=[stored.type]), note=_("已存，接着写下一道"))
    note = _("已存并送审") if request.POST.get("then") == "submit" else _("已存成草稿")
    return htmx.redirect(request, reverse("assessment:question", args=[stored.pk]), note=note)


def _insert(request: SignedInRequest, data: QueryDict) -> str:
    """Store the picture or sound that was chosen, and write it at the end of the stem."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid(_("还没有选图片或声音。请先选文件，再按“插到题干”。"))
    is_sound = (sent.name or "").lower().endswith(tuple(f".{one}" for one in Kind.AUDIO.extensions))
    file = store(content=sent, name=sent.name or "", kind=Kind.AUDIO if is_sound else Kind.IMAGE, by=request.actor, at=now())
    words = " ".join(data.get("words", "").split())[:100] or file.name.rpartition(".")[0]
    words = words.translate(dict.fromkeys(map(ord, "[]"), " "))
    mark = f"[{words}](audio:{file.pk})" if is_sound else f"![{words}](file:{file.pk})"
    data["stem"] = f"{data.get('stem', '').rstrip()}\n\n{mark}"
    return _("已插到题干末尾，可以移到别处")


def _page(
    request: SignedInRequest, kind: str, found: BankQuestion | None, form: QuestionForm, facts: FactsForm, *, kept: Desk,
    status: int = 200, note: str = "",
) -> HttpResponse:  # fmt: skip
    for one in (form, *(part for part, _n, _share in (form.parts if isinstance(form, MaterialForm) else []))):
        one.fields["stem"].required = True  # said on the page; what comes in is judged as a question
    _offer_rubrics(request, form, found)
    context = {
        "kind": kind,
        "label": QUESTION_TYPES[kind],
        "question": found,
        "form": form,
        "parts": form.parts if isinstance(form, MaterialForm) else [],
        "part_types": [(key, zh) for key, zh in QUESTION_TYPES.items() if key != "material"],
        "facts": facts,
        "units": [] if found else units_of(request),
        "desk": kept,
        "kept": kept.kept if request.method == "GET" else None,
        "note": note,
        "accept": f"{Kind.IMAGE.accept},{Kind.AUDIO.accept}",
        **_preview(request, form),
    }
    return htmx.page(request, "assessment/question_form.html", context, status=status)


def _offer_rubrics(request: SignedInRequest, form: QuestionForm, found: BankQuestion | None) -> None:
    """Let a written question be marked by one of the unit's rubrics."""
    field = form.fields.get("rubric")
    owner = found.owner if found else next(iter(units_of(request)), None)
    if isinstance(field, ChoiceField) and owner is not None:
        offered = [(str(one.pk), one.title) for one in usable_rubrics(owner, RubricUse.HOMEWORK)]
        field.choices = [("", _("不用，直接给分")), *offered]
        field.help_text = _("阅卷人按维度选等级，分按比例折算") if offered else _("还没有作业用的评价标准，先在“评价标准”里发布")


def _preview(request: SignedInRequest, form: QuestionForm) -> dict[str, object]:
    """What is typed as it will look; `missing` says what is still to be done, `twins` which questions ask the same."""
    if not form.is_bound:
        return {"shown": None, "missing": "", "twins": []}
    missing = ""
    try:
        written = question_in(form)
        content.check_any(written, place=_("这道题"))
    except DomainError as error:
        return {"shown": None, "missing": error.message, "twins": []}
    links = rendering.links_of([written], person_id=request.person_id, at=now())
    raw = request.POST.get("self", "")
    own = whole_number(raw) or 0
    alike = bank.twins_of([content.digest_of(written)]).get(content.digest_of(written), set()) - {own}
    twins = list(permissions.visible_questions(request.actor).filter(pk__in=alike).order_by("pk")[:3]) if alike else []
    return {"shown": question_page.shown_with_answer(written, links), "missing": missing, "twins": twins}


def _facts(request: SignedInRequest, found: BankQuestion | None, data: QueryDict | None) -> FactsForm:
    tree = bank.point_tree(permissions.visible_points(request.actor))
    owners = {found.owner_id} if found else {unit.pk for unit in units_of(request)}
    points = [(point.pk, tree.path(point.pk)) for _depth, point in tree.walk() if point.owner_id in owners]
    initial = (
        {"point": found.point_id, "stage": found.stage, "subject": found.subject, "difficulty": found.difficulty, "source": found.source}
        if found
        else {"point": request.GET.get("point", "")}
    )
    return FactsForm(data, points=points, subjects=list(orgs.subjects()), initial=initial)


def _check_type(kind: str) -> None:
    if kind not in QUESTION_TYPES:
        raise NotFound(_("没有这种题型，请从题库页上选一种。"))
