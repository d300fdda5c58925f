"""The plan as typed, immutable parts. One module per concern; the root is `Plan`."""

from typing import Annotated

from msgspec import Meta

from yanxiu.programmes.plan.schema.judgement import Assessment, Certificate, Credit, Fee, Sanction
from yanxiu.programmes.plan.schema.people import After, Calendar, Docs, Enrol, Group, Orgs, Programme, Terms
from yanxiu.programmes.plan.schema.values import Part
from yanxiu.programmes.plan.schema.work import Attend, Block, Choice, Duty, Guidance, Phase, Solicitation, Space, Submission, Total
from yanxiu.programmes.plan.vocabulary import Role

__all__ = ["Plan"]


class Plan(Part, frozen=True, kw_only=True):
    """One programme described as data. An absent key means the document does not state it: never zero, never a guess."""

    programme: Programme
    terms: Terms = Terms()
    calendar: Calendar = Calendar()
    orgs: Orgs | None = None
    audience: tuple[Group, ...] = ()
    phases: Annotated[tuple[Phase, ...], Meta(max_length=60)] = ()
    enrol: Enrol | None = None
    choose: tuple[Choice, ...] = ()
    learn: tuple[Block, ...] = ()
    totals: tuple[Total, ...] = ()
    spaces: tuple[Space, ...] = ()
    guide: tuple[Guidance, ...] = ()
    attend: tuple[Attend, ...] = ()
    duties: dict[Role, tuple[Duty, ...]] = {}
    submit: tuple[Submission, ...] = ()
    solicit: tuple[Solicitation, ...] = ()
    assess: tuple[Assessment, ...] = ()
    credit: Credit | None = None
    fees: tuple[Fee, ...] = ()
    certs: tuple[Certificate, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    after: After = After()
    docs: Docs = ()
