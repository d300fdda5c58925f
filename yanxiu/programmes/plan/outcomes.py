"""Compiles what follows from requirements: pass rules, awards, certificates, fees, sanctions."""

from decimal import Decimal
from typing import Final

from yanxiu.programmes.plan.requirements import requirements
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.judgement import CourseAssessment, DecisionAssessment, RuleAssessment, ScoreAssessment, Tree
from yanxiu.programmes.plan.specs import (
    All,
    Any,
    AtLeast,
    AwardSpec,
    CertificateSpec,
    CourseRule,
    FeeSpec,
    MultiplierSpec,
    Node,
    PassRule,
    Ref,
    RequirementSpec,
    SanctionSpec,
)

DEFAULT_PASS_SCORE: Final = Decimal(60)  # D-15


def pass_rules(plan: Plan, specs: tuple[RequirementSpec, ...] | None = None) -> tuple[PassRule, ...]:
    """Every assessment with a pass line as a tree over requirement keys, one per role it is of.

    A decision or score is the tree of its own requirement. `specs` are the requirements, when already compiled.
    """
    found = requirements(plan) if specs is None else specs
    rules = []
    for item in plan.assess:
        if isinstance(item, CourseAssessment) or not _has_line(item):
            continue
        for role in item.of:
            tree = _tree(item.pass_, role, found) if isinstance(item, RuleAssessment) else _ref(item.id, role, found)
            rules.append(PassRule(id=item.id, subject_role=role, label=item.label or item.id, tree=tree, clause=item.clause or ""))
    return tuple(rules)


def _has_line(item: RuleAssessment | DecisionAssessment | ScoreAssessment) -> bool:
    if isinstance(item, DecisionAssessment):
        return item.pass_grade is not None or item.gives is not None
    return isinstance(item, RuleAssessment) or item.pass_score is not None


def _tree(tree: Tree, role: str, specs: tuple[RequirementSpec, ...]) -> Node:
    listed = tree.all or tree.any or tree.of or ()
    nodes = tuple(_tree(node, role, specs) if isinstance(node, Tree) else _ref(node, role, specs) for node in listed)
    if tree.all is not None:
        return All(nodes)
    return Any(nodes) if tree.any is not None else AtLeast(tree.at_least or 1, nodes)


def _ref(name: str, role: str, specs: tuple[RequirementSpec, ...]) -> Node:
    """The requirement of this id for this role; several (one per stage): all of them, since those of other stages do not concern."""
    named = [spec for spec in specs if spec.id == name]
    own = [spec for spec in named if spec.subject_role == role] or named
    if len(own) == 1:
        return Ref(own[0].key)
    return All(tuple(Ref(spec.key) for spec in own))


def awards(plan: Plan) -> tuple[AwardSpec, ...]:
    """The award rules of the plan, in its order; empty when it awards nothing."""
    credit = plan.credit
    if credit is None:
        return ()
    return tuple(
        AwardSpec(
            id=award.id,
            rule=award.rule,
            unit=credit.unit,
            to=award.to,
            ratio=credit.ratio,
            blocks=award.blocks,
            credit_class=award.class_,
            amount=award.amount,
            condition=award.if_,
            all_or_nothing=award.all_or_nothing,
            register_only_if=award.register_only_if,
            on_fail=award.on_fail,
            multipliers=tuple(MultiplierSpec(condition=one.if_, grade=one.grade, x=one.x, domain=one.domain) for one in award.multipliers),
            cutoff=credit.cutoff,
            confirm=award.confirm,
            account=credit.account,
            clause=award.clause or "",
        )
        for award in credit.awards
    )


def course_rule(plan: Plan) -> CourseRule:
    """What one course needs before it counts; all steps when the plan says nothing."""
    for item in plan.assess:
        if isinstance(item, CourseAssessment):
            line = item.pass_score if item.pass_score is not None else DEFAULT_PASS_SCORE
            return CourseRule(needs=item.needs, pass_score=line, clause=item.clause or "")
    return CourseRule(needs=("steps",), pass_score=DEFAULT_PASS_SCORE)


def certificates(plan: Plan) -> tuple[CertificateSpec, ...]:
    """The certificates of the plan with their pass rule."""
    return tuple(
        CertificateSpec(
            id=one.id,
            label=one.label,
            condition=one.if_,
            grade=one.grade,
            issued_by=one.issued_by,
            printed_by=one.printed_by,
            fields=one.fields,
            clause=one.clause or "",
        )
        for one in plan.certs
        if one.if_ is not None
    )


def fees(plan: Plan) -> tuple[FeeSpec, ...]:
    """The price list; sources of money that are only booked are left out."""
    return tuple(
        FeeSpec(
            id=one.id,
            who=one.who,
            amount=one.amount,
            per=one.per,
            year_hours=one.year_hours,
            year_amount=one.year_amount,
            payers=one.payers,
            collected_by=one.collected_by,
            basis=one.basis,
            implied=one.implied,
            clause=one.clause or "",
        )
        for one in plan.fees
        if one.who is not None and one.amount is not None and one.per is not None
    )


def sanctions(plan: Plan) -> tuple[SanctionSpec, ...]:
    """Conditions and what follows from them."""
    return tuple(
        SanctionSpec(id=one.id, conditions=one.if_, effects=one.then, verified=one.verified, term=one.term, clause=one.clause or "")
        for one in plan.sanctions
    )
