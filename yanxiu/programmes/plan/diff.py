"""What changed between two versions of a plan, in sentences.

Who gains and who loses is a question to the records of people; it is answered above, on top of these changes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

import msgspec

from yanxiu.programmes.plan.framework import requirements_or_none
from yanxiu.programmes.plan.numbers import number
from yanxiu.programmes.plan.outcomes import awards, pass_rules
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.specs import All, Any, AtLeast, AwardSpec, Node, Ref, RequirementSpec
from yanxiu.programmes.plan.windows import Window, shown, try_resolve
from yanxiu.programmes.plan.words import SECTIONS, credit_word, role_word, role_words, window_word

Effect = Literal["tighter", "looser", "other"]
_AWARD_WORDS = {
    "multipliers": "倍数",
    "blocks": "计入的课程块",
    "to": "对象",
    "rule": "计法",
    "condition": "凭哪项考核",
    "all_or_nothing": "整体计算",
}
_COMPILED = frozenset({"phases", "learn", "totals", "duties", "submit", "assess", "credit"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change. `kind` added / removed / changed; `effect` for those concerned; `roles` empty: everybody or nobody in particular."""

    section: str
    id: str
    kind: Literal["added", "removed", "changed"]
    text: str
    roles: tuple[str, ...] = ()
    effect: Effect = "other"


def diff(old: Plan, new: Plan, params: Mapping[str, int] | None = None) -> tuple[Change, ...]:
    """All changes from `old` to `new`: windows, requirements, pass rules, awards, then the other sections by key. Empty when equal."""
    found = [*_windows(old, new, params), *_requirements(old, new), *_rules(old, new), *_awards(old, new)]
    return (*found, *_sections(old, new, found))


def _windows(old: Plan, new: Plan, params: Mapping[str, int] | None) -> Iterator[Change]:
    before = {window.id: window for window in try_resolve(old, params)[0]}
    after = {window.id: window for window in try_resolve(new, params)[0]}
    printed_old = {phase.id: phase for phase in old.phases}
    printed_new = {phase.id: phase for phase in new.phases}
    for key in dict.fromkeys((*printed_old, *printed_new)):
        if key not in printed_new:
            yield Change(section="phases", id=key, kind="removed", text=f"时间窗口「{before[key].label}」取消", roles=before[key].for_roles)
        elif key not in printed_old:
            text = f"时间窗口「{after[key].label}」新增，{_days(new, after[key])}"
            yield Change(section="phases", id=key, kind="added", text=text, roles=after[key].for_roles)
        elif printed_old[key] != printed_new[key] or replace(before[key], cutoff=None) != replace(after[key], cutoff=None):
            yield _window(old, new, before[key], after[key])


def _days(plan: Plan, window: Window) -> str:
    if window.starts_at is not None or window.ends_at is not None:
        return shown(window)
    phase = next(phase for phase in plan.phases if phase.id == window.id)
    return f"{phase.from_ or ''} — {phase.to or ''}" if phase.from_ or phase.to else "日期未定"


def _window(old: Plan, new: Plan, before: Window, after: Window) -> Change:
    was, now = _days(old, before), _days(new, after)
    effect: Effect = "other"
    if was != now:
        text = f"时间窗口「{after.label}」从 {was} 改为 {now}，涉及{role_words(new, after.for_roles)}"
        if before.ends_at is not None and after.ends_at is not None and before.ends_at != after.ends_at:
            effect = "tighter" if after.ends_at < before.ends_at else "looser"
    elif before.lock != after.lock:
        text = f"时间窗口「{after.label}」的锁定时间改了"
    elif before.cutoff != after.cutoff:
        text = f"时间窗口「{after.label}」的登记截止改了"
    elif before.for_roles != after.for_roles or before.not_for != after.not_for:
        text = f"时间窗口「{after.label}」的对象从{role_words(old, before.for_roles)}改为{role_words(new, after.for_roles)}"
    else:
        text = f"时间窗口「{after.label}」的名称或开放的事项改了"
    return Change(section="phases", id=after.id, kind="changed", text=text, roles=after.for_roles, effect=effect)


