"""Reads a plan back in Chinese: one sentence per window, block, total, duty, material, assessment, award, fee and certificate.

What a designer reads here is what the engine does, since the sentences are made from the typed plan and not from its comments.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from yanxiu.programmes.plan.dates import DateProblem, Params, last_day, params_of
from yanxiu.programmes.plan.metrics import METRICS
from yanxiu.programmes.plan.numbers import block_hours, item_count, number
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.schema.judgement import (
    Award,
    CourseAssessment,
    DecisionAssessment,
    RuleAssessment,
    ScoreAssessment,
    Tree,
)
from yanxiu.programmes.plan.schema.work import Attend, Block, Duty, Guidance, Phase, Submission, Total
from yanxiu.programmes.plan.vocabulary import ASSIGN, AWARD_RULES, BLOCK_KINDS, DO, ITEM_KINDS, PER, WINDOW_YEARS
from yanxiu.programmes.plan.windows import Window, shown, try_resolve
from yanxiu.programmes.plan.words import credit_word, hour_word, role_word, role_words, window_word

LIST = "、"
_NEEDS = {"steps": "全部步骤", "test": "测试", "homework": "作业"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the plan says at one place: section, id, and the sentence."""

    section: str
    id: str
    text: str


def read_back(plan: Plan, params: Mapping[str, int] | None = None) -> tuple[Sentence, ...]:
    """Read a sound plan back, in the order of its sections; dates as resolved with `params`, else as printed."""
    windows = {window.id: window for window in try_resolve(plan, params)[0]}
    return tuple(_all(plan, windows, params_of(plan, params)))


def _all(plan: Plan, windows: Mapping[str, Window], params: Params) -> Iterator[Sentence]:
    yield from (Sentence("phases", phase.id, _phase(plan, phase, windows[phase.id])) for phase in plan.phases)
    yield from (Sentence("learn", block.id, _block(plan, block)) for block in plan.learn)
    yield from (Sentence("totals", total.id, _total(plan, total)) for total in plan.totals)
    for role, duties in plan.duties.items():
        yield from (Sentence("duties", duty.id, _duty(plan, role, duty)) for duty in duties)
    yield from (Sentence("submit", item.id, _submission(plan, item, params)) for item in plan.submit)
    yield from (Sentence("guide", f"guide{place}", _guidance(plan, one)) for place, one in enumerate(plan.guide, start=1))
    yield from (Sentence("attend", rule.id, _attendance(plan, rule)) for rule in plan.attend)
    yield from (Sentence("assess", item.id, _assessment(plan, item)) for item in plan.assess)
    yield from _money(plan)


def _money(plan: Plan) -> Iterator[Sentence]:
    if plan.credit is not None:
        yield from (Sentence("credit", award.id, _award(plan, award)) for award in plan.credit.awards)
    for fee in plan.fees:
        if fee.amount is not None:
            per = "每学时" if fee.per == "hour" else "每人"
            who = {"plan_in": "计划内学员", "plan_out": "计划外学员", "unit": "单位"}.get(fee.who or "", role_word(plan, "learner"))
            year = f"，每年 {number(fee.year_hours)} 学时 {number(fee.year_amount)} 元" if fee.year_hours and fee.year_amount else ""
            yield Sentence("fees", fee.id, f"{who}{per}收费 {number(fee.amount)} 元{year}。")
        else:
            yield Sentence("fees", fee.id, f"经费来源登记：{'、'.join(fee.source)}。")
    for paper in plan.certs:
        issuer = paper.issued_by or paper.printed_by
        by = f"，由{issuer}{'颁发' if paper.issued_by else '印制'}" if issuer else ""
        yield Sentence("certs", paper.id, f"{_name(plan, paper.if_)}{paper.grade or '通过'}的，得{paper.label}{by}。")


def _name(plan: Plan, name: str | None) -> str:
    for section in (plan.assess, plan.totals, plan.learn, plan.submit):
        for item in section:
            if item.id == name:
                return getattr(item, "label", None) or str(name)
    for duties in plan.duties.values():
        for duty in duties:
            if duty.id == name:
                return duty.label or METRICS[duty.metric].label
    return name or ""


