"""What a candidate gets: the sheet of one sitting, drawn from a paper and its owner's bank."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from random import Random

from django.utils.translation import gettext as _

from yanxiu.assessment import papers
from yanxiu.assessment.giving import other_order
from yanxiu.assessment.models import Paper, QuestionVersion
from yanxiu.catalogue import content
from yanxiu.catalogue.content import AnyQuestion, Matching, Ordering, Question
from yanxiu.kit import sql
from yanxiu.kit.errors import Conflict

_POOLS = """
WITH RECURSIVE wanted (number, point, type, stage, subject, least, most) AS (
    SELECT * FROM unnest(%(numbers)s::int[], %(points)s::bigint[], %(types)s::text[], %(stages)s::text[], %(subjects)s::text[],
                         %(least)s::int[], %(most)s::int[])
), below (number, id) AS (
    SELECT number, point FROM wanted WHERE point IS NOT NULL
    UNION
    SELECT below.number, child.id FROM below JOIN assessment_knowledgepoint child ON child.parent_id = below.id
)
SELECT wanted.number, array_agg(question.approved_id ORDER BY question.approved_id) AS versions,
       array_agg(question.difficulty ORDER BY question.approved_id) AS levels
  FROM wanted JOIN assessment_bankquestion question
    ON question.owner_id = %(owner)s AND question.state <> 'retired' AND question.approved_id IS NOT NULL
   AND question.difficulty BETWEEN wanted.least AND wanted.most
   AND (wanted.type = '' OR question.type = wanted.type)
   AND (wanted.stage = '' OR question.stage IN ('', wanted.stage))
   AND (wanted.subject = '' OR question.subject IN ('', wanted.subject))
   AND NOT EXISTS (SELECT FROM assessment_questionversion fixed
                    WHERE fixed.id = ANY(%(fixed)s::bigint[]) AND fixed.question_id = question.id)
   AND (wanted.point IS NULL OR question.point_id IN (SELECT id FROM below WHERE below.number = wanted.number))
 GROUP BY wanted.number
