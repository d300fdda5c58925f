"""An author at her desk: questions with a formula and a picture, a file of questions, a second pair of eyes, a paper by blueprint, an exam."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.e2e import hands
from tests.e2e.driving import look, wait_for_htmx
from tests.e2e.hands import fill, follow, press
from tests.files import samples

GIFT = """$CATEGORY: 议课

::先说什么::议课开头先说什么？{~谁讲得好 =看到了什么 ~应当怎样改 #说事实，大家才接得上}

::观课人数::一节课可以有几位观课者？{=三位 =3 =三}

::事实与判断::把说法和它的性质连起来。{=五人举手 -> 事实 =很投入 -> 判断 =可以再等等 -> 建议}

这一行没有花括号，不是一道题。
"""
BANK, DRAFTS, REVIEWS = "/assessment/questions/", "/assessment/questions/?state=draft", "/assessment/questions/reviews/"


def test_from_a_question_to_an_announced_exam(site, assessment, new_page):
    facts = assessment["authoring"]
    with new_page() as author, new_page() as reviewer, new_page() as office:
        hands.sign_in(author, facts["account"], facts["password"])
        hands.choose_menu(author, "题库")
        expect(author.locator("h1")).to_have_text("24 道题")
        look(author, "bank-desk")

        writes_a_choice(author)
        writes_blanks(author)
        writes_an_essay(author)
        brings_a_file(author)
        hands.arrive(reviewer, site, facts["reviewer"])
        reviews(reviewer, author)

        composes(author)
        hands.arrive(office, site, facts["office"])
        announces(office, facts)


def writes_a_choice(author: Page) -> None:
    """A choice with a formula and a picture; what candidates will see stands beside it."""
    _begins(author, "单选题")
    fill(
        author,
        stem="全班 26 人，有 $\\frac{5}{26}$ 举手。据下图，哪一句可以核对？",
        a1="课堂气氛很好",
        a2="八秒以后有五人举手",
        a3="学生都很投入",
    )
    author.get_by_label("第 2 项正确").check()
    author.locator("input[name=file]").set_input_files(
        {"name": "座位.png", "mimeType": "image/png", "buffer": samples.picture(size=(320, 180))}
    )
    fill(author, words="座位图，五处标了举手")
    press(author, "插到题干")
    preview = author.locator("#preview")
    expect(preview.locator("math mfrac")).to_be_visible()
    expect(preview.get_by_alt_text("座位图，五处标了举手")).to_be_visible()
    assert preview.locator("img").evaluate("one => one.decode().then(() => one.naturalWidth)") == 320
    look(author, "question-choice-desk")
    _sends(author)


def writes_blanks(author: Page) -> None:
    """Blanks of which one is a number that may be a little off."""
    _begins(author, "填空题")
    fill(author, stem="提问后等了[[1]]秒，这叫[[2]]。", a1="8", a2="等待时间；等候时间", b1="0.5")
    wait_for_htmx(author)
    expect(author.locator("#preview")).to_contain_text("等待时间")
    look(author, "question-blanks-desk")
    _sends(author)


def writes_an_essay(author: Page) -> None:
    """An essay, with what a marker gives points for."""
    _begins(author, "论述题")
    fill(author, stem="结合您听过的一节课，谈谈怎样议课。", reference="先事实后判断。", points="有可核对的事实\n建议做得到", least="100")
    _sends(author)


def brings_a_file(author: Page) -> None:
    """A GIFT file: what was understood, what was not and why; one is left out, the others are sent for review together."""
    author.goto(BANK)
    follow(author, "从文件导入")
    look(author, "question-import-desk")
    author.locator("input[type=file]").set_input_files({"name": "议课.gift", "mimeType": "text/plain", "buffer": GIFT.encode()})
    press(author, "读一读，看预览")
    expect(author.locator("h1")).to_have_text("读懂 3 道，1 道没有收", timeout=30_000)  # read beside, when the site is busy
    expect(author.get_by_role("table", name="没有收的题")).to_contain_text("这一行没有花括号")
    look(author, "question-import-preview-desk")
    author.get_by_label("导入这道").nth(1).uncheck()
    press(author, "导入勾选的题")
    expect(author.locator("h1")).to_have_text("2 道题已进题库，都是草稿")
    follow(author, "去题库送审")
    author.get_by_label("全选").check()
    look(author, "bank-drafts-desk")
    press(author, "送审")
    expect(author.locator("#toasts")).to_contain_text("送审")


def reviews(reviewer: Page, author: Page) -> None:
    """Somebody else reads all five; one goes back with a reason and comes again mended."""
    reviewer.goto(REVIEWS)
    expect(reviewer.locator("h1")).to_have_text("5 道题等您审")
    follow(reviewer, "结合您听过的一节课")
    look(reviewer, "question-review-desk")
    press(reviewer, "退回")
    expect(reviewer.locator(".yx-problem")).to_be_visible()
    fill(reviewer, reason="采分点没有写各占几分，请补上")
    press(reviewer, "退回")
    expect(reviewer.locator("h1")).to_have_text("4 道题等您审")

    author.goto(DRAFTS)
    follow(author, "结合您听过的一节课")
    expect(author.locator("#main")).to_contain_text("采分点没有写各占几分")
    look(author, "question-returned-desk")
    follow(author, "改这道题")
    fill(author, points="有可核对的事实，12 分\n建议做得到，8 分")
    _sends(author)

    for left in range(4, -1, -1):
        press(reviewer, "审过，可以用")
        expect(reviewer.locator("h1")).to_have_text(f"{left} 道题等您审" if left else "没有等审的题")
    look(reviewer, "question-reviews-empty-desk")


def composes(author: Page) -> None:
    """A paper: two rules that draw by point and difficulty, and one essay by choice."""
    hands.choose_menu(author, "试卷")
    fill(author, title="2026 年秋季网上考核卷")
    press(author, "新建")
    for place, point in enumerate(("课堂观察 › 证据", "课堂观察 › 等待")):
        press(author, "加抽题规则")
        rule = author.locator(".yx-draw").nth(place)
        rule.locator(f"[name=count-0-{place}]").fill("4")
        rule.locator(f"[name=drawpoints-0-{place}]").fill("10")
        rule.get_by_label("知识点").select_option(label=point)
        rule.get_by_label("题型").select_option(label="单选题")
        rule.locator(f"[name=least-0-{place}]").fill("3")
        rule.get_by_role("button", name="重新数").click()
        expect(author.locator(".yx-draw").nth(place)).to_contain_text("合条件的有 8 道")
    press(author, "加一个大题")
    author.locator("[name=title-1]").fill("二、论述题")
    author.locator("button[value=pick-1]").click()
    author.locator("form[role=search] [name=q]").last.fill("议课")
    author.locator("form[role=search]").last.get_by_role("button", name="找").click()
    author.get_by_label(re.compile("^选“结合您听过的一节课")).check()
    fill(author, points="20")
    look(author, "paper-pick-desk")
    press(author, "加到试卷")
    expect(author.locator("h1")).to_contain_text("100 分，可以发布了")
    look(author, "paper-editor-desk")
    _leaves_and_comes_back(author, title="改到一半的名称")
    expect(author.get_by_role("button", name="发布试卷")).to_have_count(0)
    press(author, "不要了，丢弃")
    expect(author.locator("#title")).to_have_value("2026 年秋季网上考核卷")
    press(author, "发布试卷")
    expect(author.locator("#toasts")).to_contain_text("试卷已发布")
    look(author, "paper-published-desk")


def announces(office: Page, facts: dict[str, object]) -> None:
    """The exam: a draft that says what announcing does, and then cannot be tightened."""
    hands.choose_menu(office, "考试")
    follow(office, "安排考试")
    _leaves_and_comes_back(office, title="写到一半的考试")
    opens = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=7)
    fill(office, title="2026 年秋季期末网上考核", opens_at=f"{opens:%Y-%m-%dT09:00}", closes_at=f"{opens:%Y-%m-%dT11:00}", minutes="90")
    office.locator("select[name=paper]").select_option(label="2026 年秋季网上考核卷（100 分）")
    office.locator("select[name=assessment]").select_option(label="网上考核")
    look(office, "exam-form-desk")
    press(office, "存草稿")
    expect(office.locator("h1")).to_have_text("这场考试可以公布了")
    look(office, "exam-draft-desk")
    press(office, "公布考试")
    expect(office.locator("h1")).to_contain_text(f"开考，{facts['candidates']} 人")
    look(office, "exam-announced-desk")


def _leaves_and_comes_back(page: Page, *, title: str) -> None:
    """What was typed and not stored lies there again."""
    page.locator("#main [name=title]").first.fill(title)
    expect(page.get_by_text("写的内容留住了")).to_be_visible()
    here = page.url
    page.goto("/")
    page.goto(here)
    expect(page.get_by_text("这是您上次没存完的内容")).to_be_visible()
    expect(page.locator("#main [name=title]").first).to_have_value(title)


def _begins(author: Page, kind: str) -> None:
    author.goto(BANK)
    author.get_by_text("写一道新题").click()
    author.locator(".yx-kinds").get_by_role("link", name=kind).click()


def _sends(author: Page) -> None:
    press(author, "存并送审")
    expect(author.locator("h1")).to_have_text("正在等人审")
