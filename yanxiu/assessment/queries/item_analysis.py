"""How the questions of one exam did: hard, telling, left blank, and which options drew whom; and how the scores spread."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from yanxiu.assessment import rendering
from yanxiu.assessment.asking import SIGNS
from yanxiu.assessment.models import Exam, QuestionVersion
from yanxiu.catalogue.content import AnyQuestion, Question, read_question
from yanxiu.kit import sql

LEAST = 10
"""Fewer results say nothing about who does better."""
HARD, EASY, TELLING = Decimal("0.2"), Decimal("0.95"), Decimal("0.2")
SORTS = ("order", "hardest", "weakest", "blank")

# Each question on each sheet of an edition; the best and the last 27 % of the results.
_ASKED = """
WITH shown AS (
    SELECT s.id, s.sheet, r.points_each, row_number() OVER (ORDER BY r.score DESC, s.id) AS place, count(*) OVER () AS all_of
      FROM assessment_sitting s JOIN assessment_sittingresult r ON r.sitting_id = s.id AND r.edition = %(edition)s
     WHERE s.exam_id = %(exam)s
), asked AS (
    SELECT (q.asked ->> 0)::bigint AS version, shown.id AS sitting, q.number::int AS number,
           LEAST(1, GREATEST(0, NULLIF(shown.points_each ->> (q.number - 1)::int, '')::numeric
                                / NULLIF((q.asked ->> 1)::numeric, 0))) AS share,
           shown.place <= ceil(shown.all_of * 0.27) AS is_top, shown.place > shown.all_of - ceil(shown.all_of * 0.27) AS is_low
      FROM shown CROSS JOIN LATERAL jsonb_array_elements(shown.sheet) WITH ORDINALITY AS q(asked, number)
)
"""
_QUESTIONS = (
    _ASKED
    + """
SELECT asked.version, count(*)::int AS times, min(asked.number) AS place, avg(share) AS mean,
       avg(share) FILTER (WHERE is_top) - avg(share) FILTER (WHERE is_low) AS discrimination,
       count(*) FILTER (WHERE share = 1)::int AS full, count(*) FILTER (WHERE share = 0)::int AS none,
       count(*) FILTER (WHERE a.given IS NULL OR a.given IN ('null', '[]', '""'))::int AS blank
  FROM asked LEFT JOIN assessment_sittinganswer a ON a.sitting_id = asked.sitting AND a.number = asked.number
 GROUP BY asked.version
"""
)
_OPTIONS = (
    _ASKED
    + """
SELECT asked.version, chosen.place::int AS place, count(*)::int AS times, count(*) FILTER (WHERE is_top)::int AS top,
       count(*) FILTER (WHERE is_low)::int AS low
  FROM asked JOIN assessment_questionversion v ON v.id = asked.version AND v.content ->> 'type' = 'choice'
  JOIN assessment_sittinganswer a ON a.sitting_id = asked.sitting AND a.number = asked.number AND jsonb_typeof(a.given) = 'array'
 CROSS JOIN LATERAL jsonb_array_elements_text(a.given) AS chosen(place)
 GROUP BY asked.version, chosen.place::int
"""
)
_SPREAD = """
SELECT LEAST(9, floor(r.score / 10))::int AS tens, count(*)::int AS times
  FROM assessment_sittingresult r JOIN assessment_sitting s ON s.id = r.sitting_id
 WHERE s.exam_id = %(exam)s AND r.edition = %(edition)s GROUP BY 1
