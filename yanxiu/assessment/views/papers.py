"""Pages of papers: the list, the editor, picking questions, what a candidate sees, and the key."""

from random import Random

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import composing_papers, drafting, paper_removals, papers
from yanxiu.assessment.actions import papers as actions
from yanxiu.assessment.drawing import draw_sheet
from yanxiu.assessment.models import Exam, Paper
from yanxiu.assessment.papers import Sections
from yanxiu.assessment.queries import bank
from yanxiu.assessment.queries.papers import found_papers, paper_page, sheet_page
from yanxiu.assessment.views import bank_filters as filters
from yanxiu.assessment.views.owners import owner_in, units_of
from yanxiu.catalogue.content import QUESTION_TYPES
from yanxiu.drafts.models import Draft
from yanxiu.drafts.queries import Desk, desk
from yanxiu.kit import htmx, paging
from yanxiu.kit.clock import now
from yanxiu.kit.components import Tab
from yanxiu.kit.errors import Conflict, DomainError
from yanxiu.kit.policy import SignedInRequest, requires
from yanxiu.kit.rules import holds
from yanxiu.orgs import queries as orgs
from yanxiu.orgs.models import Stage

PREVIEW_SEED = 20
STATES = ("", "draft", "published")


@require_GET
@requires(permissions.WRITE_QUESTIONS, permissions.SET_EXAMS)
def paper_list(request: SignedInRequest) -> HttpResponse:
    """List the papers."""
    text, state = request.GET.get("q", ""), request.GET.get("state", "")
    state = state if state in STATES else ""
    visible = permissions.visible_papers(request.actor)
    page = paging.page_of(found_papers(visible, text=text, state=state), number=paging.number_from(request.GET.get("page")))
    words = {"": _("全部"), "draft": _("草稿"), "published": _("已发布")}
    context = {
        "page": page,
        "text": text[:60],
        "state": state,
        "tabs": [Tab(label=words[one], url=f"?state={one}", current=one == state) for one in STATES],
        "total": visible.count(),
        "drafts": visible.filter(published_at__isnull=True).count(),
        "units": units_of(request),
        "may_write": request.actor.may(permissions.WRITE_QUESTIONS),
        "more_url": f"?state={state}&q={text[:60]}&page={page.following}" if page.has_more else "",
    }
    return htmx.page(request, "assessment/paper_list.html", context)


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def draft_paper(request: SignedInRequest) -> HttpResponse:
    """Begin a paper."""
    paper = actions.draft_paper(owner=owner_in(request), title=request.POST.get("title", ""), by=request.actor, at=now())
    return htmx.redirect(request, _url(paper), note=_("草稿已建，接着选题"))


@require_http_methods(["GET", "POST"])
@requires(permissions.WRITE_QUESTIONS, permissions.SET_EXAMS)
def paper(request: SignedInRequest, paper_id: int) -> HttpResponse:
    """Show a paper: its editor while it is a draft, what it holds once it is published. A POST stores what was typed and pressed."""
    found = visible(request, paper_id)
    sections = papers.read(found.sections)
    if request.method == "GET":
        return _page(request, found, sections)
    sent = {name: str(request.POST.get(name, "")) for name in request.POST}
    button = sent.get("do", "")
    try:
        if sent.get("seen", "") != papers.mark_of(sections):  # the fields go by place: those of an older page would meet other questions
            raise Conflict(_("“%(title)s”刚刚在别处改过，现在是新的样子，请再改一次。没有覆盖那边的改动。") % {"title": found.title})
        changed = composing_papers.typed(sections, sent)
        gone, back = paper_removals.taken_out(changed, button), paper_removals.asked_back(paper_removals.read(found.removed), button)
        changed = composing_papers.pressed(changed, button) if back is None else paper_removals.put_back(changed, back)
        found = actions.write_paper(
            paper=found, before=sections, sections=changed, title=sent.get("title", ""), taken_out=gone, put_back=back,
            shuffles_questions="shuffles_questions" in sent, shuffles_options="shuffles_options" in sent, by=request.actor, at=now(),
        )  # fmt: skip
    except composing_papers.BadlyTyped as error:
        return _page(request, found, error.sections, problem=error)
    except DomainError as error:
        return _page(request, found, sections, problem=error)
    if button.startswith("pick-"):
        return htmx.redirect(request, reverse("assessment:pick_questions", args=[found.pk]) + f"?section={button[5:8]}")
    note = _("已去掉，可以在各大题下面放回") if gone else _("已放回原处") if back else _("已存")
    return htmx.redirect(request, _url(found), note=note)


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def move_paper_question(request: SignedInRequest, paper_id: int, version: int) -> HttpResponse:
    """Put a fixed question to another place: `place` is `section:position`."""
    found = visible(request, paper_id)
    before = papers.read(found.sections)
    typed = _with_typed(found, before, _desk(request, found).kept)
    section, _colon, place = request.POST.get("place", "").partition(":")
    sections = composing_papers.moved_to(before if typed is None else typed, version, section=_whole(section, -1), place=_whole(place, 1))
    _write(request, found, before, sections)
    return htmx.redirect(request, _url(found), note=_("已移好"))


