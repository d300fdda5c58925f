"""Reads of files: links to them, how a film is played, the pages of a document, the lines of a transcript."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, OuterRef, QuerySet, When
from django.db.models.functions import JSONObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yanxiu.files import documents, generations, storage
from yanxiu.files.conversion import LACKING
from yanxiu.files.kinds import INLINE_TYPES, Kind
from yanxiu.files.links import Grant, Signer, expiry
from yanxiu.files.models import Rendition, RenditionKind, RenditionState, StoredFile
from yanxiu.kit import markup
from yanxiu.kit.compiled import Compiled
from yanxiu.kit.paging import Page as Listed
from yanxiu.kit.paging import page_of

LINK_SECONDS = 3_600
PLAY_SECONDS = 6 * 3_600
MOST_HITS = 50
_PLAYED_EVERYWHERE = frozenset({"h264", "aac", "mp3", "pcm_s16le", ""})


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One rate of a film: `height` in pixels, `kilobits` a second for picture and sound, `size_bytes` of the whole film."""

    height: int
    kilobits: int
    size_bytes: int


@dataclass(frozen=True, kw_only=True)
class Playable:
    """How a film or sound is played; "" where there is no such source (yet). `note` says in words what is being made or failed.

    `hls`: master playlist of several rates; `progressive`: the file itself by ranges, "" when browsers cannot play it; `audio`: the sound
    alone, `audio_bytes` long.
    """

    hls: str
    progressive: str
    audio: str
    poster: str
    captions: str
    seconds: int
    width: int
    height: int
    size_bytes: int
    audio_bytes: int
    rates: Sequence[Rate]
    note: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page as a picture: its address, its size in pixels, the words on it (as far as they can be read)."""

    number: int
    url: str
    width: int
    height: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Pages:
    """A document shown in the page: pictures of pages, or `html` (clean) when it has none; `note` says why there is neither.

    `total` is the number of pages of the document, of which at most 300 are shown. `download` is "" when it may not be taken along.
    """

    title: str
    pages: Sequence[Page]
    total: int
    html: SafeString
    note: str
    download: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a transcript, from `start` to `end` in seconds."""

    start: float
    end: float
    text: str


def folder() -> Path:
    """Return the folder of stored files."""
    return Path(settings.DATA) / "files"


def link(file: StoredFile, *, person_id: int, at: datetime, seconds: int = LINK_SECONDS, download: bool = False) -> str:
    """Return an address on the second origin that serves the file until `seconds` after `at` (rounded up to 15 minutes).

    The caller has checked that the person may read it. Documents always download, pictures and films open. No query.
    """
    grant = Grant(
        storage_name=file.storage_name,
        name=file.name,
        media_type=file.media_type,
        person_id=person_id,
        expires=expiry(at, seconds),
        is_download=download or file.media_type not in INLINE_TYPES,
        generation=generations.now(folder(), file.storage_name),
    )
    return settings.FILES_URL + Signer(secret=settings.SECRET_KEY).sign(grant)


def path(file: StoredFile) -> Path:
    """Return where the bytes lie, for programs of ours that read them."""
    return storage.path_of(folder(), file.storage_name)


def text(file: StoredFile) -> str:
    """Return the whole of a small text file (captions)."""
    return path(file).read_text(encoding="utf-8-sig")


