"""Lints on judgement: duties, assessments, awards, fees, certificates, sanctions, spaces, the levels of the chain."""

from decimal import Decimal

from yanxiu.programmes.plan.complaints import Path
from yanxiu.programmes.plan.lints.review import Lint, Review, needs
from yanxiu.programmes.plan.numbers import number
from yanxiu.programmes.plan.schema.judgement import Award, CourseAssessment, DecisionAssessment, Fee, RuleAssessment, ScoreAssessment
from yanxiu.programmes.plan.schema.work import Duty

LEAST_PRESENCE_MINUTES = 3


@needs("orgs")
def duties_complete(review: Review) -> None:
    """A duty says in which window and per whom it counts; coverage says of what over what."""
    for path, _, duty in review.each_duty():
        if duty.in_ is None:
            review.warn(path, "duty-window", f"「{duty.id}」没有写在哪个窗口内完成", "补上 in")
        if duty.per is None:
            review.warn(path, "duty-per", f"「{duty.id}」没有写按每人、每坊还是每单位计", "补上 per: person、workshop、team 或 unit")
        if duty.min is not None and duty.min <= 0:
            review.error((*path, "min"), "range", "最少次数要大于 0", "没有次数要求时删去 min")
        if duty.timely and duty.min is not None:
            review.error((*path, "min"), "duty", "写了「及时」又写次数", "只留一种")
        if duty.metric.endswith(".coverage"):
            _check_coverage(review, path, duty)
        elif duty.over is not None or duty.for_level is not None:
            review.warn(path, "duty", "for_level、over 只用于覆盖率", "删去，或改用覆盖率指标")


def _check_coverage(review: Review, path: Path, duty: Duty) -> None:
    if duty.for_level is None or duty.over is None:
        review.error(path, "duty", "覆盖率要写哪一级（for_level）覆盖哪一级（over）", "如 for_level: 市, over: 县")
        return
    if duty.min is not None and duty.min > 1:
        review.error((*path, "min"), "range", f"覆盖率 {number(duty.min)} 超过 1", "全部覆盖写 1.0")
    trees = review.plan.orgs.workshop_levels.values() if review.plan.orgs else ()
    levels = list(dict.fromkeys(level for tree in trees for level in tree))
    fits = [
        review.known((*path, name), level, levels, "工作坊层级") for name, level in (("for_level", duty.for_level), ("over", duty.over))
    ]
    if all(fits) and levels.index(duty.over) <= levels.index(duty.for_level):
        review.error((*path, "over"), "duty", f"{duty.over}级不在{duty.for_level}级下面", "over 写下一级")


@needs("orgs")
def levels_known(review: Review) -> None:
    """Lists travel along levels of the chain, or along the workshop tree where there is one."""
    plan = review.plan
    chain = list(plan.orgs.chain) if plan.orgs else []
    tree = bool(plan.orgs and plan.orgs.workshop_levels)
    if plan.enrol is not None and plan.enrol.withdraw is not None:
        for place, level in enumerate(plan.enrol.withdraw.review):
            review.known(("enrol", "withdraw", "review", place), level, chain, "层级")
    for place, item in enumerate(plan.solicit):
        for number_, level in enumerate(item.route):
            review.known(("solicit", place, "route", number_), level, chain, "层级")
        if item.along == "workshop_levels" and not tree:
            review.error(("solicit", place, "along"), "levels", "没有写工作坊分几级", "在 orgs 里写 workshop_levels")


@needs("orgs", "spaces")
def spaces_fit(review: Review) -> None:
    """A tree of workshops needs its levels, a split needs its cap."""
    plan = review.plan
    tree = bool(plan.orgs and plan.orgs.workshop_levels)
    for place, space in enumerate(plan.spaces):
        if space.tree is not None and not tree:
            review.error(("spaces", place, "tree"), "levels", "没有写工作坊分几级", "在 orgs 里写 workshop_levels")
        if space.split is not None and space.cap is None:
            review.error(("spaces", place, "split"), "spaces", "写了拆分子坊，没有写人数上限", "补上 cap")


@needs("assess", "credit")
def awards_complete(review: Review) -> None:
    """Every award rule has what it needs, and single courses have a rule when awards are all or nothing by course."""
    credit = review.plan.credit
    has_course = any(isinstance(item, CourseAssessment) for item in review.plan.assess)
    for place, award in enumerate(credit.awards if credit else ()):
        path: Path = ("credit", "awards", place)
        _check_rule(review, path, award)
        if award.all_or_nothing == "course" and not has_course:
            review.error(
                (*path, "all_or_nothing"), "award", "按课程计、缺一样计 0，没有写课程要哪些都完成", "在 assess 里加一条 kind: course"
            )
        if award.register_only_if is not None and award.on_fail == "courses_done":
            said = "写了合格才登记，又写不合格按课程登记"
            review.error((*path, "on_fail"), "award", said, "只留一种")
        seen = [(one.if_, one.grade) for one in award.multipliers]
        for number_, key in enumerate(seen):
            if key in seen[:number_]:
                review.error((*path, "multipliers", number_), "award", f"{key[1]} 的倍数写了两次", "只留一次")


