"""From answers that wait to a score that stands: two markers who do not know whose answer it is, a third who decides, an appeal, the ledger."""

from playwright.sync_api import Page, expect

from tests.e2e import hands
from tests.e2e.driving import PHONE, look, picture
from tests.e2e.hands import fill, follow, press

# By how the answers begin: what the two markers give. The last two differ by more than three points.
GIVEN = {"上周听陈老师": ("16", "14"), "我先问上课的人": ("18", "18"), "议课要客气一些": ("3", "9")}


def test_two_markers_a_third_and_the_result(site, assessment, new_page):
    facts = assessment["marking"]
    desk = f"/assessment/marking/exams/{facts['exam']}/"
    with new_page() as office, new_page() as first, new_page() as second, new_page() as third, new_page(viewport=PHONE) as candidate:
        for page, session in zip((office, first, second, third), (facts["office"], *facts["markers"]), strict=True):
            hands.arrive(page, site, session)
        hands.arrive(candidate, site, facts["candidate"])

        appoints(office, facts)
        for page in (first, second):
            page.goto("/assessment/marking/exams/")
            expect(page.locator("h1")).to_have_text("3 道答题待阅")
        look(first, "marking-exams-desk")
        begins(first, desk)
        begins(second, desk)
        assert _words(first) != _words(second), "two markers hold the same answer at once"
        look(first, "marking-desk-desk")
        refuses_too_much(first)
        for turn in range(3):
            for place, page in enumerate((first, second)):
                marks(page, place, hidden=facts["hidden"], is_last=turn == 2)
        takes_back(first, desk)
        decides(third, desk)
        candidate.goto(f"/assessment/sittings/{facts['sitting']}/result/")
        expect(candidate.locator("h1")).to_have_text("成绩还没有公布")
        releases(office, facts)
        candidate.reload()
        expect(candidate.locator("h1")).to_have_text("通过了，87.5 分")
        expect(candidate.locator("#main")).to_contain_text("等待写得具体")
        look(candidate, "result-phone")


def appoints(office: Page, facts: dict) -> None:
    """Who may mark: three experts, found by name."""
    office.goto("/assessment/results/")
    follow(office, "2026 年秋季期末网上考核")
    expect(office.locator("h1")).to_have_text("还有 3 道答题没有阅完")
    look(office, "results-waiting-desk")
    office.get_by_role("navigation", name="这场考试的成绩").get_by_role("link", name="阅卷").click()
    for name in facts["experts"]:
        fill_search = office.get_by_label("按姓名、简拼或单位找")
        fill_search.fill(name)
        fill_search.press("Enter")
        office.locator("li").filter(has_text=name).get_by_role("button", name="安排").click()
        expect(office.locator("#toasts")).to_contain_text(f"{name} 可以阅这场考试了")
    look(office, "markers-desk")


def begins(marker: Page, desk: str) -> None:
    """Take the first answer into one's hand."""
    marker.goto(desk)
    press(marker, "开始阅")
    expect(marker.locator("#points")).to_be_visible()


def refuses_too_much(marker: Page) -> None:
    """More points than there are: said beside the field; what was typed stays."""
    fill(marker, points="21", comment="三处事实都能核对")
    press(marker, "存下，下一份")
    expect(marker.locator("#points-problem")).to_contain_text("20")
    expect(marker.locator("#comment")).to_have_value("三处事实都能核对")


def marks(marker: Page, place: int, *, hidden: list[str], is_last: bool) -> None:
    """Give points for the answer in hand, whose writer is not said anywhere."""
    words = _words(marker)
    assert not [name for name in hidden if name in words]
    points = next(given[place] for start, given in GIVEN.items() if start in words)
    fill(marker, points=points, comment="等待写得具体" if points in ("16", "14") else "")
    press(marker, "存下，下一份")
    expect(marker.locator("#toasts")).to_contain_text(f"给了 {points} 分")
    if is_last:
        expect(marker.locator("#points")).to_have_count(0)


def takes_back(marker: Page, desk: str) -> None:
    """The last mark is taken back, and given again."""
    marker.goto(desk)
    press(marker, "撤回上一份")
    expect(marker.locator("#toasts")).to_contain_text("已撤回")
    if not marker.locator("#points").count():
        press(marker, "开始阅")
    words = _words(marker)
    fill(marker, points=next(given[0] for start, given in GIVEN.items() if start in words), comment="等待写得具体")
    press(marker, "存下，下一份")
    expect(marker.locator("#toasts")).to_contain_text("给了")


def decides(third: Page, desk: str) -> None:
    """The one answer on which two differ by more than is tolerated comes to a third, with what they gave."""
    begins(third, desk)
    expect(third.locator("#main")).to_contain_text("议课要客气一些")
    earlier = third.locator("section").filter(has_text="前两位给的分")
    expect(earlier).to_contain_text("3")
    expect(earlier).to_contain_text("9")
    look(third, "marking-third-desk")
    fill(third, points="5", comment="只有态度，没有事实")
    press(third, "存下，下一份")
    expect(third.locator("h1")).to_have_text("没有待阅的试卷")


