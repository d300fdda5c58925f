"""The county's courses of modules: every kind of step, one on the shelf and one waiting for an expert."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile

from yanxiu.assessment.models import Rubric
from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue import content
from yanxiu.catalogue.actions import CourseFacts, Film, ModuleFacts, Paper, Sound, StepContent, Upload
from yanxiu.catalogue.content.steps import Peers
from yanxiu.catalogue.models import Course, LessonCase, Module
from yanxiu.demo import catalogue as texts
from yanxiu.demo import modular, slides
from yanxiu.demo.town.ground import Ground
from yanxiu.files.inspection import one_child
from yanxiu.files.kinds import Kind
from yanxiu.kit.actor import SYSTEM

_KINDS: dict[str, content.QuestionKind] = {"single": "single", "multiple": "multiple", "truth": "true_false"}
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


@dataclass(frozen=True, kw_only=True)
class _Used:
    """What steps of the courses name: films by key, a lesson case, and the rubric that homework is marked by."""

    films: Mapping[str, Film]
    case: LessonCase | None
    rubric: Rubric


def stock(ground: Ground, stored: Mapping[str, Film], rubric: Rubric, *, at: datetime, lately: datetime) -> dict[str, Course]:
    """Write the courses of modules, those for an expert `lately`, with homework marked by `rubric`; return them by id in file order."""
    case = LessonCase.objects.filter(published_at__isnull=False).order_by("pk").first()
    used = _Used(films=stored, case=case, rubric=rubric)
    with one_child("image", "office"):
        return {one.id: _course(ground, one, used, at=lately if one.state == "review" else at) for one in modular.courses()}


def questions(given: Iterable[texts.Question]) -> tuple[content.Question, ...]:
    """Return the questions as the catalogue keeps them."""
    return tuple(
        content.Question(
            kind=_KINDS[one.kind], stem=one.text, options=one.options or content.TRUE_FALSE, answers=one.correct, explanation=one.why
        )
        for one in given
    )


def _course(ground: Ground, one: modular.ModularCourse, used: _Used, *, at: datetime) -> Course:
    facts = CourseFacts(
        title=one.title, hours=one.hours, stages=one.stages, topic=one.topic, summary=one.intro, provider=one.provider,
        lecturer=one.lecturer,
    )  # fmt: skip
    course = catalogue.draft_course(facts=facts, owner=ground.county, by=SYSTEM, at=at)
    for number, text in enumerate(one.modules, start=1):
        said = {name: getattr(text, name) for name in ModuleFacts.__dataclass_fields__}
        module = catalogue.add_module(course=course, facts=ModuleFacts(**said), by=SYSTEM, at=at)
        for place, step in enumerate(text.steps, start=1):
            if isinstance(step, modular.PackageStep):
                _package(course, module, step, at=at)
                continue
            held = _content(one, step, used.films.get(f"{one.id}/{number}.{place}"), used, at=at)
            if held is not None:
                catalogue.add_step(course=course, title=step.title, content=held, module=module, by=SYSTEM, at=at)
    for rule, reason in one.exceptions.items():
        catalogue.grant_exception(course=course, rule=rule, reason=reason, by=SYSTEM, at=at)
    if one.state == "review":
        return catalogue.submit(course=course, by=SYSTEM, at=at)
    return catalogue.publish(course=course, by=SYSTEM, at=at)


def _package(course: Course, module: Module, step: modular.PackageStep, *, at: datetime) -> None:
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for path in sorted((texts.CONTENT / step.folder).iterdir()):
            archive.write(path, path.name)
    sent = SimpleUploadedFile(f"{step.title}.zip", held.getvalue())
    package = catalogue.import_package(course=course, sent=sent, by=SYSTEM, at=at)
    rule = content.Package(package_id=package.pk, counts="passed", min_seconds=step.min_seconds, pass_score=step.pass_score)
    catalogue.place_package(course=course, package=package, title=step.title, rule=rule, module=module, by=SYSTEM, at=at)


def _content(course: modular.ModularCourse, step: modular.Step, film: Film | None, used: _Used, *, at: datetime) -> StepContent | None:
    if film is not None and isinstance(step, modular.FilmStep):
        cues = tuple(content.Cue(second=cue.second, question=questions([cue.question])[0], required=cue.required) for cue in step.cues)
        return Film(media=film.media, captions=film.captions, poster=film.poster, cues=content.CueSheet(cues=cues))
    if film is not None and isinstance(step, modular.SoundStep):
        return Sound(media=film.media, captions=film.captions)
    if isinstance(step, modular.ImagesStep):
        return _images(course, step, at=at)
    if isinstance(step, modular.PaperStep):
        paper = Upload(content=io.BytesIO(_docx(step.title, step.body)), name=f"{step.title}.docx")
        (file,) = catalogue.store_files(uploads=[paper], kind=Kind.DOCUMENT, field="document", by=SYSTEM, at=at)
        return Paper(media=file, facts=content.Document(dwell_seconds=step.dwell_seconds))
    if isinstance(step, modular.CaseStep):
        return content.CaseStudy(case_id=used.case.pk, needs_report=step.needs_report) if used.case else None
    if isinstance(step, modular.HomeworkStep):
        return _homework(step, used.rubric)
    return _plain(step)


def _plain(step: modular.Step) -> StepContent | None:
    if isinstance(step, modular.TalkStep):
        return content.Discussion(prompt=step.prompt, posts=step.posts, min_characters=step.min_characters)
    if isinstance(step, modular.LinkStep):
        return content.Link(url=step.url, why=step.why)
    if isinstance(step, modular.OfflineStep):
        return content.Offline(task=step.task, place=step.place, min_characters=step.min_characters, photos=step.photos)
    if isinstance(step, modular.QuestionsStep):
        return content.QuestionSet(questions=questions(step.questions))
    if isinstance(step, modular.TestStep):
        return content.Test(questions=questions(step.questions))
    return None


def _homework(step: modular.HomeworkStep, rubric: Rubric) -> content.Homework:
    return content.Homework(
        task=step.task, min_characters=step.min_characters, attachments=2, rubric_id=rubric.pk if step.by_rubric else None,
        peers=Peers(reviews=step.peers, days=3) if step.peers else None,
    )  # fmt: skip


def _images(course: modular.ModularCourse, step: modular.ImagesStep, *, at: datetime) -> content.ImageSet:
    drawn = slides.finished(modular.script_of(course, step.title, step.script))
    uploads = []
    for number, image in enumerate(drawn, start=1):
        held = io.BytesIO()
        image.save(held, "PNG")
        held.seek(0)
        uploads.append(Upload(content=held, name=f"{number}.png"))
    files = catalogue.store_files(uploads=uploads, kind=Kind.IMAGE, field="pictures", by=SYSTEM, at=at)
    pictures = tuple(content.Picture(file_id=file.pk, caption=caption) for file, caption in zip(files, step.captions, strict=True))
    return content.ImageSet(pictures=pictures, dwell_seconds=step.dwell_seconds)


def _docx(title: str, body: str) -> bytes:
    """A plain Word document: the title and a paragraph for each line."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in (title, *body.strip().splitlines()))
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_WORD}"><w:body>{paragraphs}</w:body></w:document>'
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, text in (("[Content_Types].xml", _TYPES), ("_rels/.rels", _RELS), ("word/document.xml", document)):
            archive.writestr(name, text)
    return held.getvalue()
