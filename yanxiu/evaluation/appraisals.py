"""What a plan wants people to judge, about whom, and what points mean. Pure but for the names it is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yanxiu.assessment import sheets
from yanxiu.assessment.models import Rubric, RubricUse
from yanxiu.kit.errors import Invalid
from yanxiu.orgs.models import Kind, Org
from yanxiu.programmes.models import Programme
from yanxiu.programmes.plan.requirements import passing_grades, requirement_key
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.judgement import DecisionAssessment, ScoreAssessment
from yanxiu.programmes.plan.vocabulary import ROLES, UNIT_ROLES

FULL = Decimal(100)
PASSED, FAILED = "合格", "不合格"
KINDS = {
    "school": (Kind.SCHOOL,), "county": (Kind.COUNTY, Kind.ZONE), "city": (Kind.CITY,), "institution": (Kind.INSTITUTION,),
}  # fmt: skip
_BY_SCHOOL = {"学校", "项目校"}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who is judged: a person or a unit (the other id is 0), in a role of the plan, at a unit path."""

    person_id: int = 0
    unit_id: int = 0
    role: str
    name: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An assessment of a running programme that people judge."""

    programme: Programme
    item: DecisionAssessment | ScoreAssessment

    @property
    def id(self) -> str:
        return self.item.id

    @property
    def label(self) -> str:
        return self.item.label or "考核"

    @property
    def is_of_units(self) -> bool:
        return all(role in UNIT_ROLES for role in self.item.of)

    @property
    def is_decision(self) -> bool:
        return isinstance(self.item, DecisionAssessment)

    @property
    def is_by_school(self) -> bool:
        """Whether a school judges its own people by points of its own (W-48)."""
        rubric = self.item.rubric if isinstance(self.item, DecisionAssessment) else None
        return not self.is_of_units and ((rubric is not None and rubric.points_set_by == "school") or bool(_BY_SCHOOL & set(self.item.by)))

    @property
    def use(self) -> str:
        """The use of the rubrics by which it can be judged."""
        if self.is_of_units:
            return RubricUse.UNIT
        return RubricUse.SCHOOL_BASED if self.is_by_school else RubricUse.HOST

    @property
    def wants_basis(self) -> bool:
        return isinstance(self.item, DecisionAssessment) and self.item.evidence

    @property
    def is_of_ethics(self) -> bool:
        """Whether it judges a teacher's ethics (师德): its name, its methods or what it looks at say so."""
        item = self.item
        said = (self.label, *item.method, *(item.qualitative if isinstance(item, DecisionAssessment) else ()))
        return any("师德" in words for words in said)

    @property
    def has_counters(self) -> bool:
        """Whether the plan names figures for those who assess (001 L29)."""
        return isinstance(self.item, DecisionAssessment) and self.item.counters is not None

    @property
    def grades(self) -> tuple[str, ...]:
        """The grades, best first; of a decision without grades, whether it is passed; none of a score."""
        return (self.item.grades or (PASSED, FAILED)) if isinstance(self.item, DecisionAssessment) else ()

    @property
    def line_labels(self) -> tuple[str, ...]:
        """The grades for which a rule states least points."""
        return self.grades[:-1]

    @property
    def who(self) -> str:
        """Whom it is about, in words."""
        return "、".join(ROLES[role] for role in self.item.of)

    @property
    def judges(self) -> str:
        """Who judges by the plan, in words."""
        levels = self.item.by_level.values() if isinstance(self.item, DecisionAssessment) else ()
        return "、".join((*self.item.by, *levels))

    def key_of(self, role: str) -> str:
        """Return the key of the requirement that the finding settles for a role."""
        return requirement_key(self.item.id, role, self.item.of)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where somebody judges: `paths` gives for an assessment the unit-path prefixes, `me` is the own person, who is judged by others."""

    me: int
    paths: Callable[[Asked], Sequence[str]]


def asked_in(programme: Programme, plan: Plan) -> list[Asked]:
    """Return what people judge by hand: decisions, and scores of others than learners (theirs come from exams and entered lists)."""
    decisions = [item for item in plan.assess if isinstance(item, DecisionAssessment)]
    scores = [item for item in plan.assess if isinstance(item, ScoreAssessment) and not item.parts and "learner" not in item.of]
    items: list[DecisionAssessment | ScoreAssessment] = [*decisions, *scores]
    return [Asked(programme=programme, item=item) for item in items]


def check_usable(asked: Asked, org: Org, rubric: Rubric) -> None:
    """Raise Invalid unless the unit may judge the assessment by the rubric."""
    if rubric.use != asked.use:
        raise Invalid(f"“{rubric.title}”是用来评{rubric.get_use_display()}的，这里要{RubricUse(asked.use).label}用的。", field="rubric")
    if not org.path.startswith(rubric.owner.path) or rubric.withdrawn_at is not None:
        raise Invalid(f"“{rubric.title}”已停用，或不是本单位和上级单位的。请另选一份。", field="rubric")
    full = sheets.full(sheets.read(rubric.dimensions))
    if full != FULL:
        raise Invalid(f"“{rubric.title}”满分 {full:f}，这项考核按 100 分计。请把标准改成满分 100 再选。", field="rubric")


def check_lines(asked: Asked, lines: Sequence[Decimal]) -> list[Decimal]:
    """Return the least points of each grade but the last. Raises Invalid, with the grade, when one is missing or does not fall."""
    if not asked.is_decision:
        return []
    labels = asked.line_labels
    if len(lines) != len(labels):
        raise Invalid(f"请给{'、'.join(labels)}各填一个最低分。", field="line_0")
    for number, (label, line) in enumerate(zip(labels, lines, strict=True)):
        if not (line.is_finite() and 0 < line <= FULL and line == round(line, 2)):
            raise Invalid(f"“{label}”的最低分填 0 以上、100 以下，最多两位小数。", field=f"line_{number}")
        if number and line >= lines[number - 1]:
            raise Invalid(f"“{label}”的最低分要比“{labels[number - 1]}”的低。", field=f"line_{number}")
    return list(lines)


def outcome_of(asked: Asked, *, score: Decimal | None, lines: Sequence[Decimal], grade: str) -> tuple[str, bool]:
    """Return grade and whether it passes: by the lines of a rule, by the typed grade, or by the plan's pass score. Raises Invalid."""
    item = asked.item
    if isinstance(item, ScoreAssessment):
        if score is None:
            raise Invalid("还没有填分数，请填 0 到 100。", field="score")
        return "", item.pass_score is None or score >= item.pass_score
    if lines and score is not None:
        grade = next((label for label, line in zip(asked.grades, lines, strict=False) if score >= line), asked.grades[-1])
    if grade not in asked.grades:
        raise Invalid(f"请从{'、'.join(asked.grades)}里选一个等级。", field="grade")
    if not item.grades:
        return grade, grade == PASSED
    passing = passing_grades(item)
    return grade, not passing or grade in passing
