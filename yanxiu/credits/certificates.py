"""What a certificate says, how it is signed, and how anybody checks it."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from yanxiu.credits.models import Certificate, Root
from yanxiu.evaluation.models import Judgement
from yanxiu.evaluation.standing import plain
from yanxiu.kit import sql
from yanxiu.kit.clock import local
from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.judgement import DecisionAssessment, ScoreAssessment
from yanxiu.programmes.plan.specs import CertificateSpec

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread on paper: no 0 1 I L O U
_LENGTH = 20  # log2(30) × 20 = 98 bits: not to be enumerated (security CE-02)


def new_code() -> str:
    """Return a random code of 98 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def number_of(code: str, year: int) -> str:
    """Return the number people read: the year and the code in groups of four."""
    return f"{year}-" + "-".join(code[i : i + 4] for i in range(0, _LENGTH, 4))


def code_in(text: str) -> str:
    """Return the code inside what somebody typed, pasted or scanned ("" if there is none)."""
    letters = "".join(c for c in text.upper().rstrip("/").rsplit("/", 1)[-1] if c.isalnum() and c.isascii())
    return letters[-_LENGTH:] if len(letters) in (_LENGTH, _LENGTH + 4) else ""


@lru_cache(maxsize=1)
def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(settings.CERTIFICATE_KEY))


def _canonical(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signature_of(facts: Mapping[str, Any]) -> bytes:
    """Sign the facts (Ed25519 over canonical JSON)."""
    return _key().sign(_canonical(facts))


def is_genuine(certificate: Certificate) -> bool:
    """Tell whether the stored facts are those that were signed."""
    try:
        _key().public_key().verify(bytes(certificate.signature), _canonical(certificate.facts))
    except InvalidSignature:
        return False
    return bool(certificate.facts.get("code") == certificate.code)


def masked(name: str) -> str:
    """Return a name as the public page shows it: 王*林, 李*, 阿依***·***提 (first and last character)."""
    if len(name) <= 2:
        return name[:1] + "*"
    return name[0] + "".join(c if c == "·" else "*" for c in name[1:-1]) + name[-1]


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What stands registered for a person in a programme: the sum, its unit and class, years, and the part of each block."""

    amount: Decimal
    unit: str
    credit_class: str
    years: tuple[int, ...]
    blocks: tuple[tuple[str, Decimal], ...]


_REGISTERED = """
SELECT e.unit, e.credit_class, e.year, COALESCE(r.kind, '') AS block, SUM(e.amount) AS amount
FROM credits_entry e
LEFT JOIN records_record r ON r.id = (e.evidence ->> 0)::bigint AND e.source_key NOT LIKE '%%:result:%%'
WHERE e.person_id = %(person)s AND e.programme_id = %(programme)s AND e.account = 'registered'
GROUP BY 1, 2, 3, 4 HAVING SUM(e.amount) <> 0 ORDER BY 1, 2, 3, 4
"""


def registered(person_id: int, programme: Programme, plan: Plan) -> Registered | None:
    """Return what is registered, or None for nothing. Cost: one query."""
    rows = sql.rows(_REGISTERED, {"person": person_id, "programme": programme.pk})
    if not rows:
        return None
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["block"]] = sums.get(row["block"], Decimal(0)) + row["amount"]
    labels = {block.id: block.label for block in plan.learn}
    return Registered(
        amount=sum((row["amount"] for row in rows), Decimal(0)),
        unit=rows[0]["unit"],
        credit_class=rows[0]["credit_class"],
        years=tuple(sorted({row["year"] for row in rows})),
        blocks=tuple((labels[block], sums[block]) for block in labels if block in sums),
    )


_COURSES = """
SELECT r.object_label AS title FROM records_record r
WHERE r.programme_id = %(programme)s AND r.person_id = %(person)s AND r.verb = 'completed' AND r.object_type = 'course'
  AND r.object_label <> '' AND NOT EXISTS (SELECT 1 FROM records_record v WHERE v.voids = r.id)
ORDER BY r.at, r.id
"""


def listed(person_id: int, programme: Programme, plan: Plan, paper: CertificateSpec) -> dict[str, Any]:
    """Return what else the plan wants on the paper (004 §八): the courses completed, and the scores of its assessments.

    Cost: 2 queries, none where the plan asks for neither.
    """
    more: dict[str, Any] = {}
    facts = {"person": person_id, "programme": programme.pk}
    if "courses" in paper.fields:
        more["courses"] = list(dict.fromkeys(row["title"] for row in sql.rows(_COURSES, facts)))
    if "results" in paper.fields:
        current = Judgement.objects.filter(programme=programme, person_id=person_id, superseded_at__isnull=True, passed=True)
        scores = {one.key.split(".")[0]: one for one in current.order_by("pk")}
        more["results"] = [
            {"label": one.label or one.id, "score": plain(found.score) if found.score is not None else found.grade or "合格"}
            for one in plan.assess
            if isinstance(one, ScoreAssessment | DecisionAssessment) and (found := scores.get(one.id)) is not None
        ]
    return more


def facts_of(
    *, code: str, person: Person, unit: str, programme: Programme, paper: CertificateSpec, sums: Registered, at: datetime,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return what is signed and printed; no identity number is among it (P-24). `more`: `listed`. Cost: one query."""
    root = Root.objects.order_by("-pk").first()
    on = local(at)
    return {
        "code": code,
        "number": number_of(code, on.year),
        "title": paper.label,
        "name": person.name,
        "unit": unit,
        "programme": programme.title,
        "result": "考核合格",
        "amount": plain(sums.amount),
        "unit_word": sums.unit,
        "credit_class": sums.credit_class,
        "years": "、".join(str(year) for year in sums.years),
        "blocks": [{"label": label, "amount": plain(amount)} for label, amount in sums.blocks],
        "root": bytes(root.hash).hex()[:24] if root else "尚未封存",
        "issuer": paper.issued_by or paper.printed_by or programme.owner.name,
        "issued_on": f"{on.year} 年 {on.month} 月 {on.day} 日",
        **(more or {}),
    }


def verify_url(code: str = "") -> str:
    """Return the public address that checks a certificate."""
    return f"{settings.BASE_URL}/verify/{code}/" if code else f"{settings.BASE_URL}/verify/"
