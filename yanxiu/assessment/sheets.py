"""The typed content of a rubric: dimensions, levels and points, and how a filled sheet adds up. Pure."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec
from django.utils.translation import gettext as _

from yanxiu.kit.errors import Invalid
from yanxiu.kit.text import half_width

LEAST_CHARACTERS = 200
MOST_POINTS = Decimal(1000)
MOST_DIMENSIONS = 20
EVIDENCE = {"words": "文字里的原话或数据", "document": "文档", "picture": "图片", "film": "录像的时刻", "record": "过程记录"}
"""What one points to when one judges; codes with their Chinese words."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the parts of a rubric."""


class Level(Sheet, frozen=True, kw_only=True):
    """One level of a dimension: its word, its points, and what one sees there."""

    label: str
    points: Decimal
    describes: str = ""


class Dimension(Sheet, frozen=True, kw_only=True):
    """What one looks at, with its levels from best to least. `key` names it in stored sheets; `evidence` are codes of `EVIDENCE`."""

    key: str
    label: str
    looks_at: str = ""
    levels: tuple[Level, ...]
    evidence: tuple[str, ...] = ()

    @property
    def most(self) -> Decimal:
        """The points of the best level."""
        return max(level.points for level in self.levels)

    @property
    def evidence_words(self) -> str:
        """What one points to: 文档、图片."""
        return "、".join(EVIDENCE[code] for code in self.evidence)


Dimensions = tuple[Dimension, ...]
_LEVEL = re.compile(r"(?P<label>[^：:]*?)\s*(?P<points>-?\d+(?:\.\d+)?)\s*分?\s*(?:[：:]\s*(?P<describes>.*))?")


def sign_of(dimensions: Dimensions) -> str:
    """Return what is the same for all rubrics that say the same, whatever their keys: dimensions, levels, points, evidence, in order."""
    said = [msgspec.structs.replace(one, key="") for one in dimensions]
    return hashlib.sha256(msgspec.json.encode(_normal(said))).hexdigest()


def _normal(said: Sequence[Dimension]) -> list[Dimension]:
    """Points in one way of writing: 10, 10.0 and 1E+1 are the same."""
    return [
        msgspec.structs.replace(
            one, levels=tuple(msgspec.structs.replace(level, points=level.points.quantize(Decimal("0.01"))) for level in one.levels)
        )
        for one in said
    ]


def parse_levels(written: str, *, place: str, field: str) -> tuple[Level, ...]:
    """Read levels as one writes them, one a line: `优 20：看得见`. Raises Invalid with the place and the line."""
    lines = [(number, half_width(line)) for number, line in enumerate(written.splitlines(), start=1) if line.strip()]
    levels = []
    for number, line in lines:
        match = _LEVEL.fullmatch(line)
        if match is None or not match["label"].strip():
            words = {"place": place, "number": number, "line": line[:30]}
            raise Invalid(_("%(place)s第 %(number)s 行“%(line)s”读不懂。一行写一个等级：优 20：看得见什么。") % words, field=field)
        levels.append(Level(label=match["label"].strip(), points=Decimal(match["points"]), describes=(match["describes"] or "").strip()))
    return tuple(levels)


def levels_as_written(levels: tuple[Level, ...]) -> str:
    """Return the levels as `parse_levels` reads them."""
    return "\n".join(f"{one.label} {one.points:f}" + (f"：{one.describes}" if one.describes else "") for one in levels)


def write(dimensions: Dimensions) -> list[dict[str, object]]:
    """Return the JSON of `Rubric.dimensions`."""
    written: list[dict[str, object]] = msgspec.to_builtins(dimensions)
    return written


def read(raw: object) -> Dimensions:
    """Read `Rubric.dimensions`. Raises Invalid when it is no rubric."""
    try:
        return msgspec.convert(raw, Dimensions)
    except msgspec.ValidationError as error:
        raise Invalid(_("评价标准读不出来：%(why)s。请方案设计人员重新发布。") % {"why": error}) from error


def check(dimensions: Dimensions) -> None:
    """Raise Invalid, with the place, for a rubric that cannot be used."""
    if not dimensions:
        raise Invalid(_("评价标准还没有维度，至少写一个。"), field="dimensions")
    if len(dimensions) > MOST_DIMENSIONS:
        words = {"most": MOST_DIMENSIONS, "count": len(dimensions)}
        raise Invalid(_("维度最多 %(most)s 个，现在有 %(count)s 个。") % words, field="dimensions")
    if len({dimension.key for dimension in dimensions}) != len(dimensions):
        raise Invalid(_("有两个维度的代号一样，请改掉一个。"), field="dimensions")
    for number, dimension in enumerate(dimensions, start=1):
        check_dimension(dimension, number=number)


def full(dimensions: Dimensions) -> Decimal:
    """Return the greatest total."""
    return sum((dimension.most for dimension in dimensions), Decimal(0))


def missing(dimensions: Dimensions, levels: Mapping[str, int]) -> list[Dimension]:
    """Return the dimensions that have no level yet, in order."""
    return [dimension for dimension in dimensions if dimension.key not in levels]


def total(dimensions: Dimensions, levels: Mapping[str, int]) -> Decimal:
    """Return the sum of the chosen levels' points; every dimension must have one."""
    return sum((dimension.levels[levels[dimension.key]].points for dimension in dimensions), Decimal(0))


def kept(dimensions: Dimensions, levels: Mapping[str, int]) -> dict[str, int]:
    """Return the levels in the rubric's order. Raises Invalid, with the place, for a dimension or level that it does not have."""
    known = {dimension.key: dimension for dimension in dimensions}
    for key, index in levels.items():
        if key not in known:
            raise Invalid(_("评价表里没有“%(key)s”这一项，请刷新后再评。") % {"key": key[:40]})
        if not 0 <= index < len(known[key].levels):
            raise Invalid(_("“%(label)s”没有这个等级，请从表里选。") % {"label": known[key].label}, field=f"level_{key}")
    return {key: levels[key] for key in known if key in levels}


def check_dimension(dimension: Dimension, *, number: int) -> None:
    """Raise Invalid, with the place, for the dimension at `number` (from 1) that cannot be used."""
    if not dimension.label.strip():
        raise Invalid(_("第 %(number)s 个维度要有名称。") % {"number": number}, field="dimensions")
    place = _("第 %(number)s 个维度“%(label)s”") % {"number": number, "label": dimension.label}
    if not dimension.key.isidentifier():
        raise Invalid(_("%(place)s：代号要用英文字母。") % {"place": place}, field="dimensions")
    if len(dimension.levels) < 2 or not all(level.label.strip() for level in dimension.levels):
        raise Invalid(_("%(place)s：至少两个等级，都要有名称。") % {"place": place}, field="dimensions")
    if not all(level.points.is_finite() and 0 <= level.points <= MOST_POINTS for level in dimension.levels):
        raise Invalid(_("%(place)s：分值在 0 到 1000 之间。") % {"place": place}, field="dimensions")
    if unknown := [code for code in dimension.evidence if code not in EVIDENCE]:
        raise Invalid(_("%(place)s：没有“%(code)s”这种证据。") % {"place": place, "code": unknown[0][:20]}, field="dimensions")
