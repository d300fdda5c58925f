"""The pages of every kind of step: what they show, what their forms do, ten queries at most, nobody else's."""

import json

import pytest
from django.urls import reverse

from tests.access.factories import appointment
from tests.files.factories import stored_row
from tests.learning import factories as make
from tests.learning.test_cues import cue
from tests.learning.test_discuss import GOOD, OTHER
from tests.learning.test_pages import browser
from yanxiu.catalogue import content
from yanxiu.catalogue.models import StepKind
from yanxiu.learning.models import ActivityReport, CoursePost, CueAnswer, Lease, Note, PresenceCheck, ReportState, StepDone


@pytest.fixture
def learner(place):
    return browser(place.enrolment.person)


@pytest.fixture
def admin(place):
    colleague = make.participant(place.programme, place.school, name="韩梅梅").person
    return browser(colleague, hat=appointment(colleague, "school_admin", place.school))


@pytest.fixture
def stranger(place):
    return browser(make.participant(place.programme, place.second_school, name="外人").person)


@pytest.fixture
def course(place):
    owned = make.course(place.county, title="教育法解读")
    make.selection(place.enrolment, make.offering(place.programme, owned))
    return owned


def step(course, kind, held=None, **facts):
    return make._step(course, kind, f"{StepKind(kind).label}一节", content=content.write(held) if held else {}, **facts)


def url(place, name, *args):
    return reverse(f"learning:{name}", args=[place.enrolment.pk, *args])


def film(course, *cues):
    one = make.video(course, seconds=100)
    one.content = content.write(content.CueSheet(cues=cues))
    one.save()
    return one


def every_kind(place, course):
    case = make.lesson_case(place.county, commentary="好在等待。")
    return [
        film(course, cue(20)),
        step(course, StepKind.AUDIO, content.CueSheet(), seconds=60, media=stored_row(seconds=60)),
        make.text(course),
        step(course, StepKind.DOCUMENT, content.Document(), media=stored_row(name="讲义.pdf", kind="document")),
        step(course, StepKind.IMAGES, content.ImageSet(pictures=(content.Picture(file_id=stored_row().pk, caption="板书"),))),
        make.questions(course),
        step(course, StepKind.DISCUSSION, content.Discussion(prompt="您怎样追问？")),
        step(course, StepKind.CASE, content.CaseStudy(case_id=case.pk, needs_report=True)),
        step(course, StepKind.LINK, content.Link(url="https://www.moe.gov.cn/", why="原文在教育部网站")),
        step(course, StepKind.OFFLINE, content.Offline(task="组织一次听评课")),
        make.quiz(course),
        make.homework(course),
    ]


def test_every_kind_has_a_page_of_ten_queries_at_most(learner, place, course, assert_same_queries):
    for one in every_kind(place, course):
        address = url(place, "step", one.pk)

        def read(address=address):
            response = learner.get(address)
            assert response.status_code == 200
            return response.content.decode()

        def more(one=one):
            for _ in range(3):
                make.note(place.enrolment, one)
                make.text(one.course)
                if one.kind == StepKind.DISCUSSION:
                    make.course_post(place.enrolment, one)

        assert_same_queries(read, more)
        assert one.title in read()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (StepKind.DISCUSSION, "您怎样追问？"),
        (StepKind.CASE, "好在等待。"),
        (StepKind.LINK, "原文在教育部网站"),
        (StepKind.OFFLINE, "组织一次听评课"),
        (StepKind.IMAGES, "板书"),
        (StepKind.DOCUMENT, "看完了"),
    ],
)
def test_a_kind_says_its_own(learner, place, course, kind, words):
    one = next(one for one in every_kind(place, course) if one.kind == kind)

    assert words in learner.get(url(place, "step", one.pk)).content.decode()


def test_ch07_the_page_never_holds_the_question(learner, place, course):
    one = film(course, cue(20))

    text = learner.get(url(place, "step", one.pk)).content.decode()

    assert "教师追问以后等了几秒" not in text
    assert "{&quot;second&quot;: 20, &quot;required&quot;: true, &quot;passed&quot;: false}" in text


