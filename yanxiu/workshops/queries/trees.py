"""Reads of the tree of subject workshops (S-06), and of the subjects excepted from its levels."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from yanxiu.programmes.models import Programme
from yanxiu.workshops.models import Level, LevelException, Space, SpaceKind

MOST_NODES = 300


@dataclass(frozen=True, kw_only=True)
class Node:
    """A subject workshop with those below it."""

    space: Space
    below: Sequence["Node"]


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The workshops of one stage and subject, and what else one might look at. `choices`: (stage, subject, how many)."""

    stage: str
    subject: str
    nodes: Sequence[Node]
    count: int
    levels: Sequence[tuple[str, int]]
    choices: Sequence[tuple[str, str, int]]

    @property
    def stages(self) -> list[str]:
        return list(dict.fromkeys(stage for stage, _subject, _n in self.choices))

    @property
    def subjects(self) -> list[str]:
        return [subject for stage, subject, _n in self.choices if stage == self.stage]


def tree(programme: Programme, found: QuerySet[Space], *, stage: str = "", subject: str = "") -> Tree:
    """Return the workshops of a stage and subject from above; the first there is when none is chosen. Cost: 2 queries."""
    main = found.filter(programme=programme, kind=SpaceKind.SUBJECT_WORKSHOP)
    counted = main.values_list("stage", "subject").annotate(n=Count("pk")).order_by("stage", "subject")
    choices = [(str(one), str(other), int(n)) for one, other, n in counted]
    of_stage = [choice for choice in choices if choice[0] == stage] or choices
    chosen = next((one for one in of_stage if one[1] == subject), of_stage[0] if of_stage else (stage, subject, 0))
    spaces = list(main.filter(stage=chosen[0], subject=chosen[1]).select_related("org").order_by("org__path", "pk")[:MOST_NODES])
    levels = [(level.label, sum(one.level == level for one in spaces)) for level in Level]
    return Tree(
        stage=chosen[0], subject=chosen[1], nodes=_nodes(spaces), count=len(spaces),
        levels=[(label, n) for label, n in levels if n], choices=choices,
    )  # fmt: skip


def exceptions_of(programme: Programme) -> QuerySet[LevelException]:
    """Return the subjects excepted from the levels of the plan. Cost: one query."""
    return LevelException.objects.filter(programme=programme).order_by("stage", "subject", "pk")


def _nodes(spaces: Sequence[Space]) -> list[Node]:
    there = {space.pk for space in spaces}
    below: dict[int | None, list[Space]] = {}
    for space in spaces:
        below.setdefault(space.parent_id if space.parent_id in there else None, []).append(space)

    def grown(parent: int | None) -> list[Node]:
        return [Node(space=space, below=grown(space.pk)) for space in below.get(parent, [])]

    return grown(None)
