"""A programme in which people are judged, rubrics of 100 points, sheets."""

from datetime import timedelta
from decimal import Decimal

from tests.evaluation.factories import role as role_row
from tests.programmes import factories as programmes
from yanxiu.assessment import actions as assessment
from yanxiu.assessment import sheets
from yanxiu.assessment.models import Rubric
from yanxiu.evaluation import actions
from yanxiu.evaluation.appraisals import Asked, asked_in
from yanxiu.evaluation.models import Appraisal, AppraisalRule, Role
from yanxiu.kit.actor import SYSTEM
from yanxiu.orgs.models import Org
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.programmes.plan import outcomes
from yanxiu.programmes.plan.requirements import requirements
from yanxiu.programmes.queries import plan_of
from yanxiu.records.models import Tally

AT = programmes.AT + timedelta(days=30)
PLAN = """\
programme: {id: judged, title: 考评方案, level: county, owner: 演示县教育局, year: 2026}
audience: [{id: all, stages: [初中, 高中]}]
phases: [{id: study, label: 研修, from: 2020-01-01, to: 2098-12-31, for: [learner], do: [learn]}]
learn: [{id: law, label: 法律法规, kind: compulsory, window: study, hours: 4, assign: auto_by_stage_subject}]
assess:
  - {kind: score, id: final, label: 网上考核, of: [learner], where: online, pass_score: 60}
  - {kind: decision, id: host, label: 工作坊主持人考核, of: [topic_host], by: [县项目办], grades: [合格, 不合格], pass_grade: 合格,
     counters: {person: [briefing.issued, qa.answered], workshop: [briefing.issued]}, fail_quota: none}
  - {kind: decision, id: school_based, label: 校本研修考核, of: [learner], by: [学校],
     rubric: {parts: [实地考核, 笔记], points_set_by: school}, evidence: true, grades: [合格, 不合格], pass_grade: 合格}
  - {kind: score, id: business, label: 业务考评, of: [school], by: [进修校], method: [材料考查]}
  - {kind: rule, id: learner, of: [learner], label: 年度考核, pass: {all: [school_based]}}
credit: {unit: hour, ratio: 1, cutoff: "12-31", awards: [{id: courses, rule: per_course, to: [learner], register_only_if: learner}]}
"""


def programme(owner: Org) -> Programme:
    """A running programme with its requirements laid down."""
    one = programmes.running(owner, source=PLAN)
    actions.lay_down(version=one.current, by=SYSTEM, at=programmes.AT)
    return one


def all_asked(one: Programme) -> list[Asked]:
    return asked_in(one, plan_of(one.current_id or 0))


def asked(one: Programme, key: str) -> Asked:
    return next(item for item in all_asked(one) if item.id == key)


def pass_rules(one: Programme):
    plan = plan_of(one.current_id or 0)
    return outcomes.pass_rules(plan, requirements(plan, one.current.parameters))


def rubric(owner: Org, *, use: str = "host", title: str = "考评标准", follows: Rubric | None = None) -> Rubric:
    """A rubric of 100 points whose sums need their decimals."""
    levels = (("优", "60"), ("良", "33.35"), ("一般", "10"))
    dimensions = (
        sheets.Dimension(
            key="effect", label="指导效果", looks_at="坊员有没有变化", evidence=("document", "record"),
            levels=tuple(sheets.Level(label=label, points=Decimal(points)) for label, points in levels),
        ),
        sheets.Dimension(
            key="proof", label="活动质量",
            levels=(sheets.Level(label="好", points=Decimal(40)), sheets.Level(label="一般", points=Decimal(21))),
        ),
    )  # fmt: skip
    facts = assessment.RubricFacts(title=title, dimensions=dimensions, use=use)
    return assessment.publish_rubric(owner=owner, facts=facts, follows=follows, by=SYSTEM, at=programmes.AT)


def role(one: Programme, person: Person, **facts) -> Role:
    return role_row(one, person, **{"role": "topic_host", "unit_path": person.unit_path} | facts)


def tally(one: Programme, person: Person, *, metric: str, space_id: int, count: int) -> Tally:
    return Tally.objects.create(
        programme_id=one.pk, person_id=person.pk, space_id=space_id, metric=metric, kind="", slice=0, count=count, amount=0
    )


def appraisal_rule(one: Programme, org: Org, *, key: str = "host", use: str = "host") -> AppraisalRule:
    """A rule as the unit set it."""
    item = asked(one, key)
    lines = [Decimal(60)] * len(item.line_labels)
    return actions.set_appraisal_rule(asked=item, org=org, rubric=rubric(org, use=use), lines=lines, by=SYSTEM, at=AT)


def appraisal(one: Programme, person: Person, *, assessor: Person, key: str = "school_based", **facts) -> Appraisal:
    """A draft about a person."""
    given = {"role": "learner", "saved_at": AT, "assessor": assessor.name, "levels": {}} | facts
    return Appraisal.objects.create(programme=one, assessment=key, person_id=person.pk, assessor_id=assessor.pk, **given)