"""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """An option: how many chose it, and how many of the best and of the last 27 %."""

    sign: str
    words: str
    is_right: bool
    times: int
    top: int
    low: int


@dataclass(frozen=True, kw_only=True)
class Item:
    """A question of an exam. `mean` share of the points, `discrimination` None with few results, `options` of a choice."""

    version_id: int
    title: str
    type_label: str
    times: int
    mean: Decimal | None
    discrimination: Decimal | None
    full: int
    none: int
    blank: int
    options: Sequence[Chosen]

    @property
    def finding(self) -> str:
        """Return what to look at, "" when nothing strikes."""
        if self.mean is None or self.times < LEAST:
            return ""
        if self.discrimination is not None and self.discrimination < 0:
            return _("高分的反而答错，请查答案")
        drawn = [one for one in self.options if not one.is_right and one.top > self._least_right]
        if drawn:
            return _("高分的多选了 %(sign)s，请查答案") % {"sign": drawn[0].sign or drawn[0].words}
        if self.mean < HARD:
            return _("八成以上的分没得到")
        if self.mean >= EASY:
            return _("几乎人人答对，分不出高低")
        weak = self.discrimination is not None and self.discrimination < TELLING
        return _("分不太出高低") if weak else ""

    @property
    def is_grave(self) -> bool:
        """Tell whether the key itself is in doubt."""
        return bool(self.finding) and (
            (self.discrimination is not None and self.discrimination < 0)
            or any(not one.is_right and one.top > self._least_right for one in self.options)
        )

    @property
    def _least_right(self) -> int:
        return min((one.top for one in self.options if one.is_right), default=0)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How many results lie in a band of ten points."""

    label: str
    times: int


def items_of(exam: Exam, *, edition: int, sort: str = "order") -> list[Item]:
    """Return the questions that candidates of an edition got, in the order of the sheets or as sorted. Cost: 3 queries."""
    facts = {"exam": exam.pk, "edition": edition}
    rows = sql.rows(_QUESTIONS, facts)
    chosen: dict[int, dict[int, dict[str, int]]] = defaultdict(dict)
    for row in sql.rows(_OPTIONS, facts):
        chosen[row["version"]][row["place"]] = row
    versions = {row.pk: row for row in QuestionVersion.objects.filter(pk__in=[row["version"] for row in rows]).select_related("question")}
    order = {
        "order": lambda row: (row["place"], row["version"]),
        "hardest": lambda row: (row["mean"] is None, row["mean"] or 0, row["version"]),
        "weakest": lambda row: (row["discrimination"] is None, row["discrimination"] or 0, row["version"]),
        "blank": lambda row: (-row["blank"] / row["times"], row["version"]),
    }[sort]
    return [_item(row, versions[row["version"]], chosen[row["version"]]) for row in sorted(rows, key=order)]


def spread_of(exam: Exam, *, edition: int) -> list[Spread]:
    """Return how the scores of an edition spread over bands of ten points, from low to high. Cost: one query."""
    found = {row["tens"]: row["times"] for row in sql.rows(_SPREAD, {"exam": exam.pk, "edition": edition})}
    labels = ["0—9", *(f"{tens}0—{tens}9" for tens in range(1, 9)), "90—100"]
    return [Spread(label=label, times=found.get(tens, 0)) for tens, label in enumerate(labels)]


def _item(row: dict[str, object], version: QuestionVersion, chosen: dict[int, dict[str, int]]) -> Item:
    question = read_question(version.content)
    times, mean, telling = int(str(row["times"])), row["mean"], row["discrimination"]
    return Item(
        version_id=version.pk, title=rendering.plain(question.stem, most=60), type_label=version.question.get_type_display(), times=times,
        mean=mean if isinstance(mean, Decimal) else None,
        discrimination=round(telling, 2) if isinstance(telling, Decimal) and times >= LEAST else None,
        full=int(str(row["full"])), none=int(str(row["none"])), blank=int(str(row["blank"])), options=_options(question, chosen),
    )  # fmt: skip


def _options(question: AnyQuestion, chosen: dict[int, dict[str, int]]) -> list[Chosen]:
    if not isinstance(question, Question):
        return []
    nobody = {"times": 0, "top": 0, "low": 0}
    found = [chosen.get(place, nobody) for place in range(len(question.options))]
    return [
        Chosen(
            sign="" if question.kind == "true_false" else SIGNS[place], words=rendering.plain(words, most=40),
            is_right=place in question.answers, times=row["times"], top=row["top"], low=row["low"],
        )
        for place, (words, row) in enumerate(zip(question.options, found, strict=True))
    ]  # fmt: skip
