"""The pages of a space itself: documents, settings, links, seats, founding, the tree; the way through without JavaScript."""

import io
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.files import samples
from tests.programmes import factories as programmes
from tests.workshops import factories as make
from tests.workshops import places_factories as places
from yanxiu.access.models import Appointment
from yanxiu.kit.actor import SYSTEM
from yanxiu.workshops import actions
from yanxiu.workshops.models import Membership, MembershipState, Rearrangement, Space, SpaceContact, SpaceDocument, SpaceFounder, SpaceLink


@pytest.fixture
def one(cast):
    """The workshop that 王老师 hosts and 李雷 belongs to; its plan asks for two documents."""
    running = make.programme(cast.county)
    programmes.actions.enrol(person=cast.person("李雷"), programme=running, by=SYSTEM, at=make.AT)
    space = make.space(
        cast.county, programme=running, topic="班级管理", title="班级管理专题工作坊", needs=["guidance_plan", "rules"], state="preparing"
    )
    Appointment.objects.filter(person=cast.person("王老师")).update(space_id=space.pk)
    make.membership(space, cast.person("李雷"))
    space.refresh_from_db()
    return space


def url(name, *args):
    return reverse(f"workshops:{name}", args=args)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def said(client):
    return client.session.get("note", "")


def test_from_the_first_document_to_the_open_door(cast, one):
    host, member = cast.client_of("王老师"), cast.client_of("李雷", hat="learner")
    assert "筹备中" in text(member.get(url("space", one.pk)))
    assert "还差 2 样" in text(host.get(url("documents", one.pk)))
    refused = host.post(url("open_up", one.pk))
    assert refused.status_code == 409
    assert "缺：研修指导方案、工作坊规则" in text(refused)

    for kind in ("guidance_plan", "rules"):
        host.post(url("publish_document", one.pk, kind), {"title": "", "source": "## 第一条\n\n四十八小时内回复", "asks": "on"})
    assert said(host) == "《工作坊规则》第 1 版已发布"
    host.post(url("open_up", one.pk))
    assert "已开放" in said(host)

    rules = SpaceDocument.objects.get(kind="rules")
    assert "<h2>第一条</h2>" in text(member.get(url("document", rules.pk)))
    assert "2 份待确认" in text(member.get(url("space", one.pk)))
    member.post(url("confirm_document", rules.pk))
    assert "1 份待确认" in text(member.get(url("space", one.pk)))
    assert "1 人已确认" in text(host.get(url("document", rules.pk)))


def test_a_document_without_words_says_so_and_nothing_is_stored(cast, one):
    answer = cast.client_of("王老师").post(url("publish_document", one.pk, "rules"), {"title": "", "source": ""})

    assert answer.status_code == 422
    assert "请写正文" in text(answer)
    assert not SpaceDocument.objects.exists()


def test_the_host_sets_the_space_up(cast, one):
    host = cast.client_of("王老师")
    assert "还在筹备" in text(host.get(url("arrange_space", one.pk)))

    host.post(url("arrange_space", one.pk), {"tools": ["discussion", "qa"], "visibility": "public", "joining": "open"})
    one.refresh_from_db()
    assert (one.tools, one.visibility, one.joining, one.cap) == (["discussion", "qa"], "public", "open", 500)
    assert host.post(url("arrange_space", one.pk), {"visibility": "public"}).status_code == 422
    host.post(url("name_contact", one.pk), {"role": "expert", "name": "周怀远", "unit": "省教科院", "words": "研究班级治理"})
    assert "周怀远" in text(host.get(url("space_page", one.pk)))
    host.post(url("end_contact", SpaceContact.objects.get().pk))
    host.get(url("documents", one.pk))  # takes the note away
    assert "周怀远" not in text(host.get(url("space_page", one.pk)))
    host.post(url("close_space", one.pk), {"reason": "项目结束"})
    assert "重新开放" in text(host.get(url("arrange_space", one.pk)))
    host.post(url("reopen_space", one.pk))
    assert Space.objects.get(pk=one.pk).state == "open"


@pytest.mark.parametrize("name", ["arrange_space", "links", "sub_workshops", "export_members", "found_beside"])
def test_members_do_not_run_the_space(cast, one, name):
    Space.objects.update(state="open")
    assert cast.client_of("李雷", hat="learner").get(url(name, one.pk)).status_code == 403