@require_http_methods(["GET", "POST"])
@requires(permissions.WRITE_QUESTIONS)
def pick_questions(request: SignedInRequest, paper_id: int) -> HttpResponse:
    """Search the bank for questions and add the chosen ones to a section."""
    found = visible(request, paper_id)
    before = papers.read(found.sections)
    number = _whole(request.GET.get("section", "0"), 0)
    if request.method == "POST":
        versions = [_whole(raw, 0) for raw in request.POST.getlist("version")[:200]]
        sent = {"points-0-0": request.POST.get("points", "2")}
        one = papers.Section(title="-", fixed=(papers.Fixed(version=0, points=composing_papers.USUAL_POINTS),))
        points = composing_papers.typed((one,), sent)[0].fixed[0].points
        typed = _with_typed(found, before, _desk(request, found).kept)
        sections = composing_papers.with_fixed(before if typed is None else typed, number, versions, points)
        _write(request, found, before, sections)
        added = sum(len(section.fixed) for section in sections) - sum(len(section.fixed) for section in before)
        note = _("已加 %(n)s 道题") % {"n": added}
        return htmx.redirect(request, _url(found), note=note)
    return _pick(request, found, before, number)


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def publish_paper(request: SignedInRequest, paper_id: int) -> HttpResponse:
    """Publish a paper."""
    found = visible(request, paper_id)
    try:
        actions.publish_paper(paper=found, by=request.actor, at=now())
    except actions.PaperNotReady as error:
        return _page(request, found, papers.read(found.sections), problem=error)
    return htmx.redirect(request, _url(found), note=_("试卷已发布，可以安排考试了"))


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def copy_paper(request: SignedInRequest, paper_id: int) -> HttpResponse:
    """Copy a paper into a new draft."""
    copy = actions.copy_paper(paper=visible(request, paper_id), by=request.actor, at=now())
    return htmx.redirect(request, _url(copy), note=_("已复制成新草稿，原来那份不变"))


@require_POST
@requires(permissions.WRITE_QUESTIONS)
def remove_paper(request: SignedInRequest, paper_id: int) -> HttpResponse:
    """Delete a draft."""
    actions.remove_paper(paper=visible(request, paper_id), by=request.actor, at=now())
    return htmx.redirect(request, reverse("assessment:paper_list"), note=_("试卷草稿已删除"))


@require_GET
@requires(permissions.WRITE_QUESTIONS, permissions.SET_EXAMS)
def preview_paper(request: SignedInRequest, paper_id: int) -> HttpResponse:
    """Show the paper as one candidate could get it; another seed shows another's."""
    found = visible(request, paper_id)
    seed = _whole(request.GET.get("seed", "1"), 1)
    sheet = draw_sheet(found, by=Random(PREVIEW_SEED + seed))  # noqa: S311 - a preview
    parts = sheet_page(found, sheet, person_id=request.person_id, at=now(), is_open=True)
    return htmx.page(request, "assessment/paper_preview.html", {"paper": found, "parts": parts, "seed": seed, "count": len(sheet)})


@require_GET
@requires(permissions.WRITE_QUESTIONS)
def paper_key(request: SignedInRequest, paper_id: int) -> HttpResponse:
    """Show the fixed questions with their answers, for printing; what is drawn is named."""
    found = visible(request, paper_id)
    permissions.check_can_write_paper(request.actor, found)
    sections = papers.read(found.sections)
    sheet = tuple(
        papers.Asked(version=one.version, points=one.points, section=number)
        for number, section in enumerate(sections)
        for one in section.fixed
    )
    parts = sheet_page(found, sheet, person_id=request.person_id, at=now(), is_open=False, reveals="answers")
    return htmx.page(request, "assessment/paper_key.html", {"paper": found, "parts": parts, "points": papers.points_of(sections)})


