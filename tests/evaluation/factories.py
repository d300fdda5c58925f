"""One row of each model of evaluation."""

from decimal import Decimal

from tests.programmes import factories as programmes
from yanxiu.evaluation.models import CoverageMember, Judgement, Requirement, Role, Waiver


def requirement(version, **facts) -> Requirement:
    facts = {
        "key": "extra",
        "kind": "count",
        "label": "另一项",
        "subject_role": "learner",
        "per": "person",
        "target": Decimal(1),
        "unit": "次",
    } | facts
    return Requirement.objects.create(version=version, number=99, **facts)


def waiver(programme, person, **facts) -> Waiver:
    return Waiver.objects.create(programme=programme, person=person, key="electives", reason="产假", granted_at=programmes.AT, **facts)


def judgement(programme, person, **facts) -> Judgement:
    return Judgement.objects.create(programme=programme, key="host", person_id=person.pk, passed=True, judged_at=programmes.AT, **facts)


def coverage_member(programme, **facts) -> CoverageMember:
    return CoverageMember.objects.create(programme=programme, over="县", space_id=1, member="2", **facts)


def role(programme, person, **facts) -> Role:
    facts = {"version": programme.current, "role": "subject_host", "from_at": programmes.AT, "unit_path": "/"} | facts
    return Role.objects.create(programme=programme, person_id=person.pk, **facts)