def _requirements(old: Plan, new: Plan) -> Iterator[Change]:
    before = {spec.key: spec for spec in requirements_or_none(old)}
    after = {spec.key: spec for spec in requirements_or_none(new)}
    for key in dict.fromkeys((*before, *after)):
        one, two = before.get(key), after.get(key)
        if one is not None and two is None:
            text = f"{role_word(old, one.subject_role)}的要求「{one.label}」取消，原为{_bound(one)}"
            yield _change(one, "removed", text, "looser")
        elif one is None and two is not None:
            yield _change(two, "added", f"{role_word(new, two.subject_role)}新增要求「{two.label}」，{_bound(two)}", "tighter")
        elif one is not None and two is not None and one != two:
            yield _requirement(new, one, two)


def _change(spec: RequirementSpec, kind: Literal["added", "removed"], text: str, effect: Effect) -> Change:
    shown_effect: Effect = effect if spec.assessed and not spec.soft else "other"
    return Change(section=_section(spec), id=spec.key, kind=kind, text=text, roles=(spec.subject_role,), effect=shown_effect)


def _section(spec: RequirementSpec) -> str:
    return {"count": "duties", "coverage": "duties", "slots": "submit", "score": "assess", "decision": "assess"}.get(spec.kind, "learn")


def _bound(spec: RequirementSpec) -> str:
    if spec.timely:
        return "及时完成"
    if not spec.assessed:
        return "只记数"
    return f"{'原则上' if spec.soft else ''}不少于 {number(spec.target)} {spec.unit}"


def _requirement(new: Plan, one: RequirementSpec, two: RequirementSpec) -> Change:
    said = []
    effect: Effect = "other"
    if _bound(one) != _bound(two):
        said.append(f"从{_bound(one)}改为{_bound(two)}")
        effect = _direction(one, two)
    if one.window != two.window:
        said.append(f"时间从{window_word(new, one.window) or '全程'}改为{window_word(new, two.window) or '全程'}")
    if (one.each, one.cap) != (two.each, two.cap):
        said.append(f"每项从 {_each(one)} 改为 {_each(two)}")
    names = {"label": "名称", "kinds": "计入的种类", "stages": "学段", "except_stages": "除外学段", "per": "按谁计", "metric": "统计指标"}
    said += [f"{word}改了" for name, word in names.items() if getattr(one, name) != getattr(two, name)]
    text = f"{role_word(new, two.subject_role)}的要求「{two.label}」{'，'.join(said) or '的说明改了'}"
    return Change(section=_section(two), id=two.key, kind="changed", text=text, roles=(two.subject_role,), effect=effect)


def _direction(one: RequirementSpec, two: RequirementSpec) -> Effect:
    was = one.target if one.assessed and not one.soft else Decimal(0)
    now = two.target if two.assessed and not two.soft else Decimal(0)
    if was == now:
        return "other"
    return "tighter" if now > was else "looser"


def _each(spec: RequirementSpec) -> str:
    return f"{number(spec.each)} {spec.unit} × {spec.cap}" if spec.each is not None else "整块计"


def _rules(old: Plan, new: Plan) -> Iterator[Change]:
    specs_old, specs_new = requirements_or_none(old), requirements_or_none(new)
    labels = {spec.key: spec.label for spec in (*specs_old, *specs_new)}
    before = {(rule.id, rule.subject_role): rule for rule in pass_rules(old, specs_old)}
    after = {(rule.id, rule.subject_role): rule for rule in pass_rules(new, specs_new)}
    for key in dict.fromkeys((*before, *after)):
        one, two = before.get(key), after.get(key)
        rule = two or one
        if rule is None or isinstance(rule.tree, Ref) or (one is not None and two is not None and one.tree == two.tree):
            continue  # a rule of one requirement is told by that requirement
        was, now = (_tree(side.tree, labels) if side else "没有" for side in (one, two))
        kind: Literal["added", "removed", "changed"] = "added" if one is None else "removed" if two is None else "changed"
        text = f"合格规则「{rule.label}」从{was}改为{now}"
        yield Change(section="assess", id=rule.id, kind=kind, text=text, roles=(rule.subject_role,))


