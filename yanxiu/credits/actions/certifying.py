"""Issue and revoke certificates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yanxiu.credits import certificates, permissions
from yanxiu.credits.events import CreditEvent
from yanxiu.credits.models import Certificate, Settlement
from yanxiu.credits.papers import paper_of
from yanxiu.evaluation import results
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.sql import save_or_raise
from yanxiu.people.models import Person
from yanxiu.programmes.models import Enrolment, PlanVersion, Programme
from yanxiu.programmes.plan import outcomes
from yanxiu.programmes.plan.requirements import requirements
from yanxiu.programmes.plan.specs import CertificateSpec
from yanxiu.programmes.queries import plan_of
from yanxiu.records.actions import record


class AlreadyIssued(Conflict):
    """The person holds a valid certificate of this programme."""

    code = "already_issued"


class NotQualified(Conflict):
    """The result does not give a certificate; the message names what is missing."""

    code = "not_qualified"


@transaction.atomic
def issue(*, person: Person, programme: Programme, by: Actor, at: datetime) -> Certificate:
    """Issue the programme's certificate to a person; qualification and ledger are read inside this transaction (security CE-04).

    Raises NotPermitted, NotQualified (naming what is missing), AlreadyIssued, Conflict while a settlement runs, Invalid for a name
    with a character that the certificate's font lacks. Cost: about 9 queries.
    """
    from yanxiu.credits import certificate_pdf  # typst and pyhanko: 25 MB and 0.5 s that only making a certificate should cost

    permissions.check_can_issue(by, programme)
    # A settlement or reversal of this programme must not slip between the check and the certificate.
    Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    if Settlement.objects.filter(programme=programme, finished_at__isnull=True).exists():
        raise Conflict("学时正在结算，结算完成后再发证书。")
    version_id = Enrolment.objects.filter(programme=programme, person=person, state="active").values_list("version", flat=True).first()
    version = PlanVersion.objects.get(pk=version_id or programme.current_id or 0)
    paper = paper_of(version)
    _check_qualified(person, version, paper, at=at)
    sums = certificates.registered(person.pk, programme, plan_of(version))
    if sums is None or sums.amount <= 0:
        raise NotQualified(f"{person.name}还没有登记的学时。请先结算学时，再发证书。")
    unit = person.unit.name if person.unit else ""
    more = certificates.listed(person.pk, programme, plan_of(version), paper)
    lacking = certificate_pdf.missing_glyphs(f"{person.name}{unit}{programme.title}{''.join(more.get('courses', ()))}")
    if lacking:
        raise Invalid(f"证书字体里没有「{'」「'.join(lacking)}」，没有发给{person.name}。请先核对姓名用字，或由管理员补充字体。")
    code = certificates.new_code()
    facts = certificates.facts_of(code=code, person=person, unit=unit, programme=programme, paper=paper, sums=sums, at=at, more=more)
    certificate = Certificate(
        code=code, number=facts["number"], person=person, programme=programme, certificate_key=paper.id, facts=facts,
        signature=certificates.signature_of(facts), issued_by=by.person_id, issued_at=at,
    )  # fmt: skip
    save_or_raise(certificate, {"credits_certificate_once": AlreadyIssued(f"{person.name}已有这个方案的有效证书，不重复发。")})
    record(
        CreditEvent.ISSUED, object_id=certificate.pk, object_label=facts["number"], by=by, at=at, person_id=person.pk,
        programme_id=programme.pk, unit_path=person.unit_path, measure=sums.amount,
    )  # fmt: skip
    return certificate


def _check_qualified(person: Person, version: PlanVersion, paper: CertificateSpec, *, at: datetime) -> None:
    specs = requirements(plan_of(version), version.parameters)
    rules = [rule for rule in outcomes.pass_rules(plan_of(version), specs) if rule.id == paper.condition]
    found = [result for rule in rules for result in results.of_rule(rule, versions=[version.pk], persons=[person.pk], at=at)]
    if any(result.passed for result in found):
        return
    labels = {spec.key: spec.label for spec in specs}
    missing = "、".join(dict.fromkeys(labels.get(key, key) for result in found for key in result.missing))
    raise NotQualified(f"{person.name}还不能发证书{f'：{missing}没有达到' if missing else '：没有考核结果'}。")


@dataclass(frozen=True, kw_only=True)
class Issued:
    """What issuing to many did: how many got one, and who did not with the reason."""

    issued: int
    refused: tuple[tuple[Person, str], ...]


def issue_all(*, programme: Programme, people: Sequence[Person], by: Actor, at: datetime) -> Issued:
    """Issue to each person in a transaction of its own; who holds one already is passed over. Raises NotPermitted."""
    permissions.check_can_issue(by, programme)
    issued, refused = 0, []
    for person in people:
        try:
            issue(person=person, programme=programme, by=by, at=at)
            issued += 1
        except AlreadyIssued:
            continue
        except (NotQualified, Invalid) as error:
            refused.append((person, error.message))
    return Issued(issued=issued, refused=tuple(refused))


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, by: Actor, at: datetime) -> Certificate:
    """Revoke a certificate; the public page says so at once. Raises NotPermitted, Invalid without a reason, Conflict if done."""
    permissions.check_can_issue(by, certificate.programme)
    if len(reason.strip()) < 2:
        raise Invalid("请写明撤销的原因，例如：学时已冲销，见某号文。", field="reason")
    changed = Certificate.objects.filter(pk=certificate.pk, revoked_at__isnull=True).update(
        revoked_at=at, revoked_by=by.person_id, revocation_reason=reason.strip()[:300]
    )
    if changed != 1:
        raise Conflict("这份证书已经撤销过。")
    record(
        CreditEvent.REVOKED, object_id=certificate.pk, object_label=certificate.number, by=by, at=at, person_id=certificate.person_id,
        programme_id=certificate.programme_id, unit_path=certificate.person.unit_path, data={"reason": reason.strip()},
    )  # fmt: skip
    certificate.refresh_from_db()
    return certificate
