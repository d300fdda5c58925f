"""What messages do because of cases that climb and of guidance downward: authors, guides and guided hosts hear of it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from yanxiu.access.models import Appointment
from yanxiu.access.queries import in_force
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.notices import actions
from yanxiu.people.models import Person
from yanxiu.records.models import Record
from yanxiu.records.reactions import reacts_to
from yanxiu.workshops.events import CaseEvent, FollowEvent, SpaceEvent
from yanxiu.workshops.models import CaseEntry, CaseRound, CaseSelection, CaseTheme, GuideVisit, Space, VisitKind


@reacts_to(CaseEvent.RECOMMENDED)
def tell_whose_case_goes_up(record: Record) -> None:
    """A case was sent up: its author is told how far it has come."""
    entry = CaseEntry.objects.select_related("author", "post").filter(pk=int(record.object_id)).first()
    one = CaseRound.objects.select_related("upper__space").filter(pk=record.data["round"]).first()
    if entry is None or one is None or one.upper is None or entry.round_id == one.pk:  # taken back before the worker came
        return
    actions.tell(
        person=entry.author, title=(_("您的案例“%(title)s”推荐上去了") % {"title": entry.post.title})[:120],
        words=_("到了%(space)s，接着评选。公布以前别人看不到作者") % {"space": one.upper.space.title},
        link=reverse("workshops:thread", args=[entry.post_id]), key=f"case:{entry.pk}:{one.pk}", by=SYSTEM, at=record.at,
    )  # fmt: skip


@reacts_to(CaseEvent.TAKEN_BACK)
def withdraw_what_was_told(record: Record) -> None:
    """A recommendation was taken back: what its author was told of it goes."""
    actions.withdraw(key=f"case:{record.object_id}:{record.data['round']}", by=SYSTEM, at=record.at)


@reacts_to(CaseEvent.PUBLISHED)
def tell_who_was_selected(record: Record) -> None:
    """A theme was published: the authors of what was selected are told."""
    theme = CaseTheme.objects.filter(pk=int(record.object_id)).first()
    selections = CaseSelection.objects.filter(entry__theme=theme).select_related("entry__author", "entry__post").order_by("pk")
    for one in selections if theme is not None else ():
        actions.tell(
            person=one.entry.author, title=(_("您的案例“%(title)s”入选了") % {"title": one.entry.post.title})[:120],
            words=one.words[:120] or _("已在入选案例里展示，写着您的姓名和学校"),
            link=reverse("workshops:shelved_case", args=[one.entry_id]), key=f"case-selected:{one.entry_id}", by=SYSTEM, at=record.at,
        )  # fmt: skip


@reacts_to(FollowEvent.REMINDED)
def tell_guides(record: Record) -> None:
    """Workshops below were not reached yet: their guides are told which."""
    link = reverse("workshops:lower", args=[record.object_id]) + "?show=missing"
    for person in Person.objects.filter(pk__in=[int(number) for number in record.data["people"]]).order_by("pk"):
        titles = record.data["people"][str(person.pk)]
        actions.tell(
            person=person, title=_("还有 %(n)d 个下级坊没有跟进") % {"n": len(titles)}, words="、".join(titles)[:120], link=link,
            key=f"guide:{record.pk}:{person.pk}", by=SYSTEM, at=record.at,
        )  # fmt: skip


@reacts_to(SpaceEvent.GUIDED)
def tell_advised_hosts(record: Record) -> None:
    """The hosts of a workshop were given advice from above: they are told; a visit alone is only logged."""
    seen = GuideVisit.objects.filter(pk=record.data.get("visit", 0), kind=VisitKind.ADVICE).first()
    if seen is None:
        return
    space = Space.objects.get(pk=seen.lower_id)
    hosting = in_force(Appointment.objects.filter(role="host", space_id=space.pk), on=clock.day(record.at))
    for person in Person.objects.filter(pk__in=hosting.values("person")).order_by("pk"):
        actions.tell(
            person=person, title=(_("%(who)s给%(space)s提了建议") % {"who": seen.guide_label, "space": space.title})[:120],
            words=seen.words[:120], link=reverse("workshops:guide_log", args=[space.pk]), key=f"advice:{seen.pk}:{person.pk}",
            by=SYSTEM, at=record.at,
        )  # fmt: skip