def _phase(plan: Plan, phase: Phase, window: Window) -> str:
    parts = [_when(plan, phase, window)]
    if phase.do:
        who = f"对{role_words(plan, phase.for_)}" if phase.for_ else ""
        parts.append(f"{who}开放{'、'.join(DO[do] for do in phase.do)}")
    elif phase.for_:
        parts.append(f"对{role_words(plan, phase.for_)}")
    if phase.not_for:
        parts.append(f"{role_words(plan, phase.not_for)}除外")
    if phase.where:
        parts.append(f"在{phase.where}")
    if phase.unit_dates_within:
        parts.append("单位可以在这段时间里自定起止")
    locks = [choice.lock_at.split(".")[0] for choice in plan.choose if choice.within == phase.id and choice.lock_at is not None]
    parts += [f"{window_word(plan, lock)}开始后不能再改" for lock in locks]
    if phase.credit_cutoff is not None:
        parts.append("登记截止以后学完的计入下一年度")
    return f"{phase.label}：{'，'.join(part for part in parts if part)}。"


def _when(plan: Plan, phase: Phase, window: Window) -> str:
    if window.starts_at is not None or window.ends_at is not None:
        if window.starts_at is None:
            return f"到{shown(window).removeprefix('—')} 24:00"
        return f"{shown(window)} 24:00" if window.ends_at is not None else f"{shown(window)[:10]} 起"
    if phase.from_ or phase.to:
        return f"{phase.from_} — {phase.to or ''} 24:00" if phase.from_ else f"到 {phase.to} 24:00"
    if phase.after is not None:
        return f"接在{window_word(plan, phase.after)}之后"
    season = {"winter": "冬季", "spring": "春季", "summer": "夏季", "autumn": "秋季"}.get(phase.season or "")
    return f"{season}，日期发布时定" if season else "日期发布时定"


def _block(plan: Plan, block: Block) -> str:
    hours = block_hours(block)
    least = "至少 " if block.min_hours is not None else ""
    head = f"{block.label}（{BLOCK_KINDS[block.kind]}{f'，{least}{number(hours)} {hour_word(plan)}' if hours is not None else ''}）"
    who = role_words(plan, block.for_) if block.for_ else role_word(plan, "learner")
    parts = [f"{'、'.join(block.stages)}{who}{ASSIGN[block.assign] if block.assign else ''}", _items(plan, block)]
    if block.requires is not None:
        metric = METRICS[block.requires.metric]
        span = window_word(plan, block.requires.in_)
        parts.append(f"{PER[block.requires.per]}{span}至少 {block.requires.min} {metric.unit}{metric.label}")
    if block.topics:
        parts.append(f"共 {len(block.topics)} 个专题")
    if block.catalogue_min_hours is not None:
        parts.append(f"资源不少于 {number(block.catalogue_min_hours)} {hour_word(plan)}")
    parts += _bounds(block)
    parts += _play(block)
    if block.produce:
        parts.append(f"交{'、'.join(piece.name for piece in block.produce)}才计")
    if block.proof:
        parts.append(f"凭{'、'.join(block.proof)}认定")
    if block.window is not None:
        parts.append(f"在{window_word(plan, block.window)}期间")
    return f"{head}：{'，'.join(part for part in parts if part)}。"


def _bounds(block: Block) -> Iterator[str]:
    """The bounds a framework states in a block."""
    mooc = block.mooc
    if mooc is not None and mooc.min_share_of_online_hours is not None:
        share = number(mooc.min_share_of_online_hours * 100)
        yield f"碎片化课程{'原则上' if mooc.soft else ''}不少于线上学时的 {share}%"
    if mooc is not None and mooc.segment_max_minutes is not None:
        yield f"每段{'原则上' if mooc.soft else ''}不超过 {mooc.segment_max_minutes} 分钟"
    if block.min_ratio_to_online_hours is not None:
        yield f"资源{'原则上' if block.soft else ''}不少于线上学时的 {number(block.min_ratio_to_online_hours)} 倍"


def _play(block: Block) -> Iterator[str]:
    """How films are played, where the plan says it."""
    play = block.play
    if play is None:
        return
    asks = f"约每 {play.presence_minutes} 分钟问一次“还在看吗”" if play.presence_minutes else "不问“还在看吗”"
    yield f"视频最快 {number(play.max_rate)} 倍"
    yield asks
    yield "没看过的部分拖不过去" if play.no_skip else "可以跳着看，看过的才计"