def test_members_are_added_grouped_moved_and_removed(cast, one):
    host = cast.client_of("王老师")
    people = [make.participant(one.programme, cast.school, name=name).person for name in ("陈晨", "孙悦", "周明")]
    answer = host.post(url("add_members", one.pk), {"people": "陈晨\n不在册的人", "how": "add"})
    assert answer.status_code == 422
    assert "没有找到 1 行：不在册的人" in text(answer)

    host.post(url("add_members", one.pk), {"people": "陈晨、孙悦", "how": "add"})
    assert "已加 2 人" in said(host)
    host.post(url("add_members", one.pk), {"people": "周明", "how": "invite"})
    assert Membership.objects.get(person=people[2]).state == MembershipState.INVITED
    seat = Membership.objects.get(person=people[0])
    host.post(url("change_members", one.pk), {"what": "group", "group": "骨干组", "chosen": [seat.pk]})
    assert "骨干组" in text(host.get(url("members", one.pk), {"sort": "group", "group": "骨干组"}))
    host.post(url("change_members", one.pk), {"what": "remove", "reason": "已调走", "chosen": [seat.pk]})
    seat.refresh_from_db()
    assert (seat.state, seat.reason) == (MembershipState.REMOVED, "已调走")
    book = host.get(url("export_members", one.pk))
    assert io.BytesIO(b"".join(book.streaming_content)).read(2) == b"PK"


def test_sub_workshops_are_balanced_as_shown_and_undone(cast, one):
    sub = make.sub_workshop(one, title="第 1 子坊")
    for _ in range(5):
        make.member(one, cast.school)
    host = cast.client_of("王老师")
    page = text(host.get(url("sub_workshops", one.pk)))
    assert "照此调整 3 人" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]

    host.post(url("balance_subs", one.pk), {"seen": seen})
    assert Membership.objects.filter(space=sub, state="member").count() == 3
    assert host.post(url("balance_subs", one.pk), {"seen": seen}).status_code == 409
    host.post(url("deal_groups", one.pk), {"number": "2"})
    assert set(Membership.objects.values_list("group", flat=True)) == {"第 1 组", "第 2 组"}
    host.post(url("merge_sub", sub.pk), {"into": one.pk})
    assert Space.objects.get(pk=sub.pk).state == "closed"
    for done in Rearrangement.objects.order_by("-pk"):
        host.post(url("undo_rearrangement", done.pk))
    assert Membership.objects.filter(space=one, state="member").count() == 6


def test_two_workshops_are_linked_and_their_essence_flows(cast, one):
    Space.objects.update(state="open")
    other = make.space(cast.county, programme=one.programme, title="信息技术专题工作坊")
    thread = make.post(other, make.member(other, cast.school), title="一节有悬念的课")
    actions.make_essence(post=thread, by=make.host(other), at=make.AT)
    host = cast.client_of("教务")

    host.post(url("links", one.pk), {"other": other.pk, "kinds": ["essence"]})
    assert "一节有悬念的课" in text(cast.client_of("李雷", hat="learner").get(url("space_page", one.pk)))
    link = SpaceLink.objects.get()
    assert link.accepted_at is not None
    assert host.post(url("links", one.pk), {"other": other.pk, "kinds": []}).status_code == 422
    host.post(url("end_link", link.pk))
    asked = places.space_link(other, one, accepted=False)
    assert "同意互联" in text(host.get(url("links", one.pk)))
    host.post(url("accept_link", asked.pk))
    assert "已互联" in text(host.get(url("links", one.pk)))


def test_a_workshop_is_founded_together(cast, one):
    Space.objects.update(state="open")
    colleague = make.participant(one.programme, cast.school, name="韩冬").person
    host = cast.client_of("王老师")

    host.post(url("found_beside", one.pk), {"title": "班级管理二坊", "intro": "", "founders": "韩冬"})
    opened = Space.objects.get(title="班级管理二坊")
    founder = SpaceFounder.objects.get(space=opened, person=colleague)
    assert host.post(url("agree_to_found", founder.pk)).status_code == 404
    mine = places.space_founder(opened, cast.person("李雷"))
    member = cast.client_of("李雷", hat="learner")
    assert "请您共同创建这个坊" in text(member.get(url("space", opened.pk)))
    member.post(url("agree_to_found", mine.pk))
    assert Appointment.objects.filter(space_id=opened.pk, person=cast.person("李雷")).exists()
    assert host.post(url("found_beside", one.pk), {"title": "坊"}).status_code == 422


def test_the_tree_of_a_subject_and_an_exception_from_it(cast, one):
    top = make.space(
        cast.county, kind="subject_workshop", programme=one.programme, stage="初中", subject="语文", level="市", title="市语文坊"
    )
    make.space(
        cast.school,
        kind="subject_workshop",
        programme=one.programme,
        stage="初中",
        subject="语文",
        level="县",
        title="县语文坊",
        parent=top,
    )
    office = cast.client_of("教务")
    assert cast.client_of("外人").get(url("tree", one.programme_id)).status_code == 404
    page = text(office.get(url("tree", one.programme_id), {"stage": "初中", "subject": "语文"}))
    assert "初中语文：市级 1 个，县级 1 个" in page
    assert page.index("市语文坊") < page.index("县语文坊")

    office.post(url("except_levels", one.programme_id), {"stage": "初中", "subject": "音乐", "levels": ["市"], "reason": "县里没有"})
    assert "初中音乐" in text(office.get(url("tree", one.programme_id)))
    assert office.post(url("except_levels", one.programme_id), {"stage": "初中", "subject": "炼金", "levels": ["市"]}).status_code == 422


