"""Excellent cases of a team: entered everywhere, recommended level by level under the share of the plan, selected and shown at the top."""

from datetime import timedelta

from yanxiu.demo.teams.ground import BEGINS, Team, Workshop
from yanxiu.kit.actor import SYSTEM
from yanxiu.workshops.actions import climbing, soliciting
from yanxiu.workshops.actions import judging as judges
from yanxiu.workshops.models import CasePresence, CaseRound, CaseTheme

OPENS, CLOSES, DAYS = BEGINS + timedelta(days=2), BEGINS + timedelta(days=30), 7
EVERY = 2  # of so many members one enters a case: a county of fifty then has twenty-five, of which one goes up


def solicit(team: Team) -> CaseTheme:
    """Play a theme from its design to the shelf; nothing is selected where the share gives no place."""
    top = team.workshops[0]
    theme = soliciting.design_theme(
        space=top.space, title=f"{team.label}：让学习看得见", source="写一节课里学生怎样学会的，附学生的原话。", opens_at=OPENS,
        closes_at=CLOSES, days_per_level=DAYS, by=top.hosts[0], at=OPENS - timedelta(days=1),
    )  # fmt: skip
    for one in team.workshops:
        for number, member in enumerate(one.members[::EVERY]):
            soliciting.submit_case(
                theme=theme, space=one.space, title=f"案例 {one.space.pk}-{number}", by=member,
                at=OPENS + timedelta(days=3, minutes=number),
                source=f"第 {number} 节课：先让学生写，再让学生说，我只追问。",
            )  # fmt: skip
    for one in reversed(team.workshops):
        _send_up(theme, one)
    _select(theme, top)
    return theme


def _send_up(theme: CaseTheme, one: Workshop) -> None:
    """Close the round of a workshop, judge three cases, send up as many as there are places."""
    here = CaseRound.objects.filter(theme=theme, space=one.space, is_final=False).select_related("theme", "space__org", "upper").first()
    if here is None:
        return
    closed = climbing.close_round(round=here, by=SYSTEM, at=here.closes_at)
    present = [row.entry for row in CasePresence.objects.filter(round=closed).select_related("entry").order_by("pk")]
    at = closed.closes_at + timedelta(hours=1)
    for number, entry in enumerate(present[:3]):
        judges.vote(round=closed, entry=entry, score=90 - number, by=one.hosts[-1], at=at)
    if closed.left and present:
        climbing.recommend(round=closed, entry_ids=[entry.pk for entry in present[: closed.left]], by=one.hosts[0], at=at)


def _select(theme: CaseTheme, top: Workshop) -> None:
    final = CaseRound.objects.filter(theme=theme, is_final=True).select_related("theme", "space__org").first()
    if final is None:
        return
    closed = climbing.close_round(round=final, by=SYSTEM, at=final.closes_at)
    present = [row.entry for row in CasePresence.objects.filter(round=closed).select_related("entry").order_by("pk")]
    at = closed.closes_at + timedelta(hours=2)
    for entry in present[:2]:
        climbing.select(round=closed, entry=entry, words="学生的话写得真", by=top.hosts[0], at=at)
    if present:
        climbing.publish_theme(round=closed, by=top.hosts[0], at=at)
