"""What a plan compiles to: rows the engine evaluates, without a word of YAML.

Frozen dataclasses with plain values, so that they can be stored, hashed and compared. The packages above turn them into rows.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["hours", "items", "count", "coverage", "slots", "score", "decision"]
PerSubject = Literal["person", "workshop", "team", "unit"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RequirementSpec:
    """One requirement: a counter, a bound, a subject, a window.

    `key` is the plan's id; `.role` is added when the id holds for several roles, `.stage` (secondary, primary …) when the bound
    differs by stage. The bound is `value >= target` in `unit`; by kind the value is
    hours: hours earned in the blocks `kinds`;
    items: `each` hours for every finished item of the blocks `kinds`, at most `cap` items (`each` None: the items themselves);
    count: records of `metric` (of `kinds`, empty: any) in `window`;
    coverage: share from 0 to 1 of the workshops of level `over` below a team of `level`, those of `except_stages` left out; of a
    person: records of `metric` per record of the metric `over` (sessions attended of sessions called to);
    slots: materials accepted; `kinds` holds `submission` (sets) or `submission.piece` (pieces), each counted once per due time;
    score: points from 0 to 100;
    decision: 1 when a person confirmed or gave one of the grades `kinds` (empty: a plain yes).
    `window` is a window id, `year`, `school_year`, or None for the whole programme. `stages` empty: all. `soft`: warns, never fails.
    `timely`: no bound; nothing may lie unattended. `assessed` False: shown only. `depends`: keys whose evidence feeds this one.
    """

    key: str
    kind: Kind
    label: str
    subject_role: str
    per: PerSubject
    target: Decimal
    unit: str
    metric: str | None = None
    kinds: tuple[str, ...] = ()
    each: Decimal | None = None
    cap: int | None = None
    window: str | None = None
    stages: tuple[str, ...] = ()
    except_stages: tuple[str, ...] = ()
    level: str | None = None
    over: str | None = None
    soft: bool = False
    timely: bool = False
    assessed: bool = True
    clause: str = ""
    depends: tuple[str, ...] = ()
    note: str = ""

    @property
    def id(self) -> str:
        """The id in the plan, without role and stage."""
        return self.key.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Ref:
    """A leaf: the requirement of this key is met, waived, or does not concern the subject (other stage)."""

    key: str


@dataclass(frozen=True, slots=True)
class All:
    """Every node holds."""

    of: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One node at least holds."""

    of: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`k` nodes at least hold."""

    k: int
    of: tuple["Node", ...]


Node = Ref | All | Any | AtLeast


@dataclass(frozen=True, kw_only=True, slots=True)
class PassRule:
    """When a subject has passed an assessment. (id, subject_role) is unique: one id may hold for several roles."""

    id: str
    subject_role: str
    label: str
    tree: Node
    clause: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MultiplierSpec:
    """Times `x` when pass rule `condition` ended in `grade`; `domain` own: only courses of the domain of the role (D-10)."""

    condition: str
    grade: str
    x: Decimal
    domain: Literal["own", "all"]


@dataclass(frozen=True, kw_only=True, slots=True)
class AwardSpec:
    """One rule that turns results into hours or credits.

    per_course / per_block: credits = hours × `ratio` (× multiplier); on_pass: `amount` when pass rule `condition` holds; confirmed:
    what a person of `confirm` confirms. `blocks` empty: all. `all_or_nothing` course: a course counts whole or not at all; programme:
    nothing below the pass rule. `register_only_if`: provisional until this pass rule holds. `on_fail` nothing / courses_done.
    `cutoff` MM-DD: later results belong to the next year.
    """

    id: str
    rule: Literal["per_course", "per_block", "on_pass", "confirmed"]
    unit: Literal["hour", "credit"]
    to: tuple[str, ...]
    ratio: Decimal
    blocks: tuple[str, ...] = ()
    credit_class: str | None = None
    amount: Decimal | None = None
    condition: str | None = None
    all_or_nothing: Literal["course", "programme"] | None = None
    register_only_if: str | None = None
    on_fail: Literal["nothing", "courses_done"] | None = None
    multipliers: tuple[MultiplierSpec, ...] = ()
    cutoff: str | None = None
    confirm: str | None = None
    account: str | None = None
    clause: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseRule:
    """When one course counts: all of `needs`; `pass_score` is the line of its test (default 60, D-15)."""

    needs: tuple[str, ...]
    pass_score: Decimal
    clause: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateSpec:
    """A paper for those who pass `condition` (with `grade`, when named)."""

    id: str
    label: str
    condition: str
    grade: str | None = None
    issued_by: str | None = None
    printed_by: str | None = None
    fields: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FeeSpec:
    """A price in yuan per person or hour; `year_amount` is the whole year's."""

    id: str
    who: str
    amount: Decimal
    per: Literal["person", "hour"]
    year_hours: Decimal | None = None
    year_amount: Decimal | None = None
    payers: tuple[str, ...] = ()
    collected_by: str | None = None
    basis: str | None = None
    implied: bool = False
    clause: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SanctionSpec:
    """Any of `conditions` leads to all `effects`; `verified`: only after a person's decision; they end with `term`."""

    id: str
    conditions: tuple[str, ...]
    effects: tuple[str, ...]
    verified: bool
    term: str | None = None
    clause: str = ""
