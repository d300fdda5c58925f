"""Pages of activities, ballots and crowdsourcing: the way through without JavaScript, refusals at their field, exports, equal queries."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from tests.workshops import factories as make
from tests.workshops import tools_factories as tools
from tests.workshops.test_pages import one, said, text, url  # noqa: F401 - the workshop
from yanxiu.kit import clock
from yanxiu.workshops.models import Activity, ActivityHost, ActivitySeat, Ballot, BallotKind, BallotReply, Problem, SeatState, Solution

SOON = timedelta(days=1)
AT_MOST = 10


def wall(at):
    return clock.local(at).strftime("%Y-%m-%dT%H:%M")


def activity_data(**given):
    at = clock.now()
    return {
        "purpose": "gathering", "title": "同课异构：三角形的内角和", "source": "先看两节课，再议。", "mode": "offline", "place": "第二中学录播教室",
        "starts_at": wall(at + SOON), "ends_at": wall(at + SOON + timedelta(hours=2)), "has_code": "on",
    } | given  # fmt: skip


def ballot_data(**given):
    return {
        "kind": "vote", "title": "下一步研讨什么", "closes_at": wall(clock.now() + SOON), "results": "after", "number": "1",
        "q0-title": "选一个", "q0-kind": "one", "q0-options": "课堂提问\n作业设计", "q0-is_required": "on",
    } | given  # fmt: skip


def host_of(one, cast):  # noqa: F811
    return make.host(one, cast.person("王老师"))


def running(one, cast, **given):  # noqa: F811
    at = clock.now()
    return tools.activity(one, host_of(one, cast), starts_at=at - timedelta(minutes=5), ends_at=at + timedelta(hours=1), **given)


def open_one(one, cast, **given):  # noqa: F811
    return tools.ballot(one, host_of(one, cast), closes_at=clock.now() + SOON, **given)


def rows_of(answer):
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.iter_rows()]


@pytest.mark.parametrize("name", ["activities", "ballots", "problems"])
@pytest.mark.parametrize(("who", "status"), [("李雷", 200), ("王老师", 200), ("教务", 200), ("外人", 404)])
def test_who_opens_the_lists(cast, one, name, who, status):  # noqa: F811
    assert cast.client_of(who).get(url(name, one.pk)).status_code == status


@pytest.mark.parametrize("name", ["start_activity", "open_ballot"])
def test_only_hosts_open_the_forms(cast, one, name):  # noqa: F811
    assert cast.client_of("王老师").get(url(name, one.pk)).status_code == 200
    assert cast.client_of("李雷").get(url(name, one.pk)).status_code == 403


def test_an_activity_from_its_start_to_the_export(cast, one):  # noqa: F811
    host, member = cast.client_of("王老师"), cast.client_of("李雷")
    assert "眼下没有要办的活动" in text(member.get(url("activities", one.pk)))
    refused = host.post(url("start_activity", one.pk), activity_data(place=""))
    assert refused.status_code == 422
    assert "线下活动请写地点" in text(refused)

    host.post(url("start_activity", one.pk), activity_data())
    started = Activity.objects.get()
    thread = url("thread", started.post_id)
    assert "同课异构" in text(member.get(url("activities", one.pk)))
    assert "报名" in text(member.get(thread))
    member.post(url("sign_up", started.post_id))
    assert "已报名" in said(member)
    assert "取消报名" in text(member.get(thread))
    now = clock.now()
    Activity.objects.update(starts_at=now - timedelta(minutes=1))
    wrong = member.post(url("check_in_activity", started.post_id), {"code": "1"})
    assert wrong.status_code == 422
    assert "签到码不对" in text(wrong)
    member.post(url("check_in_activity", started.post_id), {"code": started.code})
    assert "计入参与活动" in said(member)
    assert started.code not in text(member.get(thread))
    assert started.code in text(host.get(thread))
    host.post(url("tell_result", started.post_id), {"source": "来了一人，议出两条。"})
    assert "活动成果" in text(member.get(thread))

    assert "到了 1 人" in text(host.get(url("seats", started.post_id)))
    assert member.get(url("seats", started.post_id)).status_code == 403
    exported = rows_of(host.get(url("export_seats", started.post_id)))
    assert exported[0][:4] == ["姓名", "单位", "来自", "状态"]
    assert exported[1][0::3][:2] == ["李雷", "已签到"]


def test_hosts_note_attendance_change_and_call_off(cast, one):  # noqa: F811
    host = cast.client_of("王老师")
    held = running(one, cast)
    seat = tools.activity_seat(held, cast.person("李雷"))
    nobody = host.post(url("note_attendance", held.post_id), {"came": "1"})
    assert nobody.status_code == 422
    assert "还没有选人" in text(nobody)
    host.post(url("note_attendance", held.post_id), {"chosen": seat.pk, "came": "1"})
    assert ActivitySeat.objects.get().state == SeatState.CHECKED_IN
    host.post(url("note_attendance", held.post_id), {"chosen": seat.pk, "back": "1"})
    assert ActivitySeat.objects.get().state == SeatState.SIGNED_UP
    refused = host.post(url("change_activity", held.post_id), activity_data(places="0"))
    assert refused.status_code == 422
    host.post(url("change_activity", held.post_id), activity_data(places="30"))
    assert Activity.objects.get().places == 30
    refused = host.post(url("call_off_activity", held.post_id), {"reason": ""})
    assert refused.status_code == 422
    host.post(url("call_off_activity", held.post_id), {"reason": "台风停课"})
    assert "台风停课" in text(cast.client_of("李雷").get(url("thread", held.post_id)))
    host.post(url("reopen_activity", held.post_id))
    assert Activity.objects.get().closed_at is None


def test_two_spaces_hold_an_activity_together(cast, one):  # noqa: F811
    other = make.space(cast.county, programme=one.programme, title="第二中学学校社区")
    make.host(other, cast.person("王老师"))
    held = tools.activity(one, host_of(one, cast), starts_at=clock.now() + SOON)
    host = cast.client_of("王老师")
    refused = host.post(url("ask_space", held.post_id), {"space": one.pk})
    assert refused.status_code == 422
    host.post(url("ask_space", held.post_id), {"space": other.pk})
    asked = ActivityHost.objects.get()
    assert "等那里的主持人同意" in text(host.get(url("thread", held.post_id)))
    assert "收回邀请" in text(host.get(url("ask_space", held.post_id)))
    host.post(url("leave_holding", asked.pk))
    assert not ActivityHost.objects.exists()


def test_people_are_named_to_a_team(cast, one):  # noqa: F811
    team = tools.activity(one, host_of(one, cast), purpose="team", starts_at=clock.now() + SOON)
    host = cast.client_of("王老师")
    host.post(url("name_to_team", team.post_id), {"people": "李雷、无此人"})
    assert "无此人" in said(host)
    assert not ActivitySeat.objects.exists()
    host.post(url("name_to_team", team.post_id), {"people": "李雷"})
    assert ActivitySeat.objects.get().person_id == cast.person("李雷").pk


def test_who_has_nothing_to_share_is_told_what_to_do_first(cast, one):  # noqa: F811
    page = text(cast.client_of("李雷").get(url("shares", one.pk)))

    assert "还没有可以分享的" in page
    assert "分享到坊里" not in page
    assert "/catalogue/resources/new/" in page


def test_a_questionnaire_from_its_questions_to_the_export(cast, one):  # noqa: F811
    host, member = cast.client_of("王老师"), cast.client_of("李雷")
    more = host.post(url("open_ballot", one.pk), ballot_data(more="1"))
    assert "第 2 题" in text(more)
    assert not Ballot.objects.exists()
    refused = host.post(url("open_ballot", one.pk), ballot_data(**{"q0-options": "只有一个"}))
    assert refused.status_code == 422
    assert "第 1 题要 2—30 个选项" in text(refused)

    host.post(url("open_ballot", one.pk), ballot_data(number="2", **{"q1-title": "为什么", "q1-kind": "text", "q1-is_required": "on"}))
    opened = Ballot.objects.get()
    assert "还有 1 份等您作答" in text(member.get(url("ballots", one.pk)))
    week = text(member.get(url("space", one.pk)))
    assert "这周要做的 2 件事" in week  # the ballot and checking in
    assert url("thread", opened.post_id) in week.partition("最近动态")[0]
    thread = url("thread", opened.post_id)
    first, second = tools.BallotQuestion.objects.order_by("position").values_list("pk", flat=True)
    refused = member.post(url("answer_ballot", opened.post_id), {f"q{first}": "1"})
    assert refused.status_code == 422
    assert "为什么：还没有写，请写上" in text(refused)
    member.post(url("answer_ballot", opened.post_id), {f"q{first}": "1", f"q{second}": "作业多，分层难"})
    assert "这周要做的 1 件事" in text(member.get(url("space", one.pk)))
    page = text(member.get(thread))
    assert "作业设计" in page
    assert "看 1 条文字" in page
    assert "checked" in text(member.get(f"{thread}?again=1"))
    assert "作业多，分层难" in text(member.get(url("written_answers", opened.post_id, second)))
    member.post(url("answer_ballot", opened.post_id), {f"q{first}": "0", f"q{second}": "改了主意"})
    assert BallotReply.objects.get().answers[str(first)] == [0]

    assert rows_of(host.get(url("export_ballot", opened.post_id)))[1][0::2] == ["李雷", "课堂提问"]
    assert member.get(url("export_ballot", opened.post_id)).status_code == 403
    short = host.post(url("change_ballot", opened.post_id), {"closes_at": wall(clock.now() + 2 * SOON), "title": "改名"})
    assert short.status_code == 302
    host.post(url("close_ballot", opened.post_id))
    assert "已截止" in text(member.get(thread))
    host.post(url("reopen_ballot", opened.post_id))
    assert Ballot.objects.get().closed_at is None


def test_who_has_not_answered_is_listed_and_reminded(cast, one):  # noqa: F811
    asked = open_one(one, cast, kind=BallotKind.NEEDS)
    host = cast.client_of("王老师")
    assert "还有 1 人没答" in text(host.get(url("unanswered", asked.post_id)))
    host.post(url("remind_ballot", asked.post_id))
    assert "已提醒 1 人" in said(host)
    assert cast.client_of("李雷").get(url("unanswered", asked.post_id)).status_code == 403


def test_few_anonymous_answers_are_neither_shown_nor_exported(cast, one):  # noqa: F811
    asked = open_one(one, cast, is_anonymous=True)
    question = tools.BallotQuestion.objects.get()
    cast.client_of("李雷").post(url("answer_ballot", asked.post_id), {f"q{question.pk}": "0"})
    assert "匿名的截止后、满 5 份才显示结果" in text(cast.client_of("王老师").get(url("thread", asked.post_id)))
    assert cast.client_of("王老师").get(url("export_ballot", asked.post_id)).status_code == 422


def test_a_problem_from_a_member_to_its_solution(cast, one):  # noqa: F811
    host, member = cast.client_of("王老师"), cast.client_of("李雷")
    refused = member.post(url("hand_in_problem", one.pk), {"title": "", "source": "三个班都这样"})
    assert refused.status_code == 422
    for title in ("学生不敢在课堂上提问", "学生不愿在课堂上提问"):
        member.post(url("hand_in_problem", one.pk), {"title": title, "source": f"{title}，三个班都这样。"})
    first, second = Problem.objects.order_by("pk")
    assert "相近" in text(host.get(url("problems", one.pk)))
    host.post(url("join_problem", second.post_id), {"into": first.pk, "from": "board"})
    assert "已并入" in said(host)
    host.post(url("move_problem", first.post_id), {"to": "selected", "from": "board"})
    refused = host.post(url("put_to_vote", one.pk), {"title": "选", "closes_at": "", "most": "1"})
    assert refused.status_code == 422
    refused = host.post(url("move_problem", first.post_id), {"to": "dropped", "reason": ""})
    assert refused.status_code == 422
    assert "请写明为什么不入选" in text(refused)
    assert member.post(url("move_problem", first.post_id), {"to": "discussing"}).status_code == 403
    host.post(url("move_problem", first.post_id), {"to": "discussing"})
    assert "写解决方案" in text(host.get(url("thread", first.post_id)))
    assert member.get(url("publish_solution", first.post_id)).status_code == 403
    host.post(url("publish_solution", first.post_id), {"title": "提问三步法", "source": "先写后说，再追问。"})

    assert "计入智慧众筹" in said(host)
    assert "提问三步法" in text(member.get(url("thread", first.post_id)))
    assert "学生不敢在课堂上提问" in text(member.get(url("thread", Solution.objects.get().post_id)))
    assert "1 个有了解决方案" in text(member.get(url("problems", one.pk)))
    assert "学生不愿" in text(member.get(f"{url('problems', one.pk)}?stage=joined"))


def test_a_thread_of_another_kind_is_not_found(cast, one):  # noqa: F811
    asked = open_one(one, cast)
    host = cast.client_of("王老师")
    assert host.get(url("seats", asked.post_id)).status_code == 404
    assert host.post(url("sign_up", asked.post_id)).status_code == 404
    assert host.post(url("agree_to_hold", 999_999)).status_code == 404


@pytest.mark.parametrize("name", ["activities", "ballots", "problems"])
def test_rows_cost_no_queries(cast, one, name, assert_same_queries):  # noqa: F811
    host = host_of(one, cast)

    def more(number):
        for _ in range(number):
            held = tools.activity(one, host, starts_at=clock.now() + SOON)
            tools.activity_seat(held, cast.person("李雷"))
            ballot = tools.ballot(one, host, closes_at=clock.now() + SOON)
            tools.ballot_turnout(ballot, cast.person("李雷"))
            tools.problem(one, host)
            tools.problem(one, host, state="voting", ballot=ballot, option=0)
            tools.solution(tools.problem(one, host, state="discussing"), host)

    more(1)
    browser = cast.client_of("王老师")
    path = url(name, one.pk)
    browser.get(path)
    assert_same_queries(lambda: browser.get(path), lambda: more(9))


@pytest.mark.parametrize("kind", ["activity", "ballot", "problem", "solution"])
@pytest.mark.parametrize("who", ["王老师", "李雷"])
def test_threads_of_tools_cost_the_same_with_more_in_them(cast, one, kind, who, assert_same_queries):  # noqa: F811
    host = host_of(one, cast)
    held = running(one, cast, places=3, purpose="call")
    asked = tools.ballot(one, host, closes_at=clock.now() + SOON)
    problem = tools.problem(one, host, state="discussing", ballot=asked, option=0)
    solution = tools.solution(problem, host)
    post = {"activity": held.post, "ballot": asked.post, "problem": problem.post, "solution": solution.post}[kind]

    def more(number):
        for _ in range(number):
            person = make.programmes.teacher(cast.school)
            tools.activity_seat(held, person, state=SeatState.WAITING)
            tools.activity_host(held, make.space(cast.county, programme=one.programme), asked_by=1, agreed_by=1)
            tools.problem(one, host, call=held)
            tools.ballot_reply(asked, person, {str(tools.BallotQuestion.objects.get(ballot=asked).pk): [0]})
            tools.problem(one, host, state="joined", into=problem)
            make.reply(post, host)

    more(1)
    browser = cast.client_of(who)
    assert_same_queries(lambda: browser.get(url("thread", post.pk)), lambda: more(3), at_most=AT_MOST)