def playable(
    file: StoredFile,
    *,
    person_id: int,
    at: datetime,
    captions: StoredFile | None = None,
    poster: StoredFile | None = None,
    seconds: int = PLAY_SECONDS,
) -> Playable:
    """Return all ways to play a film or sound, as links until `seconds` after `at`. The caller has checked that the person may. 1 query.

    `captions` and `poster` are the files that belong to it; without a poster its own first picture is shown.
    """
    made = _renditions(file)
    hls, audio = made.get(RenditionKind.HLS), made.get(RenditionKind.AUDIO)
    is_direct = str(file.facts.get("codec", "")) in _PLAYED_EVERYWHERE

    def of_file(one: StoredFile | None) -> str:
        return link(one, person_id=person_id, at=at, seconds=seconds) if one is not None else ""

    def of_part(one: Rendition | None, part: str) -> str:
        return _prefix(one, person_id=person_id, at=at, seconds=seconds) + part if _is_done(one) else ""

    return Playable(
        hls=of_part(hls, "master.m3u8"),
        progressive=of_file(file) if is_direct else "",
        audio=of_part(audio, "sound.m4a"),
        poster=of_file(poster) or of_part(made.get(RenditionKind.POSTER), "poster.jpg"),
        captions=of_file(captions),
        seconds=file.seconds,
        width=int(file.facts.get("width", 0)),
        height=int(file.facts.get("height", 0)),
        size_bytes=file.size_bytes,
        audio_bytes=audio.size_bytes if audio is not None else 0,
        rates=[Rate(**rate) for rate in hls.facts.get("rates", [])] if hls is not None else [],
        note=_note(hls or audio) if not is_direct else "",
    )


def pages(file: StoredFile, *, person_id: int, at: datetime, is_downloadable: bool = True) -> Pages:
    """Return a document as the page shows it. The caller has checked that the person may read it. 1 query."""
    made = _renditions(file).get(RenditionKind.PAGES)
    prefix = _prefix(made, person_id=person_id, at=at, seconds=PLAY_SECONDS) if made is not None and _is_done(made) else ""
    shown: list[Page] = []
    html = markup.EMPTY
    if made is not None and prefix:
        shown = [
            Page(number=number, url=f"{prefix}{number:04}.webp", width=one["width"], height=one["height"], text=one["text"])
            for number, one in enumerate(made.facts.get("pages", []), start=1)
        ]
        if made.facts.get("html"):
            html = documents.shown(storage.rendition_part(folder(), made.storage_name, "body.html"), prefix)
    return Pages(
        title=file.name,
        pages=shown,
        total=int(made.facts.get("total", len(shown))) if made is not None else 0,
        html=html,
        note="" if prefix else _note(made),
        download=link(file, person_id=person_id, at=at, download=True) if is_downloadable else "",
    )


def lines(file: StoredFile) -> list[Line]:
    """Return the transcript: the lines of captions in their order, none for files that have none. 1 query."""
    made = _renditions(file).get(RenditionKind.TRANSCRIPT)
    return [Line(start=start, end=end, text=words) for start, end, words in made.facts["lines"]] if made is not None else []


def found(lines_: Iterable[Line], words: str) -> list[Line]:
    """Return the lines that hold every one of the words, blanks and case aside, at most 50. No query."""
    wanted = [_folded(word) for word in words.split()]
    hits = (line for line in lines_ if wanted and all(word in _folded(line.text) for word in wanted))
    return [line for line, _number in zip(hits, range(MOST_HITS), strict=False)]


def transcripts(files: Iterable[int]) -> dict[int, str]:
    """Return the words of the transcripts of these captions by the file's id, for search. 1 query."""
    rows = Rendition.objects.filter(file__in=list(files), kind=RenditionKind.TRANSCRIPT).order_by("pk")
    return {one.file_id: "\n".join(words for _start, _end, words in one.facts["lines"]) for one in rows}


def warnings(file: StoredFile) -> list[str]:
    """Return what others could read in a document that its author may have forgotten: name, comments, hidden parts (UP-12). No query."""
    return [str(sentence) for sentence in file.facts.get("warnings", [])]


def unconverted(found: QuerySet[Rendition], *, number: int) -> Listed[Rendition]:
    """Return a page of what was not made: first what failed, then what waits, then what was left, the newest first. 1 query."""
    order = Case(When(state=RenditionState.FAILED, then=0), When(state=RenditionState.WAITING, then=1), default=2)
    return page_of(found.select_related("file").order_by(order, "-asked_at", "-pk"), number=number)


