"""What the page of a step holds besides the frame: one part for each kind of step."""

from collections.abc import Callable, Mapping
from typing import Any

from yanxiu.catalogue import content
from yanxiu.catalogue.models import Step, StepKind
from yanxiu.files import queries as files
from yanxiu.files.models import StoredFile
from yanxiu.kit import moments, rich_text
from yanxiu.kit.clock import now
from yanxiu.kit.paging import number_from
from yanxiu.kit.policy import SignedInRequest
from yanxiu.learning import rules
from yanxiu.learning.actions.studying import dwell_seconds
from yanxiu.learning.forms import PostForm, ReportForm
from yanxiu.learning.models import Item
from yanxiu.learning.queries import curriculum, films, playing, talking
from yanxiu.learning.queries.films import Reel
from yanxiu.learning.views.loading import elsewhere
from yanxiu.learning.views.packages import package_part
from yanxiu.programmes.models import Enrolment
from yanxiu.programmes.queries.plans import plan_of

Part = dict[str, Any]


def of_step(request: SignedInRequest, enrolment: Enrolment, step: Step, *, block: str, is_done: bool, given: Mapping[str, object]) -> Part:
    """Return template and context of a step's part; `given` is what a refused form brings back. Cost: at most 4 queries."""
    if step.kind == StepKind.PACKAGE:
        return {"part": "learning/parts/package.html", **package_part(enrolment, step, is_done=is_done), **given}
    build = _PARTS.get(StepKind(step.kind))
    return {**build(request, enrolment, step, block), **given} if build else {}


def film(request: SignedInRequest, enrolment: Enrolment, reel: Reel | None, kind: Item, item: Any, *, block: str) -> Part:
    """Return the player with transcript and notes. Cost: 2 queries, 3 with captions."""
    if reel is None:
        return {"part": "learning/parts/no_film.html"}
    seen = playing.seen_of(enrolment, kind, item.pk)
    play = curriculum.play_of(plan_of(enrolment.version_id), block)
    is_sound = kind == Item.STEP and item.kind == StepKind.AUDIO
    shown = playing.film_of(reel, seen, play=play, is_sound=is_sound, person_id=request.person_id, at=now())
    words = request.GET.get("q", "")[:60]
    return {
        "part": "learning/parts/film.html" if shown else "learning/parts/no_film.html",
        "film": shown,
        "item": item,
        "is_case": kind == Item.CASE,
        "presence_wait": rules.PRESENCE_WAIT_SECONDS,
        "beat_seconds": rules.BEAT_SECONDS,
        "lines": [(int(line.start), moments.clock(int(line.start)), line.text) for line in playing.lines_of(reel, words)],
        "words": words,
        "notes": seen.notes,
    }


def _film(request: SignedInRequest, enrolment: Enrolment, step: Step, block: str) -> Part:
    reel = films.reel_of(step)
    case = reel.case if reel else None
    return {
        **film(request, enrolment, reel, Item.STEP, step, block=block),
        "commentary": rich_text.shown(rich_text.from_source(case.commentary)) if case and case.commentary else "",
        "observe_url": elsewhere("assessment:observe", enrolment.pk, case.pk)
        if case and content.read(step.content, content.CaseStudy).needs_report
        else "",
    }


def _text(request: SignedInRequest, enrolment: Enrolment, step: Step, block: str) -> Part:  # noqa: ARG001 - every part is built alike
    return {"part": "learning/parts/text.html", "body": rich_text.shown(step.body), "least": dwell_seconds(step)}


def _document(request: SignedInRequest, enrolment: Enrolment, step: Step, block: str) -> Part:  # noqa: ARG001
    held = content.read(step.content, content.Document)
    pages = None
    if step.media is not None:
        pages = files.pages(step.media, person_id=request.person_id, at=now(), is_downloadable=held.is_downloadable)
    return {"part": "learning/parts/document.html", "pages": pages, "least": dwell_seconds(step)}


def _images(request: SignedInRequest, enrolment: Enrolment, step: Step, block: str) -> Part:  # noqa: ARG001
    pictures = content.read(step.content, content.ImageSet).pictures
    stored = StoredFile.objects.in_bulk([one.file_id for one in pictures])
    shown = [
        {"url": files.link(stored[one.file_id], person_id=request.person_id, at=now()), "caption": one.caption}
        for one in pictures
        if one.file_id in stored
    ]
    return {"part": "learning/parts/images.html", "pictures": shown, "least": dwell_seconds(step)}


def _link(request: SignedInRequest, enrolment: Enrolment, step: Step, block: str) -> Part:  # noqa: ARG001
    return {"part": "learning/parts/link.html", "link": content.read(step.content, content.Link), "least": dwell_seconds(step)}


def _questions(request: SignedInRequest, enrolment: Enrolment, step: Step, block: str) -> Part:  # noqa: ARG001
    return {"part": "learning/parts/questions.html", "questions": asked(step, {}, None)}


def _work(request: SignedInRequest, enrolment: Enrolment, step: Step, block: str) -> Part:  # noqa: ARG001
    page = "test" if step.kind == StepKind.TEST else "homework"
    return {"part": "learning/parts/work.html", "work_url": elsewhere(f"assessment:{page}", enrolment.pk, step.pk)}


def _discussion(request: SignedInRequest, enrolment: Enrolment, step: Step, block: str) -> Part:  # noqa: ARG001
    talk = talking.talk_of(enrolment, step, number=number_from(request.GET.get("page")))
    return {
        "part": "learning/parts/discussion.html",
        "talk": talk,
        "form": PostForm(),
        "alike": None,
        "more_url": f"?page={talk.posts.following}" if talk.posts.has_more else "",
    }


def _activity(request: SignedInRequest, enrolment: Enrolment, step: Step, block: str) -> Part:  # noqa: ARG001
    activity = talking.activity_of(enrolment, step, person_id=request.person_id, at=now())
    report = activity.report
    initial = {"text": report.text, "held_on": report.held_on} if report else {}
    return {"part": "learning/parts/activity.html", "activity": activity, "form": ReportForm(initial=initial)}


_PARTS: dict[StepKind, Callable[[SignedInRequest, Enrolment, Step, str], Part]] = {
    StepKind.VIDEO: _film,
    StepKind.AUDIO: _film,
    StepKind.CASE: _film,
    StepKind.TEXT: _text,
    StepKind.DOCUMENT: _document,
    StepKind.IMAGES: _images,
    StepKind.LINK: _link,
    StepKind.QUESTION: _questions,
    StepKind.TEST: _work,
    StepKind.HOMEWORK: _work,
    StepKind.DISCUSSION: _discussion,
    StepKind.OFFLINE: _activity,
}


def asked(step: Step, chosen: Mapping[int, tuple[int, ...]], right: frozenset[int] | None) -> list[Part]:
    """Return the questions of a step for the form; with `right`, which answers were right, and why."""
    questions = content.read(step.content, content.QuestionSet).questions
    return [
        {
            "number": shown.number,
            "stem": shown.stem,
            "type": "checkbox" if shown.kind == "multiple" else "radio",
            "options": [(index, option, index in chosen.get(shown.number, ())) for index, option in enumerate(shown.options)],
            "is_right": right is not None and shown.number in right,
            "why": question.explanation if right is not None and shown.number in right else "",
        }
        for shown, question in zip(content.asked(questions), questions, strict=True)
    ]
