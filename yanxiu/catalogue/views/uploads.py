"""From a multipart request to what actions take: uploads, films, and the content of any step."""

import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yanxiu.catalogue import content
from yanxiu.catalogue.actions import Film, Paper, Sound, StepContent, Upload, store_files, store_film
from yanxiu.catalogue.content import ImageSet, Picture
from yanxiu.catalogue.forms import DocumentForm, FilmForm, ImagesForm, SoundForm, StepForm
from yanxiu.catalogue.forms.steps import SOUND
from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.files.actions import Ahead
from yanxiu.files.fields import ahead
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.kit.clock import now
from yanxiu.kit.errors import Invalid
from yanxiu.kit.policy import SignedInRequest

_LINE = re.compile(r"(\d{1,3})[.、．]\s*(.*)")


def upload(request: HttpRequest, name: str) -> Upload | Ahead | None:
    """Return the file sent in a field, or the one that came ahead of the form; None when there is neither."""
    found = uploads(request, name)
    return found[0] if found else None


def uploads(request: HttpRequest, name: str) -> list[Upload | Ahead]:
    """Return all files sent in a field, or the one that came ahead of the form."""
    sent = [Upload(content=one.file, name=one.name or "") for one in request.FILES.getlist(name) if one.file is not None]
    came = ahead(request.POST, name)
    return [*sent] if sent or came is None else [came]


def film(request: SignedInRequest, *, present: Step | LessonCase | None) -> Film:
    """Store the film, captions and poster of the request; what was not sent stays as `present` has it."""
    kept = Film(media=present.media, captions=present.captions, poster=present.poster) if present and present.media else None
    return store_film(
        media=upload(request, "film"),
        captions=upload(request, "captions"),
        poster=upload(request, "poster"),
        present=kept,
        by=request.actor,
        at=now(),
    )


def step_content(request: SignedInRequest, form: StepForm, *, present: Step | None) -> StepContent:
    """Return what the form says, its files stored. Raises Invalid with the field."""
    if isinstance(form, FilmForm):
        sheet = form.sheet()  # what is written is judged before a film is measured
        stored = film(request, present=present)
        return Film(media=stored.media, captions=stored.captions, poster=stored.poster, cues=sheet)
    if isinstance(form, SoundForm):
        sheet = form.sheet()
        media = _one(request, "sound", SOUND, present.media if present else None, _("还没有音频，请选一个上传。"))
        captions = store_files(uploads=uploads(request, "captions"), kind=Kind.CAPTIONS, field="captions", by=request.actor, at=now())
        return Sound(media=media, captions=captions[0] if captions else present.captions if present else None, cues=sheet)
    if isinstance(form, DocumentForm):
        media = _one(request, "document", Kind.DOCUMENT, present.media if present else None, _("还没有文档，请选一个上传。"))
        return Paper(media=media, facts=form.facts())
    if isinstance(form, ImagesForm):
        return _images(request, form, present)
    plain = form.content()
    if plain is None:
        raise Invalid(_("这种环节不能在这里填写。"))
    return plain


def _one(request: SignedInRequest, name: str, kind: Kind, present: StoredFile | None, missing: str) -> StoredFile:
    stored = store_files(uploads=uploads(request, name)[:1], kind=kind, field=name, by=request.actor, at=now())
    kept = stored[0] if stored else present
    if kept is None:
        raise Invalid(missing, field=name)
    return kept


def _images(request: SignedInRequest, form: ImagesForm, present: Step | None) -> ImageSet:
    """Lines name pictures by number (the present ones first, then the new ones) in the order wanted; new ones without a line come last."""
    old = list(content.read(present.content, ImageSet).pictures) if present else []
    lines = [line.strip() for line in form.cleaned_data["captions"].splitlines() if line.strip()]
    fresh = store_files(uploads=uploads(request, "pictures"), kind=Kind.IMAGE, field="pictures", by=request.actor, at=now())
    known = old + [Picture(file_id=file.pk, caption=file.name.rpartition(".")[0] or file.name) for file in fresh]
    chosen: dict[int, str] = {}
    for place, line in enumerate(lines, start=1):
        found = _LINE.fullmatch(line)
        number, caption = (int(found[1]), found[2]) if found else (place, line)
        if not 1 <= number <= len(known) or number in chosen:
            words = {"place": place, "number": number, "count": len(known)}
            raise Invalid(_("第 %(place)s 行写的是第 %(number)s 张图，一共有 %(count)s 张，每张写一行。") % words, field="captions")
        chosen[number] = caption.strip() or known[number - 1].caption
    rest = range((len(old) if lines else 0) + 1, len(known) + 1)
    order = [*chosen.items(), *((number, known[number - 1].caption) for number in rest if number not in chosen)]
    pictures = tuple(Picture(file_id=known[number - 1].file_id, caption=caption[:300]) for number, caption in order)
    return ImageSet(pictures=pictures, dwell_seconds=form.cleaned_data["dwell_seconds"])
