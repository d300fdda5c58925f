"""What the hosts and members of a workshop do in a season of two phases; `Missing` says what a team leaves undone."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from yanxiu.demo.teams.cases import solicit
from yanxiu.demo.teams.ground import BEGINS, Region, Team
from yanxiu.demo.teams.scene import ASKED, AUTUMN, NOTHING, SPRING, YEAR, Books, Missing, Scene, again
from yanxiu.demo.teams.sharing import share
from yanxiu.demo.teams.spring import follow, give_lessons
from yanxiu.integrity.models import MeasureKind, ReportReason
from yanxiu.kit.actor import Actor
from yanxiu.people.models import Person
from yanxiu.workshops import actions as workshops
from yanxiu.workshops.actions import attending, convening, guiding_down, moderating, polling, reviewing, sourcing, talking
from yanxiu.workshops.models import ActivityMode, ActivityPurpose, BallotQuestion, PostKind, Problem, ProblemState, VisitKind


def play(region: Region, missing: Mapping[str, Missing], chance: random.Random) -> Books:
    """Play both phases of all teams, and the year of the topic; return what was done, as written down by hand."""
    books = Books()
    for team in region.teams:
        left = missing.get(team.label, NOTHING)
        for number, one in enumerate(team.workshops):
            is_last = number == len(team.workshops) - 1
            _phase(Scene(one, chance, books, AUTUMN), region, _in_autumn(left, number, is_last=is_last))
            spring = Scene(one, chance, books, SPRING)
            _phase(spring, region, Missing(briefings=left.creating * is_last))
            follow(spring, short=left.follows * is_last)
            give_lessons(spring, region.programme)
        _guide(team, without=left.visits)
        solicit(team)
    if region.topic is not None:
        _phase(Scene(region.topic, chance, books, YEAR), region, NOTHING)
    return books


def _in_autumn(left: Missing, number: int, *, is_last: bool) -> Missing:
    """Return what the workshop at a place of its team leaves undone in autumn: the province first, then the city."""
    if number == 0:
        return Missing(briefings=left.briefings)
    return Missing(answers=left.answers, articles=left.articles) if number == 1 else Missing(problems=left.problems * is_last)


def _phase(scene: Scene, region: Region, left: Missing) -> None:
    """Play a phase of which briefings, articles and answers of the last hosts, and solutions, are left out."""
    _write(scene, scene.dose.briefings - left.briefings, authors=len(scene.hosts) - left.articles)
    _talk(scene)
    _answer(scene, short=left.answers)
    _source(scene, scene.dose.problems - left.problems)
    _gather(scene)
    share(scene, region.offices)
    _order(scene)


def _write(scene: Scene, briefings: int, *, authors: int) -> None:
    for number in range(briefings):
        _briefing(scene, scene.hosts[number % len(scene.hosts)], number, at=scene.at(3 + 7 * number))
    guide = workshops.save_draft(
        space=scene.space, kind=PostKind.GUIDE, title=f"怎样学：{scene.dose.series}", source=scene.text(), by=scene.hosts[0], at=scene.at(2)
    )
    workshops.publish(post=guide, by=scene.hosts[0], at=scene.at(2))
    for host in scene.hosts[:authors]:
        draft = workshops.save_draft(
            space=scene.space, kind=PostKind.ARTICLE, title=f"把评价写进过程：{host.label[:3]}", source=scene.text(), by=host,
            at=scene.at(20),
        )  # fmt: skip
        workshops.publish(post=draft, by=host, at=scene.at(20))


def _briefing(scene: Scene, host: Actor, number: int, *, at: datetime) -> None:
    """Issue a briefing; members read it, some and one host say something about it."""
    title = f"{scene.dose.series}：第 {number + 1} 次"
    draft = workshops.save_draft(
        space=scene.space, kind=PostKind.BRIEFING, series=scene.dose.series, title=title, source=scene.text(), by=host, at=at
    )
    post = workshops.publish(post=draft, by=host, at=at)
    scene.did("briefing.issued", host)
    for place, member in enumerate(scene.some(0.4)):
        workshops.mark_read(post=post, by=member, at=at + timedelta(hours=1, minutes=place))
    for place, one in enumerate([*scene.some(0.05), scene.hosts[-1]]):
        scene.reply(post, one, "briefing.posts", at=at + timedelta(hours=5, minutes=place))


def _talk(scene: Scene) -> None:
    for number in range(2):
        for member in scene.some(0.5):
            workshops.check_in(space=scene.space, by=member, at=scene.at(4 + 9 * number))
    threads = [
        talking.open_discussion(space=scene.space, title=f"这周我试了什么 {number}", source=scene.text(), by=member, at=scene.at(6))
        for number, member in enumerate(scene.some(0.12), start=1)
    ]
    for number, member in enumerate(scene.some(1)):
        talking.reply(thread=again(threads[number % len(threads)]), source=scene.text(), by=member, at=scene.at(8))
    for number, one in enumerate([*scene.some(0.1), *scene.hosts], start=1):
        talking.publish_log(space=scene.space, title=f"听课手记 {number}", source=scene.text(), by=one, at=scene.at(10))
        scene.did("workshop.logs", one)


def _answer(scene: Scene, *, short: int) -> None:
    """Each host answers what is owed; the last host `short` fewer. The first host asks as well, and a second answer counts no more."""
    for place, host in enumerate(scene.hosts):
        wanted = scene.dose.answers - (short if place == len(scene.hosts) - 1 else 0)
        for number in range(wanted):
            asker = scene.members[(place * scene.dose.answers + number) % len(scene.members)]
            title = f"{ASKED[number % len(ASKED)]}（{place + 1}-{number + 1}）"
            question = talking.ask(space=scene.space, title=title, source=scene.text(), by=asker, at=scene.at(12))
            answer = talking.answer(question=again(question), source=scene.text(), by=host, at=scene.at(13))
            scene.did("qa.asked", asker)
            scene.did("qa.answered", host)
            if number == 0:
                workshops.accept_answer(answer=again(answer), by=asker, at=scene.at(14))
                talking.answer(question=again(question), source=scene.text(), by=host, at=scene.at(14))
    own = talking.ask(space=scene.space, title="这一周大家最想讨论什么", source=scene.text(), by=scene.hosts[0], at=scene.at(14))
    talking.answer(question=again(own), source=scene.text(), by=scene.members[0], at=scene.at(15))
    scene.did("qa.asked", scene.hosts[0])
    scene.did("qa.answered", scene.members[0])


def _source(scene: Scene, problems: int) -> None:
    """Collect problems, select, vote, discuss, solve all but one."""
    begins = scene.at(15)
    facts = convening.ActivityFacts(
        mode=ActivityMode.ONLINE, starts_at=begins, ends_at=begins + timedelta(days=5), purpose=ActivityPurpose.CALL,
        select_count=problems + 1,
    )  # fmt: skip
    host = scene.hosts[0]
    call = convening.start_activity(space=scene.space, title="征集实践问题", source=scene.text(), facts=facts, by=host, at=begins)
    scene.did("activity.started", host)
    askers = [scene.members[number % len(scene.members)] for number in range(problems + 1)]
    handed = [
        sourcing.hand_in_problem(
            space=scene.space, title=f"实践问题 {number}：{ASKED[number % len(ASKED)]}", source=scene.text(), by=member, at=scene.at(16),
            call=call,
        )
        for number, member in enumerate(askers, start=1)
    ]  # fmt: skip
    chosen = [sourcing.move_problem(problem=one, to=ProblemState.SELECTED, by=host, at=scene.at(17)) for one in handed]
    if len(chosen) > 1:
        _vote(scene, chosen, host)
    for number, one in enumerate(chosen[:problems]):
        solver = scene.hosts[number % len(scene.hosts)]
        one = sourcing.move_problem(problem=one, to=ProblemState.DISCUSSING, by=host, at=scene.at(22))
        for member in scene.some(0.05):
            talking.reply(thread=again(one.post), source=scene.text(), by=member, at=scene.at(23))
        sourcing.publish_solution(problem=one, title=f"解决方案 {number + 1}", source=scene.text(), by=solver, at=scene.at(26))


def _vote(scene: Scene, chosen: list[Problem], host: Actor) -> None:
    ballot = sourcing.put_to_vote(
        space=scene.space, problems=chosen, title="先研讨哪几个", closes_at=scene.at(20), most=2, by=host, at=scene.at(18)
    )
    question = BallotQuestion.objects.get(ballot=ballot).pk
    for member in scene.some(0.25):
        picked = sorted(scene.chance.sample(range(len(chosen)), k=2))
        polling.answer_ballot(ballot=ballot, answers={question: picked}, by=member, at=scene.at(19))


def _gather(scene: Scene) -> None:
    """Hold an activity: members and hosts check in by themselves, posts hang on it."""
    begins, holder = scene.at(28), scene.hosts[-1]
    facts = convening.ActivityFacts(mode=ActivityMode.OFFLINE, starts_at=begins, ends_at=begins + timedelta(hours=3), place="报告厅")
    held = convening.start_activity(
        space=scene.space, title="同课异构现场会", source=scene.text(), facts=facts, by=holder, at=begins - timedelta(days=2)
    )
    scene.did("activity.started", holder)
    for place, one in enumerate([*scene.some(0.25), *scene.hosts]):
        attending.check_in_activity(activity=held, code="", by=one, at=begins + timedelta(minutes=place % 90))
        scene.did("activity.joined", one)
    for one in [*scene.some(0.05), *scene.hosts[:1]]:
        scene.reply(held.post, one, "activity.posts", at=begins + timedelta(days=1))


def _order(scene: Scene) -> None:
    """Keep order and praise: one thread goes and stays away, one comes back, one is reported and deleted; one praise is taken back."""
    host = scene.hosts[-1]
    advert = talking.open_discussion(space=scene.space, title="低价课件", source=scene.text(), by=scene.members[0], at=scene.at(29))
    reviewing.report_post(post=again(advert), reason=ReportReason.ADVERT, words="卖课件的", by=scene.members[1], at=scene.at(29))
    moderating.take_measure(
        post=again(advert), kind=MeasureKind.DELETE, rule=ReportReason.ADVERT, reason="推销课件，与研修无关", by=host, at=scene.at(30)
    )
    for number in range(2):
        off = talking.publish_log(
            space=scene.space, title=f"转一条消息 {number}", source=scene.text(), by=scene.members[number], at=scene.at(30)
        )
        workshops.hide(post=again(off), reason="与研修主题无关", by=host, at=scene.at(31))
        if number:
            workshops.restore(post=again(off), by=host, at=scene.at(32))
            scene.did("workshop.logs", scene.members[number])
    people = Person.objects.in_bulk([member.person_id for member in scene.members[:3]])
    for number, (person_id, reason) in enumerate(
        zip(people, ("问题链写得细，大家都能用", "每次都来，回帖有依据", "写错了对象"), strict=True)
    ):
        given = workshops.praise(workshop=scene.space, person=people[person_id], reason=reason, by=scene.hosts[0], at=scene.at(33))
        if number == 2:
            workshops.withdraw_praise(praise=given, by=scene.hosts[0], at=scene.at(33))


def _guide(team: Team, *, without: int) -> None:
    """Each upper team visits every workshop below twice, once in each phase; a city leaves the last so many counties out."""
    for number, one in enumerate(team.workshops):
        below = one.below[: len(one.below) - without] if number == 1 else one.below
        for place, lower in enumerate(below):
            for visit, kind in enumerate((VisitKind.ADVICE, VisitKind.VISIT)):
                guiding_down.note_visit(
                    lower=lower.space, kind=kind, words=f"第 {visit + 1} 次看坊：研讨集中，简报可以再短些",
                    by=one.hosts[place % len(one.hosts)], at=BEGINS + timedelta(days=35 + 40 * visit, minutes=place),
                )  # fmt: skip


def moments() -> Iterator[datetime]:
    """Return one moment of each month in which the season is played, for the partitions of the record."""
    for month in range(6):
        yield BEGINS - timedelta(days=5) + timedelta(days=30 * month)
