"""From a multipart request to the uploads that actions take."""

from django.http import HttpRequest

from yanxiu.catalogue.actions import Film, Upload, store_film
from yanxiu.catalogue.models import LessonCase, Step
from yanxiu.kit.clock import now
from yanxiu.kit.policy import SignedInRequest


def upload(request: HttpRequest, name: str) -> Upload | None:
    """Return the file sent in a field, None when there is none."""
    sent = request.FILES.get(name)
    return Upload(content=sent.file, name=sent.name or "") if sent is not None and sent.file is not None else None


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
