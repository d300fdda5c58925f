"""Homework with reviews by peers on a phone: the draft outlives a reload, what is alike is said before, reviews are written, read, answered."""

from playwright.sync_api import Page, expect

from tests.e2e import hands
from tests.e2e.assessment_words import PRAISE, RECORDS
from tests.e2e.driving import PHONE, look
from tests.e2e.hands import fill, press
from tests.files import samples

OWN = (
    "导入环节，教师没有直接给定义，而是让两名学生上台用尺子量同一张桌子，量出来差了两厘米。全班笑过以后安静下来，"
    "第一排的女生问为什么会差。教师把这个问题写在黑板正中，一直留到下课。我数到先后有九个人回头去看这行字。"
)
THOUGHTS = "以前我只记老师说了什么，这次第一次数了学生的动作，才知道问题是谁提出来的。"
BACK = "谢谢您读得这样细，建议我会补进记录里：再写一句学生的原话。"


def test_homework_with_peers_on_a_phone(site, assessment, new_page):
    facts = assessment["homework"]
    homework = f"/assessment/homework/{facts['enrolment']}/{facts['step']}/"
    with new_page(viewport=PHONE) as author, new_page(viewport=PHONE) as fellow:
        hands.arrive(author, site, facts["author"])
        hands.arrive(fellow, site, facts["fellow"])
        writes(author, homework)
        hands_in(author)
        for turn in range(2):
            reviews(author, hidden=facts["hidden"], name=f"review-{turn}-phone")
        expect(author.locator("h1")).to_have_text("2 份都评完了，谢谢")
        expect(author.locator("section").filter(has_text="别人怎样评我的作业")).to_contain_text("还没有人评完")
        look(author, "peers-done-phone")

        fellow.goto(f"/assessment/homework/{facts['fellow_enrolment']}/{facts['step']}/peers/")
        expect(fellow.locator("h1")).to_have_text("还要评 2 份，评完自己的作业才计入")
        expect(fellow.locator("section").filter(has_text="别人怎样评我的作业")).to_contain_text(PRAISE)
        for turn in range(2):  # the site may have handed out the other fellow's piece before the author's was there
            reviews(fellow, hidden=[facts["author_name"]], name=f"review-fellow-{turn}-phone")

        reads_and_answers(author, hidden=facts["hidden"])
        fellow.reload()
        expect(fellow.locator("section").filter(has_text="我评过的")).to_contain_text(BACK)


def writes(author: Page, homework: str) -> None:
    """A draft in parts that saves itself, outlives a reload and says how many characters are missing."""
    author.goto(homework)
    expect(author.locator("h1")).to_have_text("作业还差 60 字")
    look(author, "homework-empty-phone")
    author.locator("[name=text]").fill(RECORDS[0])
    author.locator("[name=text_2]").fill(THOUGHTS)
    expect(author.get_by_role("status").filter(has_text="已存")).to_be_visible()
    author.reload()
    expect(author.locator("[name=text]")).to_have_value(RECORDS[0])
    expect(author.locator("[name=text_2]")).to_have_value(THOUGHTS)
    author.locator("input[type=file]").first.set_input_files(
        {"name": "板书.png", "mimeType": "image/png", "buffer": samples.picture(size=(640, 360))}
    )
    press(author, "上传")
    expect(author.locator("#main")).to_contain_text("板书.png")
    expect(author.locator("[name=text]")).to_have_value(RECORDS[0])


def hands_in(author: Page) -> None:
    """What another has written is said before anything is handed in; her own words are taken."""
    press(author, "交作业")
    alike = author.locator("section").filter(has_text="交以前请看")
    expect(alike).to_contain_text("同一项目里老师交的")
    alike.locator("summary").click()
    expect(alike.locator("mark").first).to_contain_text("学生沉默了七秒")
    look(author, "homework-alike-phone")
    author.locator("[name=text]").fill(OWN)
    press(author, "改好了，再交")
    expect(author.locator("h1")).to_have_text("还要评 2 份，评完自己的作业才计入")
    look(author, "peers-phone")


def reviews(person: Page, *, hidden: list[str], name: str) -> None:
    """Take a piece, open it, write a review whose draft saves itself, hand it in. Nobody's name stands there."""
    take, opens = (person.get_by_role("button", name=words) for words in ("领一份", "打开来评"))
    expect(take.or_(opens)).to_be_visible()  # the site may have handed one out by itself meanwhile
    if take.count():
        take.click()
    expect(opens.or_(person.locator("h1", has_text="读完这一份"))).to_be_visible()
    if opens.count():
        opens.click()
    expect(person.locator("h1")).to_have_text("读完这一份，再给分写评语")
    assert not [one for one in hidden if one in person.locator("#main").inner_text()]
    fill(person, score="88", comment="好")
    expect(person.get_by_role("status").filter(has_text="已存")).to_be_visible()
    press(person, "交评语")
    expect(person.locator("#main")).to_contain_text("评语还差")
    fill(person, comment=PRAISE)
    look(person, name)
    press(person, "交评语")
    expect(person.locator("h1")).not_to_have_text("读完这一份，再给分写评语")


def reads_and_answers(author: Page, *, hidden: list[str]) -> None:
    """Read what a peer wrote, without a name, and answer."""
    author.reload()
    received = author.locator("section").filter(has_text="别人怎样评我的作业")
    expect(received).to_contain_text(PRAISE)
    assert not [one for one in hidden if one in author.locator("#main").inner_text()]
    received.locator("textarea").fill(BACK)
    received.get_by_role("button", name="答复").click()
    expect(received).to_contain_text(BACK)
    look(author, "peers-answered-phone")
