"""Themes, cases that are judged and shown, guidance downward and followed lessons, for the world of all pages."""

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.programmes import factories as programmes
from tests.workshops import case_factories as cases
from tests.workshops import factories as workshops
from tests.workshops import follow_factories as follows
from yanxiu.kit.clock import now
from yanxiu.workshops.models import CaseRound, CaseTheme

if TYPE_CHECKING:
    from tests.house.world import World


def lay(world: "World") -> None:
    """A theme that is open, one that is judged, one that is published; a workshop below; a lesson of 李雷 that is followed."""
    at, space = now(), world.space
    opened = cases.case_theme(space, opens_at=at - timedelta(days=1), closes_at=at + timedelta(days=9))
    cases.case_round(opened, upper=cases.case_round(opened, is_final=True))
    judged = cases.case_theme(space, opens_at=at - timedelta(days=9), closes_at=at - timedelta(days=1))
    one = cases.case_round(judged, upper=cases.case_round(judged, is_final=True), closed_at=at, base=40, places=2)
    shown = cases.case_theme(space, opens_at=at - timedelta(days=9), closes_at=at - timedelta(days=1))
    cases.case_round(shown, is_final=True)
    CaseTheme.objects.filter(pk=shown.pk).update(published_at=at)
    lower = workshops.space(world.cast.county, parent=space, level="县", kind="subject_workshop", programme=space.programme)
    follow = follows.lesson_follow(space, world.cast.person("王老师"), world.cast.person("李雷"))
    world.ids |= {
        "round_id": one.pk, "theme_id": opened.pk, "follow_id": follow.pk, "workshops:guide_log:space_id": lower.pk,
    }  # fmt: skip
    more(world)
    world.also["workshops:case_round at the end"] = f"/workshops/cases/rounds/{one.upper_id}/"
    world.also["workshops:case_theme over"] = f"/workshops/cases/themes/{judged.pk}/"
    world.also["workshops:lower missing"] = f"/workshops/{space.pk}/lower/?show=missing"


def more(world: "World") -> None:
    """Another of each."""
    space = world.space
    authors = [programmes.teacher(world.cast.other_school) for _ in range(2)]
    one = CaseRound.objects.select_related("theme", "space").get(pk=world.ids["round_id"])
    entry = cases.case_entries(one, [*authors, world.cast.person("李雷")])[0]
    cases.case_vote(one, entry, programmes.teacher(world.cast.county))
    cases.case_conflict(one.theme, programmes.teacher(world.cast.county), authors[0])
    for last in CaseRound.objects.filter(space=space, is_final=True).select_related("theme", "space").order_by("pk"):
        selected = cases.case_selection(cases.case_entry(last, programmes.teacher(world.cast.school)))
        if last.theme.published_at is not None:
            world.ids.setdefault("workshops:shelved_case:entry_id", selected.entry_id)
    world.ids.setdefault("workshops:judge_case:entry_id", entry.pk)
    lower = workshops.space(world.cast.county, parent=space, level="县", kind="subject_workshop", programme=space.programme)
    follows.guide_duty(lower, world.cast.person("王老师"))
    known = type(lower).objects.get(pk=world.ids["workshops:guide_log:space_id"])
    follows.guide_visit(known, world.cast.person("王老师"))
    follow = follows.lesson_follow(space, world.cast.person("王老师"), world.cast.person("李雷"))
    for one_follow in (follow, type(follow).objects.get(pk=world.ids["follow_id"])):
        for stage in ("plan", "design", "trial"):
            follows.follow_step(one_follow, stage=stage)
