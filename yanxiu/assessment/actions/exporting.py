"""Questions that leave as a file; that they left is on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yanxiu.assessment import bank_permissions as permissions
from yanxiu.assessment import rendering
from yanxiu.assessment.events import QuestionFileEvent
from yanxiu.assessment.exchange import moodle_writing, qti_writing, sheet_writing, text_writing, word_writing
from yanxiu.assessment.exchange.shape import Loose
from yanxiu.assessment.exchange.writing import NO_MEDIA, Leaving, Media, Written
from yanxiu.assessment.models import BankQuestion, QuestionVersion
from yanxiu.catalogue.content import read_question
from yanxiu.files import queries as stored
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.records.actions import record

MOST = 2_000
MOST_MEDIA_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format in which questions leave. `holds` says in words what it is for; `with_media` whether pictures travel inside."""

    key: str
    zh: str
    extension: str
    media_type: str
    holds: str
    with_media: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    one.key: one
    for one in (
        Format(key="excel", zh="Excel 表格", extension="xlsx", media_type=f"{_OFFICE}.spreadsheetml.sheet",
               holds="我们的模板，改好能再导入；图片写成文字"),
        Format(key="word", zh="Word 试卷（带答案）", extension="docx", media_type=f"{_OFFICE}.wordprocessingml.document",
               holds="带答案、解析和图片，能再导入", with_media=True),
        Format(key="paper", zh="Word 试卷（不带答案）", extension="docx", media_type=f"{_OFFICE}.wordprocessingml.document",
               holds="打印出来给人做", with_media=True),
        Format(key="moodle", zh="Moodle XML", extension="xml", media_type="application/xml",
               holds="给 Moodle 和会读它的系统，图片在里面", with_media=True),
        Format(key="qti21", zh="QTI 2.1", extension="zip", media_type="application/zip", holds="给会读 QTI 的考试系统", with_media=True),
        Format(key="qti30", zh="QTI 3.0", extension="zip", media_type="application/zip",
               holds="新的 QTI，用前问对方认不认", with_media=True),
        Format(key="gift", zh="GIFT", extension="gift", media_type="text/plain; charset=utf-8", holds="纯文本，一眼能读；图片写成文字"),
        Format(key="aiken", zh="Aiken", extension="txt", media_type="text/plain; charset=utf-8", holds="最简单的纯文本，只有单选和判断"),
    )
}  # fmt: skip


def export_questions(*, questions: QuerySet[BankQuestion], form: Format, title: str, by: Actor, at: datetime) -> Written:
    """Return questions in their newest versions as a file, with their answers except for papers without; that they left is on record.

    Raises NotFound, NotPermitted; Invalid when there are none, more than 2,000, or more than 100 MB of pictures. Cost: 5 queries.
    """
    leaving, rows = _leaving(questions)
    for question in rows:
        permissions.check_can_write_question(by, question)
    media = _media(leaving) if form.with_media else NO_MEDIA
    written = write(leaving, form, title=title, media=media)
    owner = rows[0].owner
    data = {"format": form.key, "questions": len(leaving), "left_out": len(written.left_out)}
    with transaction.atomic():
        record(QuestionFileEvent.EXPORTED, object_id=owner.pk, object_label=title, unit_path=owner.path, by=by, at=at, data=data)
    return written


def preview_export(*, questions: QuerySet[BankQuestion], form: Format) -> tuple[int, Written]:
    """Return how many questions would leave, and what the format would not hold of them. Raises Invalid. Cost: 2 queries."""
    leaving, _rows = _leaving(questions)
    return len(leaving), write(leaving, form, title="", media=NO_MEDIA)


def write(leaving: list[Leaving], form: Format, *, title: str, media: Media) -> Written:
    """Return questions in a format."""
    if form.key in {"word", "paper"}:
        return word_writing.write(leaving, title=title, with_answers=form.key == "word", media=media)
    if form.key == "moodle":
        return moodle_writing.write(leaving, media)
    if form.key in {"qti21", "qti30"}:
        return qti_writing.write(leaving, "2.1" if form.key == "qti21" else "3.0", media)
    return {"excel": sheet_writing.write, "gift": text_writing.gift, "aiken": text_writing.aiken}[form.key](leaving)


def _leaving(questions: QuerySet[BankQuestion]) -> tuple[list[Leaving], list[BankQuestion]]:
    rows = list(questions.select_related("owner", "point").order_by("pk")[: MOST + 1])
    if not rows:
        raise Invalid(_("没有符合的题，导不出文件。请换一项筛选，或在列表里勾选。"))
    if len(rows) > MOST:
        raise Invalid(_("一次最多导出 %(most)s 道题。请先用筛选缩小范围。") % {"most": MOST})
    versions = QuestionVersion.objects.filter(question__in=rows).order_by("question_id", "-number").distinct("question_id")
    newest = {version.question_id: version for version in versions}
    return [_leaves(row, newest[row.pk]) for row in rows if row.pk in newest], rows


def _leaves(row: BankQuestion, version: QuestionVersion) -> Leaving:
    return Leaving(
        question=read_question(version.content), number=row.pk, point=row.point.name if row.point else "", difficulty=row.difficulty,
        stage=row.stage, subject=row.subject,
    )  # fmt: skip


def _media(leaving: Sequence[Leaving]) -> dict[int, Loose]:
    wanted = rendering.files_in(one.question for one in leaving)
    found = StoredFile.objects.filter(pk__in=wanted, deleted_at__isnull=True, kind__in=("image", "audio")) if wanted else []
    files = sorted(found, key=lambda file: file.pk)
    if sum(file.size_bytes for file in files) > MOST_MEDIA_BYTES:
        raise Invalid(_("这些题里的图片和声音超过 100 MB。请少选一些，或导出成 Excel、GIFT。"))
    return {file.pk: Loose(name=file.name, data=stored.path(file).read_bytes()) for file in files}