"""


Pool = Mapping[int, int]
"""What a draw may take: the difficulty (1 to 5) of each version."""


class TooFew(Conflict):
    """The bank no longer holds what the paper draws."""

    code = "too_few_questions"


def pools_of(owner_id: int, draws: Sequence[papers.Draw], *, fixed: Sequence[int] = ()) -> list[Pool]:
    """Return for each draw the approved versions that it may take, ascending, none of a question that is `fixed` (ids of versions).

    Cost: one query, none without draws.
    """
    if not draws:
        return []
    params = {
        "owner": owner_id,
        "fixed": list(fixed),
        "numbers": list(range(len(draws))),
        "points": [draw.point for draw in draws],
        "types": [draw.type for draw in draws],
        "stages": [draw.stage for draw in draws],
        "subjects": [draw.subject for draw in draws],
        "least": [draw.least_difficulty for draw in draws],
        "most": [draw.most_difficulty for draw in draws],
    }
    found = {row["number"]: dict(zip(row["versions"], row["levels"], strict=True)) for row in sql.rows(_POOLS, params)}
    return [found.get(number, {}) for number in range(len(draws))]


def drawn(pools: Sequence[Collection[int]], counts: Sequence[int], *, by: Random) -> list[list[int]]:
    """Return for each pool `count` versions of it, none twice; fewer only where there are none.

    Pools may overlap: what another draw could take elsewhere is moved there (augmenting paths), so a draw lacks only what it must.
    """
    free = [by.sample(list(pool), len(pool)) for pool in pools]
    holder: dict[int, int] = {}

    def seats(draw: int, seen: set[int], asked: set[int]) -> bool:
        asked.add(draw)
        for version in free[draw]:
            if version in seen or holder.get(version) == draw:
                continue
            seen.add(version)
            if version not in holder or (holder[version] not in asked and seats(holder[version], seen, asked)):
                holder[version] = draw
                return True
        return False

    for draw, count in enumerate(counts):
        for _each in range(count):
            if not seats(draw, set(), set()):
                break
    return [[version for version in pool if holder.get(version) == draw] for draw, pool in enumerate(free)]


def quotas(pool: Pool, count: int) -> dict[int, int]:
    """Return how many of each difficulty a draw takes: in the proportions of its pool, the same for every candidate.

    What is left over goes to the largest remainders, of equal ones to the middle difficulty first. Fewer than `count` only where the
    pool has fewer.
    """
    sizes = Counter(pool.values())
    most = min(count, len(pool))
    if not most:
        return {}
    parts = {level: divmod(size * most, len(pool)) for level, size in sizes.items()}
    found = {level: whole for level, (whole, _rest) in parts.items()}
    first = sorted(parts, key=lambda level: (-parts[level][1], abs(level - 3), level))
    for level in first[: most - sum(found.values())]:
        found[level] += 1
    return {level: found[level] for level in sorted(found) if found[level]}


def drawn_alike(pools: Sequence[Pool], counts: Sequence[int], *, by: Random) -> list[list[int]]:
    """Return as `drawn`, each candidate's draw with the same number of each difficulty, easy ones first.

    Where draws want the same questions, so that this cannot be, the whole numbers go before the difficulties.
    """
    owners, parts, most = [], [], []
    for draw, (pool, count) in enumerate(zip(pools, counts, strict=True)):
        for level, quota in quotas(pool, count).items():
            owners.append(draw)
            parts.append([version for version, mine in pool.items() if mine == level])
            most.append(quota)
    found = drawn(parts, most, by=by)
    if [len(versions) for versions in found] != most:
        return drawn(pools, counts, by=by)
    merged: list[list[int]] = [[] for _pool in pools]
    for draw, versions in zip(owners, found, strict=True):
        merged[draw] += versions
    return merged


def draw_sheet(paper: Paper, *, by: Random) -> papers.Sheet:
    """Return a sheet of the paper for one sitting: what is fixed and what is drawn, each once, shuffled as the paper says.

    The options of a true/false question stay; an ordering, and the right side of a matching, are always in another order than written.
    Raises TooFew when the bank lacks what the paper draws. Cost: one query for the pools of all draws, one for the contents.
    """
    sections = papers.read(paper.sections)
    draws = [draw for section in sections for draw in section.draws]
    fixed = [one.version for section in sections for one in section.fixed]
    counts = [draw.count for draw in draws]
    found = drawn_alike(pools_of(paper.owner_id, draws, fixed=fixed), counts, by=by)
    if [len(versions) for versions in found] != counts:
        raise TooFew(_("题库里可用的题不够“%(title)s”抽了，现在不能开考。请考务在试卷页看缺哪一类。") % {"title": paper.title})
    chosen = iter(found)
    asked: list[tuple[int, papers.Fixed]] = []
    for number, section in enumerate(sections):
        mine = list(section.fixed)
        for draw in section.draws:
            mine += [papers.Fixed(version=version, points=draw.points) for version in next(chosen)]
        if paper.shuffles_questions:
            by.shuffle(mine)
        asked += [(number, one) for one in mine]
    contents = contents_of([one.version for _number, one in asked])
    return tuple(
        papers.Asked(
            version=one.version, points=one.points, section=number,
            order=order_of(contents[one.version], shuffles=paper.shuffles_options, by=by),
        )
        for number, one in asked
    )  # fmt: skip


def contents_of(versions: Iterable[int]) -> Mapping[int, AnyQuestion]:
    """Return what versions say, by id. Cost: one query."""
    rows = QuestionVersion.objects.filter(pk__in=sorted(set(versions))).values_list("pk", "content")
    return {version: content.read_question(raw) for version, raw in rows}


def order_of(question: AnyQuestion, *, shuffles: bool, by: Random) -> tuple[int, ...] | None:
    """Return in which order a question's options are shown; None = as written (`papers.Asked.order`)."""
    if isinstance(question, Ordering | Matching):
        return other_order(len(question.parts if isinstance(question, Ordering) else question.right), by)
    if isinstance(question, Question) and question.kind != "true_false" and shuffles:
        return tuple(by.sample(range(len(question.options)), len(question.options)))
    return None
