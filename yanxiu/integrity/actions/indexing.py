"""Texts that were handed in: compared, kept for those who come later, and taken out again."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from yanxiu.files.models import StoredFile
from yanxiu.integrity import permissions, rules
from yanxiu.integrity.actions.noticing import Noticed, raise_signals
from yanxiu.integrity.models import IndexedText, Likeness, SignalKind, Strength, TextKind, WaitingFile
from yanxiu.integrity.queries.alike import Compared, Kept, compared
from yanxiu.integrity.queries.documents import is_readable, words_of
from yanxiu.integrity.similarity import Report, Text, Why, comparing, folding, marking
from yanxiu.kit import clock, sql
from yanxiu.kit.actor import SYSTEM, Actor
from yanxiu.kit.components import wording

MOST_TRIES = 3
MOST_KEPT = 6
"""Likenesses kept with a text: the largest ones."""
_FIELDS = (
    "kind", "person_id", "unit_path", "programme_id", "programme_title", "task", "title", "body", "marks", "characters", "set_aside",
    "share", "is_noticed", "written_at", "checked_at",
)  # fmt: skip
_ADD_MARKS = """
INSERT INTO integrity_mark (mark, text_id) SELECT k, %(text)s FROM unnest(%(marks)s::bigint[]) AS k ON CONFLICT DO NOTHING
"""
_TAKE_MARKS = """
DELETE FROM integrity_mark m USING integrity_indexedtext t, unnest(t.marks) AS k
WHERE t.id = ANY(%(texts)s::bigint[]) AND m.mark = k AND m.text_id = t.id
"""
_MANY_MARKS = """
INSERT INTO integrity_mark (mark, text_id)
SELECT DISTINCT k, t.id FROM integrity_indexedtext t, unnest(t.marks) AS k WHERE t.id = ANY(%(texts)s::bigint[]) ORDER BY 1, 2
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def index_text(*, text: Text, files: Sequence[StoredFile] = (), by: Actor, at: datetime) -> Report:
    """Compare what was handed in, keep it for those who come later, and return what was found.

    Call it in the transaction of handing in. The same object again takes the place of what it said before. The words of `files` (docx,
    pptx, pdf) are read and compared within a minute, in the background, as parts of the same object. A share from the unit's threshold
    on becomes a signal for people and changes nothing else. Raises NotPermitted for anybody but the author and the system.
    Cost: 6 queries, 8 more when it becomes a signal; 15 ms.
    """
    permissions.check_can_index(by, text.person_id)
    found = compared(text)
    row = _keep(text, found, at=at)
    _keep_likenesses(row, found.report, at=at)
    if not text.part:
        _ask_for_files(row, found.rows, files, at=at)
    if found.report.is_noticed:
        raise_signals(noticed=[_noticed(row, found.report, at=at)], by=SYSTEM, at=at)
    return found.report


@transaction.atomic
def forget_text(*, object_type: str, object_id: int, by: Actor, at: datetime) -> int:  # noqa: ARG001 - an action
    """Take all texts of an object out of the index, because it was voided or removed; return how many. Twice is once. Cost: 5 queries.

    Raises NotPermitted for anybody but the author and the system. Signals that were raised stay.
    """
    rows = list(IndexedText.objects.filter(object_type=object_type, object_id=object_id).only("pk", "person_id").order_by("pk"))
    for row in rows:
        permissions.check_can_index(by, row.person_id)
    _remove([row.pk for row in rows])
    return len(rows)


@transaction.atomic
def index_texts(*, texts: Sequence[Text], by: Actor, at: datetime) -> int:
    """Keep many texts at once without comparing them, for past years and for a new index; return how many. For the system.

    Of one object and part the last one stays. Cost: 4 queries, 0.5 ms per text.
    """
    permissions.check_is_system(by)
    rows = [_row(one, marks=_marks_of(one), at=at) for one in {(one.object_type, one.object_id, one.part): one for one in texts}.values()]
    known = IndexedText.objects.filter(object_type__in={one.object_type for one in rows}, object_id__in={one.object_id for one in rows})
    sql.run(_TAKE_MARKS, {"texts": list(known.values_list("pk", flat=True))})
    kept = IndexedText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["object_type", "object_id", "part"], update_fields=list(_FIELDS)
    )
    sql.run(_MANY_MARKS, {"texts": [one.pk for one in kept]})
    return len(rows)


def read_file(*, waiting: WaitingFile, by: Actor, at: datetime) -> bool:
    """Read the words of a file that waits and compare them as a part of its object; False when it has none. For the system.

    The file is read outside of any transaction; one whose reading ended the worker three times is given up.
    Cost: a child process of 0.2 s, and that of `index_text`.
    """
    permissions.check_is_system(by)
    rows = WaitingFile.objects.filter(pk=waiting.pk)
    rows.update(tries=F("tries") + 1)
    words = words_of(waiting.file) if waiting.tries < MOST_TRIES else ""
    with transaction.atomic():
        if not rows.delete()[0] or not words:
            return False
        index_text(text=_part_text(waiting.text, waiting.file, words), by=by, at=at)
    return True


