"""A member of a workshop on a phone, from the door to a thread of her own; her host, from a briefing to a solution and a praise."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e import hands
from tests.e2e.driving import PHONE, look, look_wide_and_narrow
from tests.e2e.hands import fill, follow, press

TITLE = "小组讨论只有两个人在说"
SECOND = "这一期只说一件事：把一节课的提问写成三级，一问看见什么，二问为什么，三问换成你会怎样。\n\n下周请大家各带一节课的问题链来。"
THOUGHTS = "我们组上周也试了等三秒，举手的从四个变成十一个。@陈国栋 您那节课等了多久？"


def test_a_member_on_a_phone_from_the_door_to_a_thread(site, spaces, new_page):
    with new_page(viewport=PHONE) as member, new_page() as host, new_page(viewport=PHONE) as colleague:
        hands.arrive(member, site, spaces["member"])
        hands.arrive(host, site, spaces["host"])
        hands.arrive(colleague, site, spaces["inside"])
        asks_to_join(member, spaces)
        is_admitted(host, spaces)
        reads_the_briefing(member, spaces)
        signs_up_and_votes(member, spaces)
        talks(member, spaces)
        hands.come_back_until(colleague, lambda: colleague.goto("/messages/"), words="里提到您")
        assert "等三秒以后发生了什么" in colleague.locator("#main li").filter(has_text="里提到您").first.inner_text()


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
    expect(host.locator("#main")).not_to_contain_text("想跟大家一起磨提问")


def reads_the_briefing(member: Page, spaces: dict) -> None:
    """Inside she reads the first issue and says so."""
    member.goto(f"/workshops/{spaces['workshop']}/")
    look(member, "spaces-home-phone")
    member.goto(f"/workshops/posts/{spaces['briefing']}/")
    expect(member.locator("#main")).to_contain_text("等三秒")
    look(member, "spaces-briefing-phone")
    press(member, "我读完了")
    expect(member.locator("#main")).to_contain_text("您已读")


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
    fill(member, title="等三秒以后发生了什么", source=THOUGHTS)
    expect(member.get_by_role("status").filter(has_text="已存").first).to_be_visible()
    member.reload()
    expect(member.locator("[name=source]").first).to_have_value(THOUGHTS)
    press(member, "发起研讨")
    expect(member.locator("h1")).to_contain_text("等三秒以后发生了什么")
    expect(member.locator("#main")).to_contain_text("您那节课等了多久")
    look(member, "spaces-thread-phone")


def test_a_host_from_a_briefing_to_a_solution(site, spaces, new_page):
    place = f"/workshops/{spaces['workshop']}"
    with new_page() as host, new_page(viewport=PHONE) as member:
        hands.arrive(host, site, spaces["host"])
        hands.arrive(member, site, spaces["inside"])
        publishes_a_briefing(host, place)
        problem = hands_a_problem_in(member, place)
        puts_it_to_the_vote(host, member, place, spaces)
        discusses_and_solves(host, member, problem)
        holds_and_lets_go(host, member, place)
        praises(host, place)
        host.goto(f"{place}/desk/")
        look_wide_and_narrow(host, "spaces-desk")


def publishes_a_briefing(host: Page, place: str) -> None:
    """The second issue, whose draft saves itself; numbered when it is published."""
    host.goto(f"{place}/write/briefing/")
    host.get_by_label("研修简报").check()
    fill(host, title="第二期：把问题写成三级问题链", source=SECOND)
    expect(host.get_by_role("status").filter(has_text="留住了")).to_be_visible()
    look_wide_and_narrow(host, "spaces-write")
    host.locator("button[name=publish]").click()
    expect(host.locator("#main")).to_contain_text("第二期：把问题写成三级问题链")
    host.goto(f"{place}/briefings/")
    expect(host.locator("#main")).to_contain_text("第二期：把问题写成三级问题链")
    look_wide_and_narrow(host, "spaces-briefings")


def hands_a_problem_in(member: Page, place: str) -> str:
    """A member hands a problem in; return the address of its thread."""
    member.goto(f"{place}/problems/hand-in/")
    fill(member, title=TITLE, source="七年级三班，四人一组，每次都是那两个学生说，另外两个抄。试过轮流发言，冷场。")
    look(member, "spaces-problem-phone")
    press(member, "交上")
    expect(member.locator("h1")).to_contain_text(TITLE)
    return member.url


def puts_it_to_the_vote(host: Page, member: Page, place: str, spaces: dict) -> None:
    """Two problems are selected and voted upon; the board shows the votes."""
    host.goto(f"{place}/problems/")
    for title in (TITLE, spaces["problem_title"]):
        card(host, title).get_by_role("button", name="遴选").click()
        expect(card(host, title).get_by_label("投票")).to_be_visible()
    for title in (TITLE, spaces["problem_title"]):
        card(host, title).get_by_label("投票").check()
    look_wide_and_narrow(host, "spaces-problems")
    press(host, "发起投票")
    expect(host.locator("h1")).to_contain_text("下一步深度研讨哪些问题")
    member.goto(host.url)
    member.get_by_label(TITLE).check()
    press(member, "交上")
    expect(member.locator("#main")).to_contain_text("您已答")
    look(member, "spaces-vote-phone")
    host.goto(f"{place}/problems/")
    expect(card(host, TITLE)).to_contain_text("1 票")


def card(host: Page, title: str) -> Locator:
    """A problem on the board."""
    return host.locator(".yx-board-card").filter(has_text=title)


def discusses_and_solves(host: Page, member: Page, problem: str) -> None:
    """The problem is discussed in depth; what came of it is published."""
    host.goto(problem)
    press(host, "开深度研讨")
    expect(host.get_by_role("link", name="写解决方案")).to_be_visible()
    member.goto(problem)
    fill(member, source="我们改成先各写一分钟再说，四个人都有话讲。")
    press(member, "发出回帖")
    expect(member.locator("#main .yx-reading").filter(has_text="先各写一分钟再说")).to_be_visible()
    host.goto(problem)
    look_wide_and_narrow(host, "spaces-problem")
    follow(host, "写解决方案")
    fill(host, title="先写一分钟，再轮流说", source="三步：各写一分钟；同桌互读；组长只问不答。三个班试过，开口的从两人到四人。")
    look_wide_and_narrow(host, "spaces-solution")
    press(host, "发布解决方案")
    expect(host.locator("h1")).to_contain_text("先写一分钟，再轮流说")
    member.goto(problem)
    expect(member.locator("#main")).to_contain_text("先写一分钟，再轮流说")
    look(member, "spaces-solved-phone")


def holds_and_lets_go(host: Page, member: Page, place: str) -> None:
    """Where the space wants it, a post with a link waits; the host reads it and lets it through."""
    host.goto(f"{place}/order/rules/")
    look_wide_and_narrow(host, "spaces-rules")
    host.locator("[name=hold_links]").check()
    press(host, "存管理规则")
    expect(host.locator("#toasts")).to_contain_text("规则")
    member.goto(f"{place}/discussions/")
    fill(member, title="一段等待的录像", source="录像放在 https://example.org/wait 里，请从第八分钟看起。")
    press(member, "发起研讨")
    expect(member.locator("#main")).to_contain_text("待审")
    expect(member.locator("#main")).not_to_contain_text("草稿")
    look(member, "spaces-held-phone")
    host.goto(f"{place}/order/?show=held")
    expect(host.locator("#main")).to_contain_text("一段等待的录像")
    look_wide_and_narrow(host, "spaces-order")
    host.locator(".yx-order-row").filter(has_text="一段等待的录像").locator("[name=chosen]").check()
    press(host, "通过，公开")
    expect(host.locator(".yx-order-row")).to_have_count(0)
    member.goto(f"{place}/discussions/")
    expect(member.locator("li").filter(has_text="一段等待的录像")).not_to_contain_text("待审")


def praises(host: Page, place: str) -> None:
    """Somebody who takes part much is praised, with the reason."""
    host.goto(f"{place}/praise/")
    look_wide_and_narrow(host, "spaces-praise")
    host.locator("a[href^='?person=']").first.click()
    fill(host, reason="把等三秒的结果数了出来，大家都跟着试")
    press(host, "表扬")
    expect(host.locator(".yx-praises")).to_contain_text("把等三秒的结果数了出来")
