"""Pages of the question bank and of papers over HTTP, without JavaScript: written, found, reviewed, put together, published."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags

from tests.assessment import exam_factories as exams
from tests.assessment.exam_factories import FILLED
from tests.drafts.forms import discard, keep
from tests.files import samples
from yanxiu.assessment import papers
from yanxiu.assessment.models import BankQuestion, KnowledgePoint, Paper, QuestionVersion
from yanxiu.catalogue import content
from yanxiu.drafts.models import Draft

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def designer(cast):
    return cast.client_of("方案")


@pytest.fixture
def office(cast):
    return cast.client_of("教务")


def _url(name, *args):
    return reverse(f"assessment:{name}", args=args)


def _text(response):
    return re.sub(r"\s+", " ", strip_tags(response.content.decode()))


CHOICE = {"stem": "观课记录写什么？", "rows": "4", "a1": "感受", "a2": "证据", "a3": "评语", "t2": "on", "difficulty": "2", "then": "save"}
WRITTEN = {
    "single": CHOICE,
    "multiple": {**CHOICE, "t1": "on"},
    "true_false": {"stem": "议课先说优点。", "answer": "1"},
    "fill_in": {"stem": "记下[[1]]，约[[2]]条。", "rows": "2", "a1": "证据；事实", "a2": "10", "b2": "1.5", "in_any_order": ""},
    "matching": {"stem": "连一连。", "rows": "4", "a1": "鲁迅", "b1": "故乡", "a2": "老舍", "b2": "茶馆", "b3": "家"},
    "ordering": {"stem": "排出次序。", "rows": "4", "a1": "说看到的", "a2": "说为什么", "a3": "提建议"},
    "cloze": {"stem": "先[[1]]后[[2]]。", "rows": "2", "a1": "事实；判断", "b1": "1", "a2": "评；议", "b2": "2"},
    "short": {"stem": "什么是证据？", "reference": "能核对的。", "points": "能核对\n有出处", "least": "10", "most": "200"},
    "essay": {"stem": "谈谈议课。", "reference": "", "points": "", "least": "", "most": ""},
    "material": {
        "stem": "一段实录。", "parts": "single,short", "share1": "1", "share2": "2", "p1-stem": "写什么？", "p1-rows": "4", "p1-a1": "甲",
        "p1-a2": "乙", "p1-t1": "on", "p2-stem": "为什么？", "p2-reference": "因为", "p2-points": "", "p2-least": "", "p2-most": "",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", content.QUESTION_TYPES)
def test_each_kind_is_written_shown_and_opened_again(designer, kind):
    assert designer.get(_url("new_question", kind)).status_code == 200

    stored = designer.post(_url("new_question", kind), WRITTEN[kind], follow=True)

    row = BankQuestion.objects.get()
    version = QuestionVersion.objects.get(question=row)
    written = content.read_question(version.content)
    content.check_any(written, place="这道题")
    assert content.type_of(written) == row.type == kind
    assert "还是草稿，送审后才能用" in _text(stored)
    assert strip_tags(written.stem)[:3] in _text(designer.get(_url("edit_question", row.pk)))
    again = designer.get(_url("edit_question", row.pk)).content.decode()
    fields = dict(re.findall(r'<(?:input|textarea)[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', again))
    assert fields.get("stem", "x")  # a text area has no value attribute


def test_an_edit_without_changes_is_no_new_version(designer):
    designer.post(_url("new_question", "single"), CHOICE)
    row = BankQuestion.objects.get()

    designer.post(_url("edit_question", row.pk), CHOICE | {"source": "期末"})
    row.refresh_from_db()

    assert QuestionVersion.objects.filter(question=row).count() == 1
    assert row.source == "期末"


def test_an_edit_is_a_version_that_can_be_compared_and_taken_back(designer):
    designer.post(_url("new_question", "single"), CHOICE)
    row = BankQuestion.objects.get()
    designer.post(_url("edit_question", row.pk), CHOICE | {"a3": "笔记"})

    page = designer.get(_url("question", row.pk)).content.decode()
    assert "<del>选项：感受｜证据｜评语</del>" in page
    assert "<ins>选项：感受｜证据｜笔记</ins>" in page
    designer.post(_url("restore_version", row.pk, 1))

    versions = list(QuestionVersion.objects.filter(question=row).order_by("number"))
    assert [version.number for version in versions] == [1, 2, 3]
    assert versions[2].content == versions[0].content


@pytest.mark.parametrize(
    ("kind", "sent", "says"),
    [
        ("single", {"stem": ""}, "题干还空着"),
        ("single", {"t2": ""}, "答案要从选项里选"),
        ("single", {"a2": "", "t2": "on"}, "第 2 行标了正确，却没有写选项"),
        ("fill_in", {"stem": "没有空"}, "题干里的空（一个也没有）和答案对不上"),
        ("fill_in", {"b2": "很多"}, "第 2 空的误差要写数，现在是“很多”"),
        ("matching", {"b1": ""}, "第 1 行只写了左边"),
        ("cloze", {"b1": "9"}, "第 1 空：答案要从选项里选"),
        ("cloze", {"b1": "甲"}, "正确的是第几个要写整数"),
        ("short", {"least": "-3"}, "最少字数要写整数，现在是“-3”"),
        ("short", {"least": "900"}, "最少 900 字，最多 200 字"),
        ("material", {"share1": "0"}, "第 1 小题：分值要大于 0"),
        ("single", {"stem": "看图 ![图](file:1)"}, "您没有传过这个文件"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_is_stored(designer, kind, sent, says):
    given = {name: value for name, value in (WRITTEN[kind] | {"then": "save"} | sent).items() if not (name.startswith("t") and value == "")}

    answer = designer.post(_url("new_question", kind), given)

    assert answer.status_code == 422
    assert says in _text(answer)
    assert not BankQuestion.objects.exists()


def test_rows_and_parts_grow_without_script(designer):
    more = designer.post(_url("new_question", "single"), CHOICE | {"more": "1"})
    parts = designer.post(_url("new_question", "material"), WRITTEN["material"] | {"add": "1", "add_type": "essay"})
    fewer = designer.post(_url("new_question", "material"), WRITTEN["material"] | {"remove": "1"})

    assert 'name="a7"' in more.content.decode()
    assert 'value="single,short,essay"' in parts.content.decode()
    assert 'value="-,short"' in fewer.content.decode()
    assert not BankQuestion.objects.exists()


def test_what_is_typed_is_kept_and_can_be_forgotten(designer):
    new = _url("new_question", "single")
    assert keep(designer, new, CHOICE).json()["at"]
    page = designer.get(new)
    assert "这是您上次没存完的内容" in _text(page)
    assert "观课记录写什么？" in page.content.decode()
    assert "观课记录写什么？" in designer.get("/drafts/?q=观课记录").content.decode()

    assert discard(designer, new).url == new
    assert "观课记录写什么？" not in designer.get(new).content.decode()


def test_storing_a_question_clears_what_was_typed_for_it(designer):
    new = _url("new_question", "single")
    keep(designer, new, CHOICE)
    designer.post(new, CHOICE)
    assert not Draft.objects.exists()
    edit = _url("edit_question", BankQuestion.objects.get().pk)
    keep(designer, edit, CHOICE | {"stem": "观课记录写哪三样？"})
    assert "观课记录写哪三样？" in designer.get(edit).content.decode()

    designer.post(edit, CHOICE | {"stem": "观课记录写哪三样？"})
    assert not Draft.objects.exists()


def test_the_preview_shows_the_question_and_its_twins(designer):
    designer.post(_url("new_question", "single"), CHOICE)

    twin = designer.post(_url("preview_question", "single"), CHOICE, headers=HTMX)
    missing = designer.post(_url("preview_question", "single"), CHOICE | {"stem": ""}, headers=HTMX)

    assert "正确答案 B" in _text(twin)
    assert "题库里有一样的题" in _text(twin)
    assert "题干还空着" in _text(missing)


def test_a_picture_is_put_into_the_stem(designer, settings, tmp_path):
    settings.DATA = tmp_path
    sent = CHOICE | {"insert": "1", "words": "课堂一角", "file": SimpleUploadedFile("a.png", samples.picture())}
    page = designer.post(_url("new_question", "single"), sent).content.decode()
    mark = re.search(r"!\[课堂一角\]\(file:\d+\)", page)
    assert mark

    stored = designer.post(_url("new_question", "single"), CHOICE | {"stem": f"看图。{mark[0]}"}, follow=True)

    assert 'alt="课堂一角"' in stored.content.decode()


def test_a_question_goes_from_draft_to_use_by_two_people(designer, office):
    designer.post(_url("new_question", "single"), CHOICE | {"then": "submit"})
    row = BankQuestion.objects.get()
    version = QuestionVersion.objects.get(question=row)
    assert "自己写的题由别人审" in _text(designer.get(_url("question", row.pk)))
    own = designer.post(_url("review_question", row.pk), {"version": version.pk, "decision": "approve"})
    assert own.status_code == 403

    assert "没有等审的题" in _text(designer.get(_url("question_reviews")))
    back = office.post(_url("review_question", row.pk), {"version": version.pk, "decision": "return", "reason": ""})
    assert back.status_code in (404, 422)


def test_the_bank_is_searched_narrowed_and_changed_in_bulk(designer):
    for stem, difficulty in (("观课记录写什么？", "2"), ("议课怎样开头？", "4"), ("教研组怎样分工？", "4")):
        designer.post(_url("new_question", "single"), CHOICE | {"stem": stem, "difficulty": difficulty})

    assert "1 道题讲到“议课”" in _text(designer.get(_url("questions") + "?q=议课"))
    assert "2 道题" in _text(designer.get(_url("questions") + "?difficulty=4"))
    assert "没有符合的题" in _text(designer.get(_url("questions") + "?difficulty=4&q=观课"))
    ids = list(BankQuestion.objects.values_list("pk", flat=True))
    sent = designer.post(_url("change_questions"), {"do": "submit", "question": ids}, follow=True)
    assert "3 道题已送审" in _text(sent)
    designer.post(_url("change_questions"), {"do": "retire", "question": ids[:1]})
    designer.post(_url("change_questions"), {"do": "reinstate", "question": ids[:1]})

    assert sorted(BankQuestion.objects.values_list("state", flat=True)) == ["draft", "review", "review"]
    nothing = designer.post(_url("change_questions"), {"do": "submit"})
    assert nothing.status_code == 422


def test_points_are_added_renamed_moved_and_merged(designer):
    designer.post(_url("add_point"), {"name": "课堂观察"})
    top = KnowledgePoint.objects.get()
    designer.post(_url("add_point"), {"name": "记录", "parent": top.pk})
    designer.post(_url("add_point"), {"name": "笔录"})
    note, other = KnowledgePoint.objects.get(name="记录"), KnowledgePoint.objects.get(name="笔录")
    designer.post(_url("rename_point", note.pk), {"name": "观课记录"})
    designer.post(_url("move_point", other.pk), {"parent": top.pk})
    designer.post(_url("merge_point", other.pk), {"into": note.pk})

    assert [(point.name, point.parent_id) for point in KnowledgePoint.objects.order_by("pk")] == [("课堂观察", None), ("观课记录", top.pk)]
    assert "2 个知识点" in _text(designer.get(_url("points")))


def _approved(owner, count=3):
    return [
        exams.bank_question(
            content.Question(kind="single", stem=f"第 {n} 道备选题？", options=("甲", "乙", "丙"), answers=(0,)), owner=owner
        )
        for n in range(count)
    ]


def _write(designer, paper, sent):
    """Post the editor's form, as it stands on the page now."""
    seen = papers.mark_of(papers.read(Paper.objects.get(pk=paper.pk).sections))
    return designer.post(_url("paper", paper.pk), sent | {"seen": seen})