def test_an_invited_person_comes_in_from_the_door(cast, one):
    Space.objects.update(state="open", visibility="hidden")
    programmes.actions.enrol(person=cast.person("韩梅梅"), programme=one.programme, by=SYSTEM, at=make.AT)
    browser = cast.client_of("韩梅梅", hat="learner")
    assert browser.get(url("space", one.pk)).status_code == 404

    make.membership(one, cast.person("韩梅梅"), state=MembershipState.INVITED)
    assert "接受邀请，入坊" in text(browser.get(url("space", one.pk)))
    browser.post(url("request_join", one.pk))
    assert Membership.objects.get(person=cast.person("韩梅梅")).state == MembershipState.MEMBER


def test_a_file_goes_with_a_document_until_it_is_dropped(cast, one):
    host, member, page = cast.client_of("王老师"), cast.client_of("李雷", hat="learner"), url("publish_document", one.pk, "plan")
    Space.objects.update(state="open")
    refused = host.post(page, {"sent": SimpleUploadedFile("方案.pdf", b"no such thing")})
    assert refused.status_code == 422
    assert not SpaceDocument.objects.exists()
    host.post(page, {"sent": SimpleUploadedFile("方案.docx", samples.office())})
    first = SpaceDocument.objects.get()
    assert (first.file.name, first.file.kind, first.body) == ("方案.docx", "document", "")
    shown = text(member.get(url("document", first.pk)))
    assert f'href="{settings.FILES_URL}' in shown
    assert "下载原文件" in shown
    assert cast.client_of("外人").get(url("document", first.pk)).status_code != 200

    assert "现在附着“方案.docx”，不选就沿用" in text(host.get(page))
    host.post(page, {"source": "补充说明"})
    host.post(page, {"source": "补充说明", "drops_file": "on"})
    assert [one.file_id for one in SpaceDocument.objects.order_by("version")] == [first.file_id, first.file_id, None]


@pytest.mark.parametrize("name", ["documents", "space_page", "sub_workshops", "members", "links", "arrange_space"])
def test_rows_cost_no_queries(cast, one, name, assert_same_queries):
    Space.objects.update(state="open")
    host = cast.client_of("王老师")

    def more():
        for _ in range(9):
            make.member(one, cast.school)
            places.space_contact(one)
            places.space_link(one, make.space(cast.county, programme=one.programme))
            make.sub_workshop(one)
            version = SpaceDocument.objects.filter(space=one).count() + 1
            places.space_document(one, version=version)

    assert_same_queries(lambda: host.get(url(name, one.pk)), more)


def test_a_school_administrator_opens_the_community_on_the_page(cast):
    head = cast.client_of("韩梅梅")
    assert "开学校社区" in text(head.get(url("spaces")))
    assert "开演示县实验中学的社区" in text(head.get(url("open_community")))

    refused = head.post(url("open_community"), {"title": "社", "intro": "", "founders": ""})
    assert refused.status_code == 422
    assert "坊名 2—120 个字" in text(refused)
    assert head.post(url("open_community"), {"title": "别校社区", "org": cast.county.pk}).status_code == 404
    assert cast.client_of("李雷").get(url("open_community")).status_code == 403
    head.post(url("open_community"), {"title": "实验中学社区", "intro": "说说课堂", "founders": ""})

    opened = Space.objects.get(title="实验中学社区")
    assert said(head) == "实验中学社区已开，换成它的主持人身份就能发公告、办活动"
    assert "演示县实验中学已有社区" in text(head.get(url("open_community")))
    again = head.post(url("open_community"), {"title": "又一个", "intro": "", "founders": ""})
    assert again.status_code == 409
    assert Appointment.objects.filter(person=cast.person("韩梅梅"), role="host", space_id=opened.pk).exists()
    teacher = cast.client_of("李雷")
    assert "加入</button>" in text(teacher.get(url("space", opened.pk))).replace("</span>", "").replace(" ", "")
    teacher.post(url("request_join", opened.pk))
    assert Membership.objects.get(space=opened, person=cast.person("李雷")).state == MembershipState.MEMBER
    assert "加入</button>" not in text(teacher.get(url("space", opened.pk))).replace("</span>", "").replace(" ", "")
