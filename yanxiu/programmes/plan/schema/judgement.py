"""How work is judged and what follows: assessments, pass rules, awards, fees, certificates, sanctions."""

from decimal import Decimal
from typing import Annotated, Literal, Union

from msgspec import Meta

from yanxiu.programmes.plan.schema.values import Amount, DateText, Factor, Few, Hours, LongText, MonthDay, Part, Score, Slug, Text
from yanxiu.programmes.plan.vocabulary import AwardRule, CreditUnit, Level, Role

Grade = Annotated[str, Meta(min_length=1, max_length=20)]


class Tree(Part, frozen=True, kw_only=True):
    """A pass rule: exactly one of `all`, `any`, `at_least` with `of`; leaves are ids of requirements."""

    all: tuple[Union[str, "Tree"], ...] | None = None
    any: tuple[Union[str, "Tree"], ...] | None = None
    at_least: Few | None = None
    of: tuple[Union[str, "Tree"], ...] | None = None


class CourseAssessment(Part, frozen=True, kw_only=True, tag="course", tag_field="kind"):
    """When one course counts: all that is named here, and nothing for less."""

    id: Slug
    needs: tuple[Literal["steps", "test", "homework"], ...]
    pass_score: Score | None = None
    clause: Text | None = None


class RuleAssessment(Part, frozen=True, kw_only=True, tag="rule", tag_field="kind"):
    """Passed when the tree of requirements is met; nobody decides."""

    id: Slug
    label: Text | None = None
    of: Annotated[tuple[Role, ...], Meta(min_length=1)]
    pass_: Tree
    clause: Text | None = None


class Counters(Part, frozen=True, kw_only=True):
    """Figures shown to those who assess: of the person and of the workshop."""

    person: tuple[str, ...] = ()
    workshop: tuple[str, ...] = ()


class Rubric(Part, frozen=True, kw_only=True):
    """What a rubric may score; who sets the points and the pass line."""

    parts: tuple[Text, ...]
    points_set_by: Role


class Gives(Part, frozen=True, kw_only=True):
    """Hours of a block that passing confirms."""

    block: Slug
    hours: Hours


class DecisionAssessment(Part, frozen=True, kw_only=True, tag="decision", tag_field="kind"):
    """People grade or confirm. `pass_grade` absent: no grade is named as the pass line."""

    id: Slug
    label: Text | None = None
    of: Annotated[tuple[Role, ...], Meta(min_length=1)]
    by: tuple[Text, ...] = ()
    by_level: dict[Level, Text] = {}
    method: tuple[Text, ...] = ()
    counters: Counters | None = None
    qualitative: tuple[Text, ...] = ()
    rubric: Rubric | None = None
    evidence: bool = False
    grades: tuple[Grade, ...] = ()
    pass_grade: Grade | None = None
    fail_quota: Literal["none"] | None = None
    dynamic_team: bool = False
    gives: Gives | None = None
    confirm: Text | None = None
    feeds: tuple[Slug, ...] = ()
    clause: Text | None = None


class ScoreAssessment(Part, frozen=True, kw_only=True, tag="score", tag_field="kind"):
    """A score from 0 to 100: an exam part, or a unit's score from weighted parts. `pass_score` absent: no pass line."""

    id: Slug
    label: Text
    of: Annotated[tuple[Role, ...], Meta(min_length=1)]
    by: tuple[Text, ...] = ()
    method: tuple[Text, ...] = ()
    where: Literal["online", "written"] | None = None
    when: Literal["end_of_period"] | None = None
    window: Slug | None = None
    pass_score: Score | None = None
    parts: tuple[Slug, ...] = ()
    weights: Literal["configurable"] | dict[Slug, Factor] | None = None
    feeds: tuple[Slug, ...] = ()
    clause: Text | None = None


Assessment = CourseAssessment | RuleAssessment | DecisionAssessment | ScoreAssessment


class Multiplier(Part, frozen=True, kw_only=True):
    """Credits of the person's own domain times `x` when the assessment ended in `grade` (D-10: never twice on one course)."""

    if_: Slug
    grade: Grade
    x: Factor
    domain: Literal["own", "all"] = "own"


class Award(Part, frozen=True, kw_only=True):
    """One rule that turns results into hours or credits."""

    id: Slug
    rule: AwardRule
    blocks: tuple[Slug, ...] = ()
    to: Annotated[tuple[Role, ...], Meta(min_length=1)]
    amount: Amount | None = None
    class_: Text | None = None
    if_: Slug | None = None
    all_or_nothing: Literal["course", "programme"] | None = None
    register_only_if: Slug | None = None
    on_fail: Literal["nothing", "courses_done"] | None = None
    multipliers: tuple[Multiplier, ...] = ()
    confirm: Text | None = None
    clause: Text | None = None


class Points(Part, frozen=True, kw_only=True):
    """Points beside hours; `exchange` is hours per point, 0: none yet (D-21)."""

    exchange: Factor
    from_: tuple[Literal["participation", "contribution"], ...] = ()


class Credit(Part, frozen=True, kw_only=True):
    """Unit, ratio and cut-off, the account, and the rules that award."""

    unit: CreditUnit
    awards: Annotated[tuple[Award, ...], Meta(min_length=1)]
    ratio: Factor = Decimal(1)
    cutoff: MonthDay | None = None
    points: Points | None = None
    account: Text | None = None
    registered_by: Text | None = None
    archive: tuple[Text, ...] = ()
    required_for: tuple[Text, ...] = ()
    feeds: tuple[Slug, ...] = ()
    clause: Text | None = None


class Fee(Part, frozen=True, kw_only=True):
    """One line of the price list in yuan; `record_only`: sources of money that are only booked."""

    id: Slug
    who: Literal["plan_in", "plan_out", "learner", "unit"] | None = None
    amount: Amount | None = None
    per: Literal["person", "hour"] | None = None
    year_hours: Hours | None = None
    year_amount: Amount | None = None
    basis: Text | None = None
    payers: tuple[Literal["school_training_budget", "self"], ...] = ()
    collected_by: Text | None = None
    method: Text | None = None
    due: DateText | None = None
    implied: bool = False
    source: tuple[Text, ...] = ()
    record_only: bool = False
    clause: Text | None = None


class Certificate(Part, frozen=True, kw_only=True):
    """Who gets which paper: those who pass the assessment named in `if`."""

    id: Slug
    label: Text
    if_: Slug | None = None
    grade: Grade | None = None
    issued_by: Text | None = None
    printed_by: Text | None = None
    fields: tuple[Literal["courses", "hours", "credits", "results"], ...] = ()
    clause: Text | None = None


SanctionIf = Literal["not_finished", "criticised", "bad_speech", "plagiarism", "copied_comment"]
SanctionThen = Literal["no_credit", "not_excellent", "no_award", "incident", "ethics_not_excellent"]


class Sanction(Part, frozen=True, kw_only=True):
    """Any of `if` leads to all of `then`; `verified`: only after a person has decided on it."""

    id: Slug
    if_: Annotated[tuple[SanctionIf, ...], Meta(min_length=1)]
    verified: bool = False
    then: Annotated[tuple[SanctionThen, ...], Meta(min_length=1)]
    term: Literal["school_year", "year"] | None = None
    note: LongText | None = None
    clause: Text | None = None