def test_a_paper_is_put_together_previewed_and_published(designer):
    designer.post(_url("draft_paper"), {"title": "期末网上考核"})
    paper = Paper.objects.get()
    rows = _approved(paper.owner, 6)
    page = designer.get(_url("pick_questions", paper.pk) + "?section=0&q=备选")
    assert "第 3 道备选题？" in _text(page)
    designer.post(_url("pick_questions", paper.pk) + "?section=0", {"version": [row.approved_id for row in rows[:3]], "points": "2.5"})
    _write(designer, paper, {"title": "期末网上考核", "do": "add-section", "shuffles_options": "on"})
    _write(designer, paper, {"title": "期末网上考核", "do": "add-draw-1", "shuffles_options": "on"})
    few = designer.post(_url("publish_paper", paper.pk))
    assert few.status_code == 409
    assert "要抽 5 道，题库里合条件又不重复的只有 3 道" in _text(few)
    draw = {"count-1-0": "2", "drawpoints-1-0": "5", "least-1-0": "1", "most-1-0": "5"}
    _write(designer, paper, {"title": "期末", "do": "down-fixed-0-0", "points-0-0": "3", **draw})
    assert "考生看到的是 5 道题" in _text(designer.get(_url("preview_paper", paper.pk)))
    assert "正确答案 A" in _text(designer.get(_url("paper_key", paper.pk)))

    designer.post(_url("publish_paper", paper.pk))

    paper.refresh_from_db()
    sections = papers.read(paper.sections)
    assert [one.version for one in sections[0].fixed] == [rows[1].approved_id, rows[0].approved_id, rows[2].approved_id]
    assert paper.points == 3 + 2 * papers.Decimal("2.5") + 10
    assert "满分 18 分" in _text(designer.get(_url("paper", paper.pk)))
    assert _write(designer, paper, {"title": "改名", "do": "save"}).status_code == 409
    designer.post(_url("move_paper_question", paper.pk, rows[0].approved_id), {"place": "0:1"})
    designer.post(_url("copy_paper", paper.pk))
    copy = Paper.objects.get(copied_from=paper.pk)
    designer.post(_url("move_paper_question", copy.pk, rows[0].approved_id), {"place": "0:1"})
    assert papers.read(Paper.objects.get(pk=copy.pk).sections)[0].fixed[0].version == rows[0].approved_id
    designer.post(_url("remove_paper", copy.pk))
    assert Paper.objects.count() == 1


