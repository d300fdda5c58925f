"""A member of a workshop on a phone: from the door to a thread of her own; her host lets her in."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import hands
from tests.e2e.driving import PHONE, look
from tests.e2e.hands import fill, follow, press

SAVES = 15_000  # a draft saves itself after a pause; on a busy machine that takes a while
THOUGHTS = "我们组上周也试了等三秒，举手的从四个变成十一个。@陈国栋 您那节课等了多久？"


@pytest.fixture(scope="session")
def spaces(site):
    """What the journeys begin with, by their names (`spaces_world`)."""
    return json.loads(site.run("tests.e2e.spaces_world").splitlines()[-1])


def test_a_member_on_a_phone_from_the_door_to_a_thread(site, spaces, new_page):
    with new_page(viewport=PHONE) as member, new_page() as host:
        hands.arrive(member, site, spaces["member"])
        hands.arrive(host, site, spaces["host"])
        asks_to_join(member, spaces)
        is_admitted(host, spaces)
        reads_the_briefing(member, spaces)
        signs_up_and_votes(member, spaces)
        talks(member, spaces)


def asks_to_join(member: Page, spaces: dict) -> None:
    """From the list of workshops to the door, and asks."""
    member.goto("/workshops/")
    follow(member, spaces["workshop_title"])
    expect(member.locator("h1")).to_have_text(spaces["workshop_title"])
    look(member, "spaces-door-phone")
    fill(member, message="想跟大家一起磨提问")
    press(member, "申请入坊")
    expect(member.locator("#main")).to_contain_text("等主持人认证")


def is_admitted(host: Page, spaces: dict) -> None:
    """The host finds the request and lets her in."""
    host.goto(f"/workshops/{spaces['workshop']}/requests/")
    expect(host.locator("#main")).to_contain_text("想跟大家一起磨提问")
    look(host, "spaces-requests-desk")
    host.locator("tr").filter(has_text=spaces["member_name"]).locator("[name=chosen]").check()
    press(host, "通过")
    expect(host.locator("#toasts, #main").first).to_be_visible()


def reads_the_briefing(member: Page, spaces: dict) -> None:
    """Inside she reads the first issue and says so."""
    member.goto(f"/workshops/{spaces['workshop']}/")
    look(member, "spaces-home-phone")
    member.goto(f"/workshops/posts/{spaces['briefing']}/")
    expect(member.locator("#main")).to_contain_text("等三秒")
    look(member, "spaces-briefing-phone")
    if member.get_by_role("button", name=re.compile("^(已读|读过了|我读过了)")).count():
        member.get_by_role("button", name=re.compile("^(已读|读过了|我读过了)")).click()


def signs_up_and_votes(member: Page, spaces: dict) -> None:
    """A place in the activity, a vote."""
    member.goto(f"/workshops/{spaces['workshop']}/activities/")
    look(member, "spaces-activities-phone")
    follow(member, "同课异构")
    press(member, "报名")
    expect(member.get_by_role("button", name="取消报名")).to_be_visible()
    look(member, "spaces-activity-phone")
    member.goto(f"/workshops/{spaces['workshop']}/ballots/")
    follow(member, "下一次先议哪个问题")
    member.get_by_label("分组讨论").check()
    press(member, "交上")
    expect(member.locator("#main")).to_contain_text("您已答")
    look(member, "spaces-ballot-phone")


def talks(member: Page, spaces: dict) -> None:
    """A thread with a mention, whose draft outlives a reload."""
    member.goto(f"/workshops/{spaces['workshop']}/discussions/")
    look(member, "spaces-discussions-phone")
    begin(member)
    fill(member, title="等三秒以后发生了什么", source=THOUGHTS)
    expect(member.get_by_role("status").filter(has_text="已存").first).to_be_visible(timeout=SAVES)
    member.reload()
    expect(member.locator("[name=source]").first).to_have_value(THOUGHTS)
    press(member, "发")
    expect(member.locator("h1")).to_contain_text("等三秒以后发生了什么")
    expect(member.locator("#main")).to_contain_text("您那节课等了多久")
    look(member, "spaces-thread-phone")


def begin(member: Page) -> None:
    """Open the form of a new thread where it is on a page of its own."""
    write = member.get_by_role("link", name=re.compile("发起|写"))
    if member.locator("[name=source]:visible").count() == 0 and write.count():
        write.first.click()