def _check_rule(review: Review, path: Path, award: Award) -> None:
    if award.rule == "on_pass":
        if award.if_ is None:
            review.error(path, "award", "考核合格才计，没有写哪项考核", "补上 if")
        elif not _can_pass(review, award.if_):
            review.error((*path, "if"), "award", f"「{award.if_}」没有合格线", "写 pass、pass_grade 或 pass_score")
        if award.amount is None and not award.blocks:
            review.error(path, "award", "没有写给多少，也没有写哪些课程块", "补上 amount 或 blocks")
    elif award.rule == "per_block" and not award.blocks:
        review.error(path, "award", "按课程块计，没有写哪些块", "补上 blocks")
    elif award.rule == "confirmed" and award.confirm is None:
        review.warn(path, "award", "经确认计，没有写由谁确认", "补上 confirm")
    if award.register_only_if is not None and award.register_only_if in review.judged() and not _can_pass(review, award.register_only_if):
        review.error((*path, "register_only_if"), "award", f"「{award.register_only_if}」没有合格线", "写 pass、pass_grade 或 pass_score")


def _can_pass(review: Review, name: str) -> bool:
    item = review.judged().get(name)
    if isinstance(item, DecisionAssessment):
        return item.pass_grade is not None or item.gives is not None
    if isinstance(item, ScoreAssessment):
        return item.pass_score is not None
    return isinstance(item, RuleAssessment) or item is None  # an unknown name is another lint's finding


@needs("assess", "certs")
def certificates_earned(review: Review) -> None:
    """A certificate without a pass rule would go to everybody."""
    for place, certificate in enumerate(review.plan.certs):
        if certificate.if_ is None:
            review.error(("certs", place), "cert-no-rule", f"{certificate.label} 没有写凭哪项考核发", "补上 if")
        elif not _can_pass(review, certificate.if_):
            said = f"{certificate.label} 凭「{certificate.if_}」发，它没有合格线"
            review.error(("certs", place, "if"), "cert-no-rule", said, "写 pass、pass_grade 或 pass_score")


@needs("audience", "fees")
def fees_add_up(review: Review) -> None:
    """Price times hours is the year's price; a price names who pays how much per what."""
    plans = {group.plan for group in review.plan.audience}
    for place, fee in enumerate(review.plan.fees):
        path: Path = ("fees", place)
        if fee.record_only:
            if fee.amount is not None:
                review.error((*path, "amount"), "fee", "只登记来源的经费不写价格", "删去 amount 或 record_only")
            continue
        _check_price(review, path, fee)
        if fee.who in ("plan_in", "plan_out") and fee.who[5:] not in plans:
            said = "计划内" if fee.who == "plan_in" else "计划外"
            review.error((*path, "who"), "fee", f"收费写了{said}学员，参加对象里没有", f"在 audience 里写 plan: {fee.who[5:]}")


def _check_price(review: Review, path: Path, fee: Fee) -> None:
    absent = [name for name in ("who", "amount", "per") if getattr(fee, name) is None]
    if absent:
        review.error(path, "fee", f"收费少了 {'、'.join(absent)}", "补上；只登记来源时写 record_only: true")
        return
    if fee.amount is not None and fee.year_hours is not None and fee.year_amount is not None and fee.per == "hour":
        made: Decimal = fee.amount * fee.year_hours
        if made != fee.year_amount:
            said = f"{number(fee.amount)} 元 × {number(fee.year_hours)} 学时 = {number(made)} 元，与全年 {number(fee.year_amount)} 元不符"
            review.error((*path, "year_amount"), "fee", said, f"改为 {number(made)}")


@needs("sanctions")
def sanctions_verified(review: Review) -> None:
    """Accusations take effect only after a person has decided on them."""
    for place, sanction in enumerate(review.plan.sanctions):
        charges = {"bad_speech", "plagiarism", "copied_comment"} & set(sanction.if_)
        if charges and not sanction.verified:
            review.error(("sanctions", place), "sanction", "不良言论、剽窃、粘贴评论要查实才处理", "写 verified: true")


@needs("enrol")
def classes_separable(review: Review) -> None:
    """What classes never mix is something they are made by."""
    classes = review.plan.enrol.classes if review.plan.enrol else None
    for place, name in enumerate(classes.never_mix if classes else ()):
        if classes is not None and name not in classes.by:
            review.error(("enrol", "classes", "never_mix", place), "classes", f"不能混编 {name}，编班依据里没有它", f"在 by 里加 {name}")


@needs("assess")
def parts_weighted(review: Review) -> None:
    """Weights, where given as figures, name the parts and add up to 1."""
    for place, item in enumerate(review.plan.assess):
        if not isinstance(item, ScoreAssessment) or not isinstance(item.weights, dict):
            continue
        for name in item.weights:
            review.known(("assess", place, "weights", name), name, item.parts, "考核")
        total = sum(item.weights.values(), Decimal(0))
        if total != 1:
            review.error(("assess", place, "weights"), "weights", f"权重合计 {number(total)}，应为 1", "改到合计为 1")


@needs("learn")
def plays_fit(review: Review) -> None:
    """Rules of play stand where films are, and ask for presence no more often than a person can bear."""
    for place, block in enumerate(review.plan.learn):
        if block.play is None:
            continue
        path = ("learn", place, "play")
        if block.kind == "practice":
            review.error(path, "play", f"{block.label} 是实践，没有视频可放", "删去 play")
        if 0 < block.play.presence_minutes < LEAST_PRESENCE_MINUTES:
            said = f"每 {block.play.presence_minutes} 分钟问一次“还在看吗”，太密"
            review.warn((*path, "presence_minutes"), "play", said, f"改为 {LEAST_PRESENCE_MINUTES} 分钟以上")


LINTS: tuple[Lint, ...] = (
    duties_complete,
    levels_known,
    spaces_fit,
    awards_complete,
    certificates_earned,
    fees_add_up,
    sanctions_verified,
    classes_separable,
    parts_weighted,
    plays_fit,
)