def state_counts(found: QuerySet[Rendition]) -> dict[str, int]:
    """Return how many stand in each state. 1 query."""
    return dict(found.order_by().values_list("state").annotate(n=Count("pk")))


def made_of(file: OuterRef) -> ArraySubquery:
    """Return what was, will be or could not be made of a file, transcripts aside, as part of a query: `kind`, `state`, `reason` of each."""
    made = Rendition.objects.filter(file=file).exclude(kind=RenditionKind.TRANSCRIPT).order_by("kind", "pk")
    return ArraySubquery(made.values(found=JSONObject(kind="kind", state="state", reason="reason")))


def lacks_program(reason: str) -> bool:
    """Tell whether this is the reason of what was left because a program is not installed here."""
    return LACKING in reason


def ahead(upload: str, *, person_id: int) -> StoredFile | None:
    """Return the file that a person's upload in parts became, while no form has taken it. 1 query."""
    waiting = StoredFile.objects.filter(uploaded_by=person_id, waits_until__isnull=False, deleted_at__isnull=True, facts__upload=upload)
    return waiting.order_by("-pk").first()


def wanted(kind: str, extension: str) -> list[RenditionKind]:
    """Return what is to be made from a file of this kind and extension."""
    if kind == Kind.VIDEO.code:
        return [RenditionKind.POSTER, RenditionKind.AUDIO, RenditionKind.HLS]
    if kind == Kind.AUDIO.code:
        return [RenditionKind.AUDIO]
    return [RenditionKind.PAGES] if kind == Kind.DOCUMENT.code and extension in {"pdf", "docx", "pptx"} else []


_RENDITIONS = Compiled(lambda file: Rendition.objects.filter(file=file).order_by("pk"), file=int)


def _renditions(file: StoredFile) -> dict[str, Rendition]:
    return {one.kind: one for one in _RENDITIONS(file=file.pk)}


def _is_done(rendition: Rendition | None) -> bool:
    """Tell whether there is something to show: made, or made before and now being made anew."""
    if rendition is None:
        return False
    return rendition.state == RenditionState.DONE or (rendition.state == RenditionState.WAITING and bool(rendition.storage_name))


def _note(rendition: Rendition | None) -> str:
    if rendition is None:
        return _("这份文件没有在页面里看的版本，请下载后看。")
    if rendition.state == RenditionState.WAITING:
        return _("正在转换成能在页面里看的版本，一般几分钟，过一会儿刷新。")
    return rendition.reason


def _prefix(rendition: Rendition | None, *, person_id: int, at: datetime, seconds: int) -> str:
    """Return the address under which every file of a rendition is served; it ends with a stroke."""
    if rendition is None or not rendition.storage_name:
        return ""
    grant = Grant(
        storage_name=rendition.storage_name,
        name="",
        media_type="",
        person_id=person_id,
        expires=expiry(at, seconds),
        is_download=False,
        is_folder=True,
        generation=generations.now(folder(), rendition.storage_name),
    )
    return settings.FILES_URL + Signer(secret=settings.SECRET_KEY).sign(grant)


def _folded(words: str) -> str:
    return re.sub(r"\s+", "", words).casefold()


def shipped(files: Iterable[StoredFile]) -> Iterator[tuple[str, Path]]:
    """Yield the bytes of files and of what was made from them, by the names under which `actions.adopt` takes them. Cost: 1 query."""
    wanted_files = list(files)
    for file in wanted_files:
        yield file.storage_name, path(file)
    made = Rendition.objects.filter(file__in=wanted_files, state=RenditionState.DONE).exclude(storage_name="").order_by("pk")
    for rendition in made:
        for part in sorted(storage.rendition_folder(folder(), rendition.storage_name).iterdir()):
            yield f"renditions/{rendition.storage_name}/{part.name}", part
