"""Does a stated fact enter the record? The plan's own checks: materials, cards, resources, deadlines, steps.

Each check returns the reason of refusal in Chinese, or "" if the fact counts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from yanxiu.credits.rehearsal.facts import RecordFact
from yanxiu.credits.rehearsal.world import World
from yanxiu.kit.clock import local
from yanxiu.programmes.plan import deadlines, framework
from yanxiu.programmes.plan.schema.work import Piece, Submission


@dataclass(kw_only=True)
class Door:
    """The checks of one rehearsal; remembers what was handed in and how much of a card is used."""

    world: World
    used_hours: dict[str, Decimal] = field(default_factory=dict)
    lessons: dict[tuple[str, str], str] = field(default_factory=dict)

    def refusal(self, fact: RecordFact) -> str:
        """Return why the fact does not count, or ""."""
        checks: dict[tuple[str, str], Callable[[RecordFact], str]] = {
            ("completed", "course"): self._course,
            ("completed", "lesson_case"): self._course,
            ("submitted", "material"): self._material,
            ("offered", "resources"): self._resources,
            ("applied", "withdrawal"): self._withdrawal,
        }
        check = checks.get((fact.verb, fact.object.type))
        return check(fact) if check else ""

    def _course(self, fact: RecordFact) -> str:
        if not fact.object.steps_done:
            return f"《{fact.object.label or fact.object.id}》还有环节没有完成，整门不计学时"
        person = self.world.persons.get(fact.person or fact.actor)
        if person is None or person.card_hours is None:
            return ""
        used, asked = self.used_hours.get(person.person, Decimal(0)), fact.object.hours or Decimal(0)
        if used + asked > person.card_hours:
            return f"卡内 {person.card_hours:f} 学时已用 {used:f}，不够再学 {asked:f} 学时，续卡后可以继续"
        self.used_hours[person.person] = used + asked
        return ""

    def _submission(self, name: str) -> tuple[Submission, Piece | None] | None:
        slot, _, piece = name.partition(".")
        for item in self.world.plan.submit:
            if item.id == slot:
                return item, next((one for one in item.pieces if one.id == piece), None)
        return None

    def _material(self, fact: RecordFact) -> str:
        found = self._submission(fact.object.kind)
        if found is None:
            return f"方案里没有 {fact.object.kind} 这种材料"
        item, piece = found
        times = deadlines.submission_times(self.world.plan, item, self.world.version.parameters)
        if times and fact.at >= max(times):
            return f"{item.label}在 {_moment(max(times))} 截止，这份 {_moment(fact.at)} 才到"
        pieces = (piece,) if piece else item.pieces
        reasons = [self._piece(one, fact, alone=piece is not None) for one in pieces]
        return "；".join(reason for reason in reasons if reason)

    def _piece(self, piece: Piece, fact: RecordFact, *, alone: bool) -> str:
        contents = fact.object.contents
        given = contents if alone else contents.get(piece.id, contents.get(piece.label))
        if given in (None, False):
            return f"缺{piece.label}"
        amounts = given if isinstance(given, dict) else {"photos": given, "characters": given}
        if piece.photos is not None and int(amounts.get("photos", 0)) < piece.photos:
            return f"{piece.label}要 {piece.photos} 张，收到 {int(amounts.get('photos', 0))} 张"
        if piece.min_chars is not None and int(amounts.get("characters", 0)) < piece.min_chars:
            return f"{piece.label}不少于 {piece.min_chars} 字，现有 {int(amounts.get('characters', 0))} 字"
        if isinstance(given, dict) and "lesson" in given:
            key = (fact.actor, piece.id)
            self.lessons[key] = str(given["lesson"])
            other = self.lessons.get((fact.actor, piece.same_lesson_as or ""))
            if other is not None and other != self.lessons[key]:
                return f"{piece.label}和{piece.same_lesson_as}要是同一节课"
        return ""

    def _resources(self, fact: RecordFact) -> str:
        bounds, given = framework.bounds(self.world.plan), fact.object.contents
        online = Decimal(str(given.get("online_hours", 0)))
        reasons = []
        for name, label, wanted in (
            ("mooc_hours", "碎片化课程", bounds.mooc_min_hours(online)),
            ("elective_hours", "选修资源", bounds.elective_min_hours(online)),
        ):
            have = Decimal(str(given.get(name, 0)))
            if wanted is not None and have < wanted:
                reasons.append(f"线上 {online:f} 学时，{label}至少 {_number(wanted)} 学时，现有 {_number(have)}")
        long = [minutes for minutes in given.get("segments", ()) if bounds.segment_max_minutes and minutes > bounds.segment_max_minutes]
        if long:
            reasons.append(f"有片段 {max(long)} 分钟，超过 {bounds.segment_max_minutes} 分钟")
        return "；".join(reasons)

    def _withdrawal(self, fact: RecordFact) -> str:
        rule = self.world.plan.enrol.withdraw if self.world.plan.enrol else None
        if rule is None:
            return "方案没有写报删，不能报删"
        due = next(one.at for one in deadlines.deadlines(self.world.plan, self.world.version.parameters) if one.of == "enrol.withdraw")
        if rule.apply == "self" and fact.person and fact.person != fact.actor:
            return "报删要由本人提出"
        return f"{rule.label}在 {_moment(due)} 截止，{_moment(fact.at)} 才到，仍计入应训人数" if fact.at >= due else ""


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _moment(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}"