def _tree(node: Node, labels: Mapping[str, str]) -> str:
    match node:
        case Ref(key):
            return labels.get(key, key)
        case All(of):
            return f"全部（{'、'.join(_tree(one, labels) for one in of)}）"
        case Any(of):
            return f"任一（{'、'.join(_tree(one, labels) for one in of)}）"
        case AtLeast(k, of):
            return f"至少 {k} 项（{'、'.join(_tree(one, labels) for one in of)}）"


def _awards(old: Plan, new: Plan) -> Iterator[Change]:
    before, after = {award.id: award for award in awards(old)}, {award.id: award for award in awards(new)}
    for key in dict.fromkeys((*before, *after)):
        one, two = before.get(key), after.get(key)
        said = f"学分规则「{key}」"
        if two is None and one is not None:
            yield Change(section="credit", id=key, kind="removed", text=f"{said}取消，涉及{role_words(old, one.to)}", roles=one.to)
        elif one is None and two is not None:
            yield Change(section="credit", id=key, kind="added", text=f"{said}新增，涉及{role_words(new, two.to)}", roles=two.to)
        elif one is not None and two is not None and one != two:
            text = f"{said}{'，'.join(_award(new, one, two)) or '的说明改了'}，涉及{role_words(new, two.to)}"
            yield Change(section="credit", id=key, kind="changed", text=text, roles=two.to, effect=_award_effect(one, two))


def _award(new: Plan, one: AwardSpec, two: AwardSpec) -> Iterator[str]:
    if one.amount != two.amount:
        unit = credit_word(two.unit, new)
        yield f"从 {_figure(one.amount)} 改为 {_figure(two.amount)} {unit}"
    if one.ratio != two.ratio:
        yield f"每学时从 {number(one.ratio)} 改为 {number(two.ratio)} 学分"
    if one.cutoff != two.cutoff:
        yield f"登记截止从 {one.cutoff or '没有'} 改为 {two.cutoff or '没有'}"
    if one.register_only_if != two.register_only_if:
        yield "合格才登记的条件改了"
    yield from (f"{word}改了" for name, word in _AWARD_WORDS.items() if getattr(one, name) != getattr(two, name))


def _award_effect(one: AwardSpec, two: AwardSpec) -> Effect:
    was, now = one.amount if one.amount is not None else one.ratio, two.amount if two.amount is not None else two.ratio
    if was == now:
        return "other"
    return "looser" if now > was else "tighter"


def _figure(amount: Decimal | None) -> str:
    return number(amount) if amount is not None else "按学时"


def _sections(old: Plan, new: Plan, told: list[Change]) -> Iterator[Change]:
    """What the finer comparisons above have not told, by the names of the changed entries."""
    names_told = {change.id.split(".")[0] for change in told}
    sections_told = {change.section for change in told}
    for section, word in SECTIONS.items():
        one, two = getattr(old, section), getattr(new, section)
        names = [name for name in _names(one, two) if section not in _COMPILED or name not in names_told]
        silent = (section in _COMPILED and not names) or (section == "credit" and "credit" in sections_told)
        if one != two and not silent:
            yield Change(section=section, id="", kind="changed", text=f"{word}改了：{'、'.join(names)}" if names else f"{word}改了")


def _names(one: object, two: object) -> list[str]:
    if isinstance(one, msgspec.Struct) and isinstance(two, msgspec.Struct) and type(one) is type(two):
        return [name.removesuffix("_") for name in one.__struct_fields__ if getattr(one, name) != getattr(two, name)]
    if isinstance(one, dict) and isinstance(two, dict):
        return [name for role in dict.fromkeys((*one, *two)) for name in _names(one.get(role, ()), two.get(role, ()))]
    if isinstance(one, tuple) and isinstance(two, tuple):
        before = {getattr(item, "id", f"第 {place} 条"): item for place, item in enumerate(one, start=1)}
        after = {getattr(item, "id", f"第 {place} 条"): item for place, item in enumerate(two, start=1)}
        return [str(key) for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]
    return []
