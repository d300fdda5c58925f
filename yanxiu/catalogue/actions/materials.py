"""What a step is made of: its content and its files, checked, as the values of its row."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yanxiu.catalogue import content as contents
from yanxiu.catalogue.content import (
    CaseStudy,
    CueSheet,
    Discussion,
    Document,
    Homework,
    ImageSet,
    Link,
    Offline,
    Package,
    QuestionSet,
    Test,
    Text,
)
from yanxiu.catalogue.models import LessonCase, StepKind
from yanxiu.catalogue.models import Package as StoredPackage
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit import rich_text
from yanxiu.kit.errors import Invalid

NO_CUES = CueSheet()
SHORT_LOOK = Document()
AUDIO_TYPES = ("audio/", "video/")


@dataclass(frozen=True, kw_only=True)
class Film:
    """The content of a video step: files that went through `files.actions.store`, and the questions inside it."""

    media: StoredFile
    captions: StoredFile | None = None
    poster: StoredFile | None = None
    cues: CueSheet = NO_CUES


@dataclass(frozen=True, kw_only=True)
class Sound:
    """The content of an audio step; a stored film serves too, then only its sound is given."""

    media: StoredFile
    captions: StoredFile | None = None
    cues: CueSheet = NO_CUES


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The content of a document step."""

    media: StoredFile
    facts: Document = SHORT_LOOK


Plain = Text | QuestionSet | Test | Homework | ImageSet | Discussion | CaseStudy | Package | Link | Offline
StepContent = Film | Sound | Paper | Plain

_KINDS: dict[type, StepKind] = {
    Text: StepKind.TEXT,
    QuestionSet: StepKind.QUESTION,
    Test: StepKind.TEST,
    Homework: StepKind.HOMEWORK,
    ImageSet: StepKind.IMAGES,
    Discussion: StepKind.DISCUSSION,
    CaseStudy: StepKind.CASE,
    Package: StepKind.PACKAGE,
    Link: StepKind.LINK,
    Offline: StepKind.OFFLINE,
}


def values(content: StepContent) -> dict[str, object]:
    """Return the values of the step's row. Raises Invalid with the field. Cost: no query, one for pictures or a lesson case."""
    if isinstance(content, Film):
        check_film(content)
        return _row(StepKind.VIDEO, content.cues, media=content.media, captions=content.captions, poster=content.poster)
    if isinstance(content, Sound):
        _check_sound(content)
        return _row(StepKind.AUDIO, content.cues, media=content.media, captions=content.captions)
    if isinstance(content, Paper):
        check_file(content.media, Kind.DOCUMENT, "document")
        contents.check(content.facts)
        return _row(StepKind.DOCUMENT, content.facts, media=content.media)
    contents.check(content)
    _check_references(content)
    return _row(_KINDS[type(content)], content, body=_body(content))


def check_film(film: Film) -> None:
    """Raise Invalid unless the files are what a film needs, checked as such, and its questions stand inside it."""
    for file, kind, field in (
        (film.media, Kind.VIDEO, "film"),
        (film.captions, Kind.CAPTIONS, "captions"),
        (film.poster, Kind.IMAGE, "poster"),
    ):
        if file is not None:
            check_file(file, kind, field)
    _check_length(film.media, "film")
    contents.check(film.cues)
    contents.check_cues_fit(film.cues, seconds=film.media.seconds)


def check_file(file: StoredFile, kind: Kind, field: str) -> None:
    """Raise Invalid unless the stored file was checked for this purpose and is still there."""
    if file.kind != kind.code or file.deleted_at is not None:
        raise Invalid(_("“%(name)s”不是能用的%(kind)s文件。请重新上传。") % {"name": file.name, "kind": kind.zh}, field=field)


def _check_sound(sound: Sound) -> None:
    if not sound.media.media_type.startswith(AUDIO_TYPES) or sound.media.deleted_at is not None:
        raise Invalid(_("“%(name)s”不是能用的音频文件。请重新上传。") % {"name": sound.media.name}, field="sound")
    if sound.captions is not None:
        check_file(sound.captions, Kind.CAPTIONS, "captions")
    _check_length(sound.media, "sound")
    contents.check(sound.cues)
    contents.check_cues_fit(sound.cues, seconds=sound.media.seconds)


def _check_length(file: StoredFile, field: str) -> None:
    if not file.seconds:
        raise Invalid(_("“%(name)s”量不出长度。请重新导出再上传。") % {"name": file.name}, field=field)


def _check_references(content: Plain) -> None:
    if isinstance(content, ImageSet):
        wanted = {picture.file_id for picture in content.pictures}
        known = set(StoredFile.objects.filter(pk__in=wanted, kind=Kind.IMAGE.code, deleted_at__isnull=True).values_list("pk", flat=True))
        for number, picture in enumerate(content.pictures, start=1):
            if picture.file_id not in known:
                raise Invalid(_("第 %(number)s 张图不在了，请重新上传。") % {"number": number}, field="pictures")
    if isinstance(content, Package) and not StoredPackage.objects.filter(pk=content.package_id).exists():
        raise Invalid(_("这个课件包不在了，请重新上传。"), field="package")
    on_shelf = LessonCase.objects.filter(published_at__isnull=False, withdrawn_at__isnull=True)
    if isinstance(content, CaseStudy) and not on_shelf.filter(pk=content.case_id).exists():
        raise Invalid(_("这节课例没有发布或已撤下，请另选一节。"), field="case_id")


def _row(kind: StepKind, content: contents.Content, *, body: str = "", **files: StoredFile | None) -> dict[str, object]:
    media = files.get("media")
    return {
        "kind": kind,
        "body": body,
        "seconds": media.seconds if media is not None and kind in (StepKind.VIDEO, StepKind.AUDIO) else 0,
        "media": media,
        "captions": files.get("captions"),
        "poster": files.get("poster"),
        "content": {} if content == NO_CUES else contents.write(content),
    }


def _body(content: Plain) -> str:
    """Texts, tasks and questions to a group are kept as clean HTML beside their source."""
    source = {Text: "source", Homework: "task", Discussion: "prompt", Offline: "task"}.get(type(content), "")
    return rich_text.from_source(getattr(content, source)) if source else ""
