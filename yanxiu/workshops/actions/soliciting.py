"""Asking for cases and entering them (W-36): themes with their rounds up the tree, submitting, withdrawing."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yanxiu.drafts import actions as drafts
from yanxiu.integrity.actions import Screened
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Conflict, Invalid
from yanxiu.kit.rich_text import from_source
from yanxiu.programmes.plan.schema.work import Solicitation
from yanxiu.programmes.queries.plans import plan_of
from yanxiu.records.actions import record
from yanxiu.workshops import drafting, permissions
from yanxiu.workshops.actions import counting, keeping, ordering, posting, texts
from yanxiu.workshops.actions.counting import Counted, counted_as
from yanxiu.workshops.events import CaseEvent
from yanxiu.workshops.models import CaseEntry, CasePresence, CaseRound, CaseState, CaseTheme, Post, PostKind, PostState, Space, Tool

MOST_DAYS = 60
THEME = "case_theme"


@counted_as(PostKind.CASE)
def _as_case(post: Post) -> Counted:  # noqa: ARG001 - whatever its theme
    return Counted(event=CaseEvent.SUBMITTED)


def solicitation_of(space: Space) -> Solicitation | None:
    """Return what the plan says of cases that climb the levels of workshops, None when it asks for none. Cost: at most one query."""
    programme = space.programme
    if programme is None or programme.current_id is None:
        return None
    return next((one for one in plan_of(programme.current_id).solicit if one.along == "workshop_levels"), None)


@transaction.atomic
def design_theme(
    *, space: Space, title: str, source: str, opens_at: datetime, closes_at: datetime, by: Actor, at: datetime, days_per_level: int = 7
) -> CaseTheme:
    """Ask for cases about a theme in the workshop and all below it; every workshop gets its round.

    Entries are taken from `opens_at` to `closes_at`; each level above then has `days_per_level` more to choose. Raises NotPermitted,
    Conflict (not at the top, no such tool, no such solicitation in the plan), Invalid with the field.
    """
    permissions.check_can_design(by, space)
    texts.check_tool(space, Tool.CASE)
    asked = solicitation_of(space)
    if asked is None or space.programme is None:
        raise Conflict(_("%(title)s所在的项目没有安排优秀案例征集。请项目办在方案的“征集推荐”里写上。") % {"title": space.title})
    _check_times(opens_at, closes_at, days_per_level, at=at)
    title, text, body, found = _words(title, source, space=space, by=by, at=at)
    theme = CaseTheme.objects.create(
        programme=space.programme, space=space, solicitation=asked.id, title=title, source=text, body=body,
        author_id=permissions.person_of(by), author_label=by.label[:120], ratio_max=asked.ratio_max, rounding=asked.rounding,
        days_per_level=days_per_level, designed_at=at, opens_at=opens_at, closes_at=closes_at,
    )  # fmt: skip
    _lay_rounds(theme, space)
    ordering.flag(found, space=space, object_type=THEME, object_id=theme.pk, title=theme.title, by=by, at=at)
    drafts.clear(key=drafting.theme_key(space.pk), by=by, at=at)
    record(
        CaseEvent.DESIGNED, object_id=theme.pk, object_label=theme.title, by=by, at=at, **counting.where(space, by.person_id),
        data={"solicitation": asked.id, "ratio_max": str(asked.ratio_max or ""), "opens_at": str(opens_at), "closes_at": str(closes_at)},
    )  # fmt: skip
    return theme


@transaction.atomic
def change_theme(
    *, theme: CaseTheme, title: str, source: str, opens_at: datetime, closes_at: datetime, by: Actor, at: datetime, days_per_level: int = 7
) -> CaseTheme:
    """Write a theme anew, and move its days as long as no round is closed. Raises NotPermitted, Conflict, Invalid with the field."""
    permissions.check_can_design(by, theme.space)
    theme = CaseTheme.objects.select_for_update(of=("self",), no_key=True).select_related("space__org").get(pk=theme.pk)
    rounds = list(CaseRound.objects.select_for_update(of=("self",), no_key=True).filter(theme=theme).order_by("pk"))
    if any(one.is_closed for one in rounds):
        raise Conflict(_("“%(title)s”已有一级截止，主题和日期不能再改。") % {"title": theme.title})
    _check_times(opens_at, closes_at, days_per_level, at=at)
    before = {"title": theme.title, "opens_at": str(theme.opens_at), "closes_at": str(theme.closes_at)}
    theme.title, theme.source, theme.body, found = _words(title, source, space=theme.space, by=by, at=at)
    theme.days_per_level = days_per_level
    theme.opens_at, theme.closes_at = opens_at, closes_at
    theme.save(update_fields=["title", "source", "body", "days_per_level", "opens_at", "closes_at"])
    above = {one.pk: one.upper_id for one in rounds}
    longest = max((_height(one.pk, above) for one in rounds), default=0)
    for one in rounds:
        one.closes_at = closes_at + timedelta(days=days_per_level * (longest - _height(one.pk, above)))
    CaseRound.objects.bulk_update(rounds, ["closes_at"])
    ordering.flag(found, space=theme.space, object_type=THEME, object_id=theme.pk, title=theme.title, by=by, at=at)
    record(
        CaseEvent.CHANGED, object_id=theme.pk, object_label=theme.title, data={"before": before}, by=by, at=at,
        **counting.where(theme.space, by.person_id),
    )  # fmt: skip
    return theme


@transaction.atomic
def submit_case(*, theme: CaseTheme, space: Space, title: str, source: str, by: Actor, at: datetime) -> CaseEntry:
    """Enter a case for a theme, voluntarily, in the own workshop; sent twice it is one. Others read it when the theme is published.

    Raises NotFound, NotPermitted; Conflict before and after the days of the theme and once the round is closed; Invalid with the field.
    """
    permissions.check_can_speak(by, space)
    rounds = CaseRound.objects.select_for_update(of=("self",), no_key=True).filter(theme=theme, space=space.counted_id)
    here = rounds.order_by("is_final").first()
    if here is None:
        raise Conflict(_("“%(theme)s”不在%(space)s征集。") % {"theme": theme.title, "space": space.title})
    theme = CaseTheme.objects.get(pk=theme.pk)
    if at < theme.opens_at:
        raise Conflict(_("“%(theme)s”还没有开始征集。写好的可以先存草稿。") % {"theme": theme.title})
    if here.is_closed or at >= theme.closes_at:
        raise Conflict(_("“%(theme)s”的征集已经截止，这一级的件数已定，不再收案例。") % {"theme": theme.title})

    def lay(post: Post) -> None:
        entry = CaseEntry.objects.create(
            post=post, theme=theme, entered=here, round=here, author_id=post.author_id, unit_id=post.author.unit_id, submitted_at=at
        )
        CasePresence.objects.create(round=here, entry=entry, arrived_at=at)

    key = drafting.case_key(theme.pk)
    post = posting.open_thread(space=space, kind=PostKind.CASE, title=title, source=source, by=by, at=at, beside=lay, draft=key)
    return CaseEntry.objects.select_related("post", "theme", "round__space").get(post=post)


@transaction.atomic
def withdraw_case(*, entry: CaseEntry, by: Actor, at: datetime) -> CaseEntry:
    """Take the own case back before its round is closed. Raises NotFound, Conflict."""
    permissions.check_can_withdraw_case(by, entry)
    here = CaseRound.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.entered_id)
    entry = CaseEntry.objects.select_for_update(of=("self",), no_key=True).select_related("post__space__org", "theme").get(pk=entry.pk)
    if entry.state == CaseState.WITHDRAWN:
        raise Conflict(_("这件案例已经撤回。"))
    if here.is_closed or entry.state != CaseState.SUBMITTED:
        raise Conflict(_("这一级已经截止，件数已定，不能再撤回。"))
    CasePresence.objects.filter(entry=entry).delete()
    entry.state, entry.withdrawn_at = CaseState.WITHDRAWN, at
    entry.save(update_fields=["state", "withdrawn_at"])
    if entry.post.state == PostState.PUBLISHED:
        keeping.hide(post=entry.post, reason=_("本人撤回案例"), by=by, at=at)
    record(
        CaseEvent.WITHDRAWN, object_id=entry.pk, object_label=entry.post.title, person_id=entry.author_id, by=by, at=at,
        **counting.where(entry.post.space, entry.author_id),
    )  # fmt: skip
    return entry


@transaction.atomic
def lay_late_rounds(*, space: Space, by: Actor, at: datetime) -> int:
    """Give a workshop opened late in a tree its rounds of the themes that still take cases; return how many. Twice is once. System only."""
    permissions.check_is_system(by)
    if not space.level or space.is_sub or space.parent_id is None:
        return 0
    above = CaseRound.objects.select_for_update(of=("self",), no_key=True).select_related("theme").filter(space=space.parent_id)
    open_ones = above.filter(closed_at__isnull=True, theme__closes_at__gt=at, theme__space__level__gt="").order_by("pk")
    known = set(CaseRound.objects.filter(space=space).values_list("theme", flat=True))
    made = CaseRound.objects.bulk_create(

            CaseRound(
                theme=upper.theme, space=space, level=space.level, upper=upper, ratio_max=upper.theme.ratio_max,
                rounding=upper.theme.rounding,
                closes_at=max(upper.theme.closes_at, upper.closes_at - timedelta(days=upper.theme.days_per_level)),
            )
            for upper in open_ones
            if upper.theme_id not in known

    )  # fmt: skip
    for one in made:
        record(CaseEvent.CHANGED, object_id=one.theme_id, object_label=one.theme.title, by=by, at=at, **counting.where(space, None))
    return len(made)


def _words(title: str, source: str, *, space: Space, by: Actor, at: datetime) -> tuple[str, str, str, Screened]:
    text, _body = texts.written(source, most=texts.MOST_TEXT)
    found = ordering.screened([texts.titled(title), text], fields=["title", "source"], space=space, by=by, at=at)
    return found.texts[0], found.texts[1], from_source(found.texts[1]), found


def _lay_rounds(theme: CaseTheme, top: Space) -> None:
    """Make a round for the top and every workshop below it that is no sub-workshop; for a workshop without levels one more to select in."""
    found = Space.objects.filter(Q(pk=top.pk) | Q(path__startswith=top.path, level__gt="")).exclude(kind="sub_workshop")
    spaces = sorted(found.only("pk", "path", "level", "parent_id"), key=lambda space: space.path.count("/"))
    depth = max(space.path.count("/") for space in spaces)
    lowest = theme.closes_at
    step = timedelta(days=theme.days_per_level)
    rounds = {
        top.pk: CaseRound.objects.create(
            theme=theme, space=top, level=top.level, is_final=True,
            closes_at=lowest + step * (depth - top.path.count("/") if top.level else 1),
        )
    }  # fmt: skip
    if not top.level:
        CaseRound.objects.create(
            theme=theme, space=top, upper=rounds[top.pk], ratio_max=theme.ratio_max, rounding=theme.rounding, closes_at=lowest
        )
        return
    for height in sorted({space.path.count("/") for space in spaces[1:]}):
        made = CaseRound.objects.bulk_create(
            CaseRound(
                theme=theme, space=space, level=space.level, upper=rounds[space.parent_id or 0], ratio_max=theme.ratio_max,
                rounding=theme.rounding, closes_at=lowest + step * (depth - height),
            )
            for space in spaces if space.path.count("/") == height and space.parent_id in rounds
        )  # fmt: skip
        rounds |= {one.space_id: one for one in made}


def _height(number: int, above: dict[int, int | None]) -> int:
    steps = 0
    up = above.get(number)
    while up is not None:
        steps, up = steps + 1, above.get(up)
    return steps


def _check_times(opens_at: datetime, closes_at: datetime, days: int, *, at: datetime) -> None:
    if closes_at <= opens_at:
        raise Invalid(_("截止要在开始之后。"), field="closes_on")
    if closes_at <= at:
        raise Invalid(_("截止时间已经过去，请写今后的一天。"), field="closes_on")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(_("每一级评选的天数写 1—%(most)s。") % {"most": MOST_DAYS}, field="days_per_level")