def visible(request: SignedInRequest, paper_id: int) -> Paper:
    """Return the paper, 404 when the actor does not see it."""
    return get_object_or_404(permissions.visible_papers(request.actor).select_related("owner"), pk=paper_id)


def _desk(request: SignedInRequest, found: Paper) -> Desk:
    place = _("改试卷“%(title)s”") % {"title": found.title}
    return desk(person_id=request.person_id, key=drafting.paper_key(found.pk), place=place, address=_url(found))


def _with_typed(found: Paper, sections: Sections, kept: Draft | None) -> Sections | None:
    """Return a draft's sections with what was typed last and not stored, and set it beside them; None when there is none for them."""
    if kept is None or found.published_at is not None or kept.fields.get("seen") != papers.mark_of(sections):
        return None
    found.title = (kept.title or found.title)[:120]
    found.shuffles_questions, found.shuffles_options = "shuffles_questions" in kept.fields, "shuffles_options" in kept.fields
    try:
        return composing_papers.typed(sections, kept.fields)
    except composing_papers.BadlyTyped as error:
        return error.sections


def _page(request: SignedInRequest, found: Paper, sections: Sections, *, problem: DomainError | None = None) -> HttpResponse:
    """Show a paper; its editor with what was typed and not stored, unless the page answers what was sent."""
    is_draft = found.published_at is None
    at_desk = _desk(request, found) if is_draft else None
    kept = at_desk.kept if at_desk is not None and request.method == "GET" else None
    typed = _with_typed(found, sections, kept)
    sections = sections if typed is None else typed
    page = paper_page(found, sections)
    tree = bank.point_tree(permissions.visible_points(request.actor).filter(owner_id=found.owner_id)) if is_draft else None
    unstored = [_("先存试卷：页上有还没存的内容。")] if typed is not None else []
    context = {
        "page": page,
        "seen": papers.mark_of(papers.read(found.sections)),
        "desk": at_desk,
        "is_outdated": typed is None,
        "paper": found,
        "problem": problem,
        "kept": kept,
        "faults": unstored + actions.faults_of(found, sections, known=page.known, pools=page.pools) if is_draft else [],
        "points": [(point.pk, tree.path(point.pk)) for _depth, point in tree.walk()] if tree else [],
        "types": list(QUESTION_TYPES.items()),
        "stages": Stage.values,
        "subjects": list(orgs.subjects()),
        "may_write": holds(permissions.check_can_write_paper, request.actor, found),
        "exams": 0 if is_draft else Exam.objects.filter(paper=found).count(),
    }
    template = "assessment/paper_published.html" if found.published_at else "assessment/paper_editor.html"
    return htmx.page(request, template, context, status=problem.status if problem else 200)


def _pick(request: SignedInRequest, found: Paper, sections: Sections, number: int) -> HttpResponse:
    tree = bank.point_tree(permissions.visible_points(request.actor))
    chosen = filters.read(request.GET, tree)
    usable = permissions.visible_questions(request.actor).filter(owner_id=found.owner_id, approved__isnull=False).exclude(state="retired")
    page = bank.bank_page(usable, chosen, tree, number=paging.number_from(request.GET.get("page")), has_twins=False)
    context = {
        "paper": found,
        "section": sections[number] if number < len(sections) else None,
        "number": number,
        "page": page,
        "chosen": chosen,
        "carried": filters.carried(chosen),
        "buttons": filters.of_bank(chosen, bank.bank_facets(usable, chosen, tree), tree, section=number),
        "present": {one.version for section in sections for one in section.fixed},
        "more_url": "?" + filters.query(chosen, section=number, page=page.following) if page.has_more else "",
        "narrowed": filters.query(chosen) != "",
    }
    return htmx.page(request, "assessment/paper_pick.html", context)


def _write(request: SignedInRequest, found: Paper, before: Sections, sections: Sections) -> None:
    actions.write_paper(
        paper=found, before=before, sections=sections, title=found.title, shuffles_questions=found.shuffles_questions,
        shuffles_options=found.shuffles_options, by=request.actor, at=now(),
    )  # fmt: skip


def _url(found: Paper) -> str:
    return reverse("assessment:paper", args=[found.pk])


def _whole(raw: str, otherwise: int) -> int:
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 19 else otherwise
