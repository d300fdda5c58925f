"""Which certificate a plan gives."""

from yanxiu.programmes.models import PlanVersion
from yanxiu.programmes.plan import outcomes
from yanxiu.programmes.plan.specs import CertificateSpec
from yanxiu.programmes.queries import plan_of

# A programme whose document names no paper still lets its office certify the result of its learners.
DEFAULT_PAPER = CertificateSpec(id="completion", label="研修合格证书", condition="")


def paper_of(version: PlanVersion) -> CertificateSpec:
    """Return the certificate that a plan gives; without one, the completion of its learners' pass rule."""
    plan = plan_of(version)
    papers = outcomes.certificates(plan)
    if papers:
        return papers[0]
    gates = [award.register_only_if or award.condition for award in outcomes.awards(plan)]
    return CertificateSpec(id=DEFAULT_PAPER.id, label=DEFAULT_PAPER.label, condition=next((gate for gate in gates if gate), ""))