def releases(office: Page, facts: dict) -> None:
    """Compute, look at what will be, release."""
    office.goto(f"/assessment/results/{facts['exam']}/markers/")
    expect(office.locator("h1")).to_have_text("3 道答题都阅完了")
    look(office, "markers-done-desk")
    office.get_by_role("navigation", name="这场考试的成绩").get_by_role("link", name="成绩", exact=True).click()
    press(office, "算分")
    expect(office.locator("#main")).to_contain_text("3 人看到成绩，其中 3 人及格")
    look(office, "results-proposed-desk")
    press(office, "公布成绩")
    expect(office.locator("#toasts")).to_contain_text("第 1 版成绩已公布")
    expect(office.locator("h1")).to_contain_text("3 人有成绩，3 人及格")
    look(office, "results-released-desk")


def test_an_appeal_changes_the_score_and_the_ledger(site, assessment, new_page):
    facts = assessment["appealing"]
    with new_page(viewport=PHONE) as low, new_page(viewport=PHONE) as high, new_page() as reviewer, new_page() as office:
        for page, session in ((low, "low"), (high, "high"), (reviewer, "reviewer"), (office, "office")):
            hands.arrive(page, site, facts[session])
        settles(office, facts)
        high.goto("/ledger/")
        expect(high.locator("h1")).to_contain_text("100 学时")
        low.goto("/ledger/")
        expect(low.locator("#main")).not_to_contain_text("已登记")

        appeals(
            low,
            facts["low_sitting"],
            question="3",
            reason="三处事实都写了，采分点里有“可核对的事实”，只给了 2 分",
            headline="还没有通过，55 分，60 分及格",
        )
        appeals(high, facts["high_sitting"], question="", reason="请把整份再看一遍，第 2 题好像没有算对", headline="通过了，92.5 分")
        answers(reviewer, "第 3 题，2026 年秋季期末网上考核", points={"3": "15"}, words="重新核对：三处事实都能核对，按采分点补到 15 分。")
        answers(reviewer, "整份答卷", points={"1": "0", "2": "0", "3": "12"}, words="核对后前两题误判为对，第 3 题照采分点只到 12 分。")
        picture(reviewer, "appeals-decided-desk")

        low.reload()
        expect(low.locator("h1")).to_have_text("通过了，87.5 分")
        expect(low.locator("#main")).to_contain_text("按采分点补到 15 分")
        look(low, "appeal-changed-phone")
        settles(office, facts)
        for page in (low, high):
            page.goto("/ledger/")
        expect(low.locator("h1")).to_contain_text("100 学时")
        expect(high.locator("h1")).to_have_text("记入的都已冲销，合计为 0")
        expect(high.get_by_role("table", name="台账逐笔")).to_contain_text("-100 学时")
        look(low, "ledger-earned-phone")
        look(high, "ledger-reversed-phone")


def appeals(person: Page, sitting: int, *, question: str, reason: str, headline: str) -> None:
    """Ask that one question, or with "" the whole sitting, is looked at again."""
    person.goto(f"/assessment/sittings/{sitting}/result/")
    expect(person.locator("h1")).to_have_text(headline)
    look(person, f"result-{'question' if question else 'whole'}-phone")
    place = person.locator(f"#question-{question}").locator("xpath=..") if question else person.locator("main, #main").last
    place.locator("summary").filter(has_text="有疑问" if question else "整份答卷").last.click()
    person.locator(f"#reason-{question or 'all'}").fill(reason)
    person.locator(f"form:has(#reason-{question or 'all'})").get_by_role("button", name="申请复核").click()
    expect(person.locator("#main")).to_contain_text("复核待答复")
    look(person, f"appeal-{'question' if question else 'whole'}-phone")


def answers(reviewer: Page, title: str, *, points: dict[str, str], words: str) -> None:
    """Somebody who did not mark it looks again, changes the points and says why."""
    reviewer.goto("/assessment/appeals/")
    look(reviewer, "appeals-desk")
    follow(reviewer, title)
    look(reviewer, "appeal-desk")
    fill(reviewer, answer=words, **{f"points_{number}": given for number, given in points.items()})
    press(reviewer, "改分")
    expect(reviewer.locator("#toasts")).to_be_visible()


def settles(office: Page, facts: dict) -> None:
    """Settle: the worker does it while the page shows how far it is."""
    office.goto(f"/settlements/{facts['programme']}/")
    press(office, "结算")
    expect(office.locator("#main")).to_contain_text("新记", timeout=20_000)


def _words(marker: Page) -> str:
    return marker.locator("#main").inner_text()