def test_a_question_by_json(learner, place, course):
    one = film(course, cue(20))
    opened = learner.post(url(place, "open_step", one.pk)).json()
    assert (opened["until"], opened["seen"]) == (20, "")
    refused = learner.post(url(place, "ask_cue", one.pk, 1), headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_there_yet")

    from yanxiu.learning.models import Progress

    Progress.objects.filter(item_id=one.pk).update(watched="1" * 20 + "0" * 80, seconds=20)
    asked = learner.post(url(place, "ask_cue", one.pk, 1)).json()
    assert asked["options"] == ["一秒", "八秒"]
    assert "answers" not in json.dumps(asked)
    CueAnswer.objects.update(asked_at=make.AT)
    wrong = learner.post(url(place, "answer_cue", one.pk, 1), {"option": "0"}).json()
    right = learner.post(url(place, "answer_cue", one.pk, 1), {"option": "1"}).json()

    assert (wrong["right"], wrong["why"]) == (False, "")
    assert right["right"]
    assert right["ticket"]
    assert learner.post(url(place, "answer_cue", one.pk, 1), headers={"accept": "application/json"}).status_code == 422


def test_presence_by_json(learner, place, course):
    one = make.video(course)
    learner.post(url(place, "open_step", one.pk))

    learner.post(url(place, "note_presence", one.pk), {"second": "12", "waited": "3", "answered": "1"})

    kept = PresenceCheck.objects.get()
    assert (kept.second, kept.waited_seconds, kept.is_answered) == (12, 3, True)


def test_notes_are_written_changed_exported_and_removed(learner, place, course):
    one = make.video(course)

    learner.post(url(place, "write_note", one.pk), {"moment": "1:05", "text": "等了八秒"})
    part = learner.post(url(place, "write_note", one.pk), {"moment": "5", "text": "x"}, headers={"accept": "application/json"})
    assert part.status_code == 422
    note = Note.objects.get()
    assert note.second == 65
    saved = learner.post(reverse("learning:change_note", args=[note.pk]), {"text": "等了十秒"}, headers={"hx-request": "true"})
    assert "已存" in saved.content.decode()
    text = learner.get(url(place, "export_notes", 1, one.pk))
    assert "01:05  等了十秒" in text.content.decode()
    assert "attachment" in text["Content-Disposition"]
    swapped = learner.post(reverse("learning:remove_note", args=[note.pk]), headers={"hx-request": "true"}).content.decode()
    assert 'id="notes"' in swapped
    assert not Note.objects.exists()


def test_the_legs_come_alone_when_htmx_asks(learner, place, course):
    one = make.text(course)
    make.text(course, title="读第二篇")
    make.step_done(place.enrolment, one)

    text = learner.get(url(place, "step", one.pk), headers={"hx-request": "true", "hx-target": "legs"}).content.decode()

    assert 'id="legs"' in text
    assert "<html" not in text
    assert "下一节" in text
    assert not Lease.objects.exists()


def test_discussion_without_scripts(learner, place, course):
    one = step(course, StepKind.DISCUSSION, content.Discussion(prompt="您怎样追问？", posts=2, min_characters=20))
    add = url(place, "add_post", one.pk)

    assert "还没有人发言" in learner.get(url(place, "step", one.pk)).content.decode()
    empty = learner.post(add, {"text": " "})
    assert (empty.status_code, "发言还空着" in empty.content.decode()) == (422, True)
    said = learner.post(add, {"text": "好"}, follow=True).content.decode()
    assert "不算数：还差 19 字" in said
    learner.post(add, {"text": GOOD})
    post = CoursePost.objects.get(text=GOOD)
    learner.post(reverse("learning:change_post", args=[post.pk]), {"text": OTHER})
    learner.post(reverse("learning:remove_post", args=[post.pk]))

    assert CoursePost.objects.get(pk=post.pk).removed_at is not None
    assert CoursePost.objects.get(pk=post.pk).text == OTHER


def test_an_activity_goes_to_the_school_and_comes_back_done(learner, admin, place, course):
    one = step(course, StepKind.OFFLINE, content.Offline(task="组织一次听评课", min_characters=10))
    sent = {"held_on": "2026-11-18", "text": "周三第二节上课，课后七位老师围绕等待议了四十分钟。"}

    assert learner.post(url(place, "save_report", one.pk), sent, headers={"accept": "application/json"}).json()["at"]
    short = learner.post(url(place, "submit_report", one.pk), {"held_on": "", "text": "听课"})
    assert (short.status_code, "活动日期还没填" in short.content.decode()) == (422, True)
    assert ActivityReport.objects.get().state == ReportState.DRAFT
    learner.post(url(place, "submit_report", one.pk), sent)
    report = ActivityReport.objects.get()
    queue = admin.get(reverse("learning:reports")).content.decode()
    assert "1 份活动报告等您确认" in queue
    assert "李雷" in queue
    refused = admin.post(reverse("learning:return_report", args=[report.pk]), {"remark": ""})
    assert refused.status_code == 422
    admin.post(reverse("learning:confirm_report", args=[report.pk]))

    assert StepDone.objects.get().step == one
    assert "没有待确认的活动报告" in admin.get(reverse("learning:reports")).content.decode()


def test_the_queue_takes_as_many_queries_for_many_as_for_one(admin, place, course, assert_same_queries):
    def more(count=1):
        for _ in range(count):
            teacher = make.participant(place.programme, place.school)
            make.activity_report(teacher, step(course, StepKind.OFFLINE, content.Offline(task="听课")), state=ReportState.SUBMITTED)

    more()
    assert_same_queries(lambda: admin.get(reverse("learning:reports")), lambda: more(5))


def test_a_link_leaves_by_a_form_and_starts_its_time(learner, place, course):
    one = step(course, StepKind.LINK, content.Link(url="https://www.moe.gov.cn/"))

    left = learner.post(url(place, "follow_link", one.pk))

    assert (left.status_code, left["Location"], left["Referrer-Policy"]) == (303, "https://www.moe.gov.cn/", "no-referrer")
    assert Lease.objects.get().item_id == one.pk
    assert learner.post(url(place, "follow_link", make.text(course).pk)).status_code == 404


def test_strangers_find_nothing(stranger, place, course):
    one = film(course, cue(20))
    note = make.note(place.enrolment, one)
    talk = step(course, StepKind.DISCUSSION, content.Discussion(prompt="问"))
    post = make.course_post(place.enrolment, talk)
    report = make.activity_report(place.enrolment, step(course, StepKind.OFFLINE, content.Offline(task="听课")), state="submitted")
    photo = make.activity_photo(report)

    own = [("ask_cue", one.pk, 1), ("answer_cue", one.pk, 1), ("note_presence", one.pk), ("write_note", one.pk), ("add_post", talk.pk)]
    own += [("submit_report", report.step_id), ("save_report", report.step_id), ("add_photo", report.step_id), ("follow_link", one.pk)]
    for name, *args in own:
        assert stranger.post(url(place, name, *args), {"text": "x", "option": "1"}).status_code == 404, name
    for name, pk in [("change_note", note.pk), ("remove_note", note.pk), ("change_post", post.pk), ("remove_post", post.pk)]:
        assert stranger.post(reverse(f"learning:{name}", args=[pk]), {"text": "x"}).status_code == 404, name
    assert stranger.post(reverse("learning:remove_photo", args=[photo.pk])).status_code == 404
    assert stranger.get(url(place, "export_notes", 1, one.pk)).status_code == 404
    assert stranger.get(reverse("learning:report", args=[report.pk])).status_code in {403, 404}


def test_the_library_by_facets_and_words(learner, place, assert_same_queries):
    near = make.lesson_case(place.county, author_name="刘岩", commentary="好在等待，不急着给答案")
    make.lesson_case(place.county, level="国家级", subject="语文")
    make.lesson_case(place.county, published_at=None)
    shelf = reverse("learning:library")

    assert "2 节课例可以看" in learner.get(shelf).content.decode()
    assert "1 节课例可以看" in learner.get(shelf, {"level": "国家级"}).content.decode()
    found = learner.get(shelf, {"q": "刘岩 等待"}).content.decode()
    assert near.title in found
    assert "1 节课例可以看" in found
    assert "看全部课例" in learner.get(shelf, {"q": "没有这样的词"}).content.decode()
    page = learner.get(reverse("learning:library_case", args=[near.pk])).content.decode()
    assert "不急着给答案" in page
    assert_same_queries(lambda: learner.get(shelf), lambda: [make.lesson_case(place.county) for _ in range(5)])
    assert_same_queries(
        lambda: learner.get(reverse("learning:library_case", args=[near.pk])), lambda: make.case_draw(place.enrolment, near)
    )
    assert "到我的课例里看" in learner.get(reverse("learning:library_case", args=[near.pk])).content.decode()


def test_a_teaching_point_says_what_waits_for_the_line(place, course, learner, settings):
    homework = make.homework(course)
    talk = step(course, StepKind.DISCUSSION, content.Discussion(prompt="说说您的做法", posts=1))
    assert "去做" in learner.get(url(place, "step", homework.pk)).text

    settings.POINT_NAME = "石门坎教学点"

    page = learner.get(url(place, "step", homework.pk)).text
    assert "作业等有线路时到中心交" in page
    assert "去做" not in page
    assert "只有这个教学点的老师看得到" in learner.get(url(place, "step", talk.pk)).text
    assert "等有线路时在中心的网址登录再办" in learner.get(reverse("workshops:spaces")).text