def _items(plan: Plan, block: Block) -> str:
    items = block.items
    if items is None:
        return ""
    count = item_count(items)
    each = ""
    if items.hours_each is not None:
        each = f"，每{ITEM_KINDS[items.what][0]} {number(items.hours_each)} {hour_word(plan)}，完成一个计一个"
    named = f"（{'、'.join(items.titles)}）" if items.titles else ""
    return f"{count or '若干'} {ITEM_KINDS[items.what][:1]}{items.level or ''}{ITEM_KINDS[items.what][1:]}{named}{each}"


def _total(plan: Plan, total: Total) -> str:
    labels = {block.id: block.label for block in plan.learn}
    who = role_words(plan, total.for_) if total.for_ else role_word(plan, "learner")
    return f"{who}的{'、'.join(labels.get(name, name) for name in total.of)}合计不少于 {number(total.hours)} {hour_word(plan)}。"


def _duty(plan: Plan, role: str, duty: Duty) -> str:
    metric = METRICS[duty.metric]
    label = f"{duty.label or metric.label}{f'（{LIST.join(duty.kinds)}）' if duty.kinds else ''}"
    word = window_word(plan, duty.in_)
    when = f"，{word}" if duty.in_ in WINDOW_YEARS else f"，{word}期间" if word else ""
    who = f"{_who(plan, role, duty)}{when}：{'原则上' if duty.soft else '鼓励' if duty.optional else ''}"
    if duty.over is not None:
        share = f"{number((duty.min or 1) * 100)}%"
        apart = f"，{'、'.join(duty.except_stages)}除外" if duty.except_stages else ""
        return f"{who}{metric.label}，覆盖全部{duty.over}级工作坊的 {share}{apart}。"
    if duty.timely:
        return f"{who}及时{label}，不留待办。"
    if duty.min is None or not duty.assessed:
        return f"{who}{label}，只记数，不设下限。"
    return f"{who}{label}不少于 {number(duty.min)} {metric.unit}。"


def _who(plan: Plan, role: str, duty: Duty) -> str:
    word = role_word(plan, role)
    if duty.for_level is not None:
        word = f"{duty.for_level}级{word}"
    if duty.per == "workshop":
        return f"{word}以工作坊为单位"
    return f"{word}团队" if duty.per == "team" else f"每个{word}" if duty.per == "unit" else f"每位{word}"


def _submission(plan: Plan, item: Submission, params: Params) -> str:
    hour = {"end_of_work": f"下班（{plan.calendar.end_of_work}）", "end_of_day": "24:00 "}.get(item.time, f"{item.time} ")
    due = f"每月最后一个星期五 {hour}前" if item.repeat else f"在 {_date(item.due, params)} {hour}前" if item.due else ""
    if isinstance(item.count, dict):
        count = "，".join(f"{stage} {many} 次" for stage, many in item.count.items())
    else:
        count = f"{item.count} 次" if item.count else ""
    checks = [_piece(piece.label, piece.photos, piece.min_chars) for piece in item.pieces]
    inside = f"：{'、'.join(checks)}" if checks else ""
    return f"{role_word(plan, item.by)}{due}交{item.label}{f'（{count}）' if count else ''}{inside}。"


def _date(text: str, params: Params) -> str:
    try:
        return str(last_day(text, params))
    except DateProblem:
        return text


def _piece(label: str, photos: int | None, chars: int | None) -> str:
    limits = [f"{photos} 张" if photos else "", f"不少于 {chars} 字" if chars else ""]
    said = "，".join(limit for limit in limits if limit)
    return f"{label}（{said}）" if said else label