@pytest.mark.parametrize("name", ["questions", "points", "paper_list", "question_reviews"])
def test_lists_cost_the_same_for_one_and_for_ten(designer, assert_same_queries, name):
    designer.post(_url("draft_paper"), {"title": "试卷"})
    owner = Paper.objects.get().owner

    def more(count=9):
        for number in range(count):
            row = exams.bank_question(owner=owner, point=exams.knowledge_point(owner=owner))
            BankQuestion.objects.filter(pk=row.pk).update(state="review" if number % 2 else "approved")
            exams.paper(owner=owner)

    more(2)
    assert_same_queries(lambda: designer.get(_url(name)), more)


def test_a_question_and_a_paper_cost_the_same_for_one_and_for_ten(designer, assert_same_queries):
    designer.post(_url("draft_paper"), {"title": "试卷"})
    paper = Paper.objects.get()
    row = exams.bank_question(owner=paper.owner)
    versions = [one.approved_id for one in _approved(paper.owner, 12)]
    designer.post(_url("pick_questions", paper.pk) + "?section=0", {"version": versions[:1]})

    def more():
        for number in range(9):
            exams.question_version(question=row, content=content.write(FILLED))
            designer.post(_url("pick_questions", paper.pk) + "?section=0", {"version": [versions[number + 1]]})
        designer.get(_url("questions"))  # takes the note of the last post

    assert_same_queries(lambda: (designer.get(_url("question", row.pk)), designer.get(_url("paper", paper.pk))), more, at_most=22)


def test_others_are_refused(cast):
    learner = cast.client_of("李雷")
    for name in ("questions", "points", "paper_list", "question_reviews"):
        assert learner.get(_url(name)).status_code == 403