def _part_text(one: IndexedText, file: StoredFile, words: str) -> Text:
    return Text(
        kind=TextKind(one.kind), object_type=one.object_type, object_id=one.object_id, part=part_of(file), body=words,
        person_id=one.person_id, unit_path=one.unit_path, programme_id=one.programme_id, programme_title=one.programme_title,
        task=one.task, title=f"{one.title}：{file.name}"[:200], written_at=one.written_at,
    )  # fmt: skip


def part_of(file: StoredFile) -> str:
    """Return the name of the part that a file's words are."""
    return f"file:{file.pk}"


def _keep(text: Text, found: Compared, *, at: datetime) -> IndexedText:
    before = next((one for one in found.rows if one.part == text.part), None)
    row = _row(text, marks=found.marks, at=at)
    _put(row, found.report, at=at)
    if before is None:
        row.save(force_insert=True)
    else:
        sql.run(_TAKE_MARKS, {"texts": [before.pk]})
        row.pk = before.pk
        row.save(update_fields=[name.removesuffix("_id") if name == "person_id" else name for name in _FIELDS])
    sql.run(_ADD_MARKS, {"text": row.pk, "marks": row.marks})
    return row


def _put(row: IndexedText, report: Report, *, at: datetime) -> None:
    row.characters, row.set_aside = report.characters, [[one.start, one.end, str(one.why)] for one in report.set_aside]
    row.share, row.is_noticed, row.checked_at = _share(report.share), report.is_noticed, at


def keep_report(row: IndexedText, report: Report, *, at: datetime) -> bool:
    """Keep what comparing a stored text anew found; tell whether its share is another one. The caller has checked who may."""
    before = row.share
    _put(row, report, at=at)
    row.save(update_fields=["characters", "set_aside", "share", "is_noticed", "checked_at"])
    _keep_likenesses(row, report, at=at)
    return row.share != before


def _row(text: Text, *, marks: Sequence[int], at: datetime) -> IndexedText:  # noqa: ARG001 - when it is kept
    return IndexedText(
        kind=text.kind, object_type=text.object_type, object_id=text.object_id, part=text.part, person_id=text.person_id,
        unit_path=text.unit_path, programme_id=text.programme_id, programme_title=text.programme_title[:120], task=text.task[:64],
        title=text.title[:200], body=text.body, marks=list(marks), characters=len(folding.fold(text.body)), written_at=text.written_at,
    )  # fmt: skip


def _marks_of(text: Text) -> list[int]:
    draft = comparing.draft(text.body, template=text.template)
    folded = draft.folded.text
    return marking.marks(folded, without=draft.stretches(Why.TEMPLATE)) if len(folded) >= rules.LEAST_CHARACTERS[text.kind] else []


def _keep_likenesses(row: IndexedText, report: Report, *, at: datetime) -> None:
    Likeness.objects.filter(text=row).delete()
    Likeness.objects.bulk_create(
        [
            Likeness(text=row, other=one.other, share=_share(one.share), characters=one.characters, found_at=at)
            for one in report.matches[:MOST_KEPT]
            if _share(one.share)
        ]
    )


def _ask_for_files(row: IndexedText, before: Sequence[Kept], files: Sequence[StoredFile], *, at: datetime) -> None:
    """Let the files be read that were not yet; what belongs to files that are gone goes."""
    readable = [one for one in files if is_readable(one)]
    known, wanted = {one.part for one in before}, {part_of(one) for one in readable}
    _remove([one.pk for one in before if one.part and one.part not in wanted])
    fresh = [one for one in readable if part_of(one) not in known]
    if fresh:
        WaitingFile.objects.bulk_create([WaitingFile(text=row, file=one, asked_at=at) for one in fresh], ignore_conflicts=True)


def _remove(ids: Sequence[int]) -> None:
    if ids:
        sql.run(_TAKE_MARKS, {"texts": ids})
        IndexedText.objects.filter(pk__in=ids).delete()


def _share(share: float) -> Decimal:
    return Decimal(share).quantize(Decimal("0.001"), ROUND_DOWN)


def _noticed(row: IndexedText, report: Report, *, at: datetime) -> Noticed:
    first = report.matches[0]
    words = {"title": row.title or TextKind(row.kind).label, "share": wording.percent(report.share), "first": wording.percent(first.share)}
    lines = [_("%(title)s有 %(share)s 的文字在别处出现过，与其中一份相同 %(first)s") % words]
    lines += [f"“{row.body[one.start : one.end][:60]}”" for one in sorted(first.same, key=lambda same: same.start - same.end)[:3]]
    return Noticed(
        person_id=row.person_id, kind=SignalKind.ALIKE_TEXT, on_day=clock.day(at), about=f"{row.pk}",
        strength=Strength.STRONG if report.share >= rules.STRONG_SHARE else Strength.NOTABLE, lines=tuple(lines),
        figures={"share": round(report.share, 3), "characters": report.characters, "text": row.pk, "other": first.other.pk},
        programme_id=row.programme_id, programme_title=row.programme_title,
    )  # fmt: skip