def _assessment(plan: Plan, item: CourseAssessment | RuleAssessment | DecisionAssessment | ScoreAssessment) -> str:
    if isinstance(item, CourseAssessment):
        return f"一门课程要完成{'、'.join(_NEEDS[need] for need in item.needs)}才计，缺一样计 0。"
    who = role_words(plan, item.of)
    if isinstance(item, RuleAssessment):
        return f"{item.label or '考核'}：{who}的{_tree(plan, item.pass_)}，即为合格。"
    by = "、".join((*item.by, *(item.by_level.values() if isinstance(item, DecisionAssessment) else ())))
    if isinstance(item, ScoreAssessment):
        line = f"，{number(item.pass_score)} 分合格" if item.pass_score is not None else ""
        return f"{item.label}：{by or '有关单位'}给{who}评分{line}。"
    grades = f"，分{LIST.join(item.grades)}" if item.grades else ""
    gives = f"，合格给 {number(item.gives.hours)} {hour_word(plan)}" if item.gives else ""
    confirm = f"，{item.confirm}认定" if item.confirm else ""
    return f"{item.label or '考核'}：{by or '有关单位'}评定{who}{grades}{gives}{confirm}。"


def _guidance(plan: Plan, one: Guidance) -> str:
    blocks = {block.id: block.label for block in plan.learn}
    named = LIST.join(blocks.get(name, name) for name in one.blocks)
    if one.channel == "workshop":
        return f"{named}的指导和答疑在工作坊进行。"
    levels = f"{'、'.join(one.chain)}{f'共 {len(one.chain)} 级' if len(one.chain) > 1 else ''}" if one.chain else "上级"
    days = sorted(set(one.answer_days))
    waits = f"等了 {'—'.join(str(day) for day in (days[0], days[-1])[: len(days)])} 天没有答复，提醒那一级。" if days else ""
    return f"{named}由{levels}指导：提问先到最近的一级，答不了的转上一级。{waits}"


_SIGNS = {"face": "刷脸或门禁", "spot_check": "抽查", "roll_call": "点名", "code": "扫码签到"}


def _attendance(plan: Plan, rule: Attend) -> str:
    blocks = {block.id: block.label for block in plan.learn}
    parts = [f"{window_word(plan, rule.window)}期间{'按正常工作日' if rule.hours == 'working_day' else ''}考勤"]
    parts.append(f"依据{'、'.join(_SIGNS[sign] for sign in rule.by)}")
    parts.append(f"出勤率不低于 {number(rule.min_share * 100)}%" if rule.min_share is not None else "只记数，不设下限")
    if rule.block is not None:
        parts.append(f"出席一场，把这场的学时计入{blocks.get(rule.block, rule.block)}")
    parts.append("迟到按缺勤计" if rule.late == "absent" else "迟到算出席")
    parts.append("请假按缺勤计" if rule.leave == "absent" else "准假的场次不算应到")
    return f"{rule.label}：{'，'.join(parts)}。"


def _tree(plan: Plan, tree: Tree) -> str:
    listed = tree.all or tree.any or tree.of or ()
    names = [f"（{_tree(plan, node)}）" if isinstance(node, Tree) else _name(plan, node) for node in listed]
    if tree.all is not None:
        return f"{'、'.join(names)}都达到"
    return f"{'、'.join(names)}达到{'一项' if tree.any is not None else f' {tree.at_least} 项'}"


def _award(plan: Plan, award: Award) -> str:
    credit = plan.credit
    unit = credit_word(credit.unit if credit else "hour", plan)
    amount = f"{number(award.amount)} {f'{award.class_} 类' if award.class_ else ''}{unit}" if award.amount is not None else unit
    parts = [f"{role_words(plan, award.to)}{AWARD_RULES[award.rule]}{amount}"]
    if award.if_ is not None:
        parts[0] = f"{role_words(plan, award.to)}：{_name(plan, award.if_)}合格，计 {amount}"
    if award.all_or_nothing is not None:
        parts.append("一门课程缺一样计 0" if award.all_or_nothing == "course" else "不合格计 0")
    if award.register_only_if is not None:
        parts.append(f"先暂记，{_name(plan, award.register_only_if)}合格才登记")
    parts += [f"{_name(plan, one.if_)}{one.grade}的，本领域内乘 {number(one.x)}" for one in award.multipliers]
    if award.confirm is not None:
        parts.append(f"由{award.confirm}确认")
    if credit is not None and credit.cutoff is not None:
        parts.append(f"{credit.cutoff} 以后的计入下一年度")
    return f"{'，'.join(parts)}。"
