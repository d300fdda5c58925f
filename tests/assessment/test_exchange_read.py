"""Question files as people and programs write them: what is understood, and what is refused with which words."""

import pytest

from tests.assessment.exchange_samples import read
from yanxiu.assessment.exchange.word import formula
from yanxiu.catalogue.content import Blank, Cloze, FillIn, Matching, Material, Ordering, Question, Written, type_of


def one(text: str | bytes, name: str = "a.txt"):
    reading, _ = read(text.encode() if isinstance(text, str) else text, name)
    assert [refused.reason for refused in reading.refused] == []
    (understood,) = reading.understood
    return understood


def question(text: str | bytes, name: str = "a.txt"):
    return one(text, name).question


def refusal(text: str | bytes, name: str = "a.txt") -> str:
    reading, _ = read(text.encode() if isinstance(text, str) else text, name)
    assert reading.understood == ()
    return reading.refused[0].reason


PAPER = """一、单选题（每题 2 分）
1．观课记录最应当写下什么（ B ）
A．感受  B．证据  C．名气
解析：证据可以核对。
2、议课先说什么？
（A）判断
（B）事实
【答案】B
【知识点】议课
【难度】0.7
二、多项选择题
1. 哪些是证据？
A. 举手次数
B. 天气
C. 板书
答案：A、C
三、判断题
1. 观课可以打断教师。（×）
2. 议课要先说事实。
答案：√
四、填空题
1. 先说____，再说（　　）。
答案：事实|证据；判断
五、材料题
1. 一位教师把座位排成四组。
（1）【单选题】便于什么？
A. 讲授
B. 讨论
答案：B
（2）还可以怎样排？
答案：言之成理即可。
六、简答题
1. 什么是议课？
"""


def test_a_paper_is_read_by_its_headings_marks_and_brackets():
    reading, _ = read(PAPER.encode("gb18030"), "试卷.txt")
    assert reading.refused == ()
    kinds = ["single", "single", "multiple", "true_false", "true_false", "fill_in", "material", "short"]
    assert [type_of(one.question) for one in reading.understood] == kinds
    first, second, many, wrong, right, gaps, whole, _short = [one.question for one in reading.understood]
    assert (first.stem, first.options, first.answers) == ("观课记录最应当写下什么（　　）", ("感受", "证据", "名气"), (1,))
    assert (second.options, reading.understood[1].point, reading.understood[1].difficulty) == (("判断", "事实"), "议课", 2)
    assert many.answers == (0, 2)
    assert (wrong.answers, right.answers) == ((1,), (0,))
    assert gaps == FillIn(stem="先说[[1]]，再说[[2]]。", blanks=(Blank(accepts=("事实", "证据")), Blank(accepts=("判断",))))
    assert [type_of(part.question) for part in whole.parts] == ["single", "short"]


def test_answers_may_stand_at_the_end_of_a_paper():
    text = "1. 甲？\nA. 一\nB. 二\n2. 乙？\nA. 一\nB. 二\n3. 丙。\n参考答案\n1-2 BA\n3. ×\n"
    reading, _ = read(text.encode(), "a.txt")
    assert [one.question.answers for one in reading.understood] == [(1,), (0,), (1,)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("谁？{~甲 =乙}", Question(kind="single", stem="谁？", options=("甲", "乙"), answers=(1,))),
        ("谁？{~%50%甲 ~%50%乙 ~%-100%丙}", Question(kind="multiple", stem="谁？", options=("甲", "乙", "丙"), answers=(0, 1))),
        ("地是圆的。{T#对}", Question(kind="true_false", stem="地是圆的。", options=("对", "错"), answers=(0,))),
        ("首都？{=北京 =北京市}", FillIn(stem="首都？[[1]]", blanks=(Blank(accepts=("北京", "北京市")),))),
        ("首都是{=北京}。", FillIn(stem="首都是[[1]]。", blanks=(Blank(accepts=("北京",)),))),
        ("首都是{~上海 =北京}。", Question(kind="single", stem="首都是____。", options=("上海", "北京"), answers=(1,))),
        ("连{=甲 -> 一 =乙 -> 二 = -> 三}", Matching(stem="连", left=("甲", "乙"), right=("一", "二", "三"), pairs=(0, 1))),
        ("谈谈。{}", Written(kind="essay", stem="谈谈。")),
        (r"哪个等于 5？{~ \= 2 + 2 = \= 2 + 3 ~ \= 2 + 4}", Question(
            kind="single", stem="哪个等于 5？", options=("= 2 + 2", "= 2 + 3", "= 2 + 4"), answers=(1,))),
        ("甲？{=一#好 ~二#不好 ####总的}", Question(kind="single", stem="甲？", options=("一", "二"), answers=(0,), explanation="总的")),
    ],
)  # fmt: skip
def test_gift(text, expected):
    assert question(text, "a.gift") == expected


@pytest.mark.parametrize(
    ("answer", "accepts", "tolerance"),
    [
        ("#3:2", "3", "2"),
        ("#1..5", "3", "2"),
        ("#=1822:0 =%50%1822:2", "1822", "0"),
        ("#3.1415:0.0005", "3.1415", "0.0005"),
        ("#4", "4", "0"),
    ],
)
def test_gift_numbers(answer, accepts, tolerance):
    (blank,) = question(f"几？{{{answer}}}", "a.gift").blanks
    assert (blank.accepts, str(blank.tolerance)) == ((accepts,), tolerance)


def test_gift_names_points_and_places():
    text = "// 注\n$CATEGORY: $course$/top/数与代数/方程\n\n::第一题::[html]<p>谁<b>对</b>？</p>{=甲 ~乙}\n\n只是说明\n"
    reading, _ = read(text.encode("utf-16"), "a.txt")
    (understood,) = reading.understood
    assert (understood.point, understood.place, understood.question.stem) == ("方程", "第 4 行", "谁**对**？")
    assert [(refused.place, refused.reason) for refused in reading.refused] == [
        ("第 6 行", "没有写在花括号里的答案，只是一段说明，不是题目。")
    ]


def test_aiken():
    made = question("谁？\nA) 甲\nB) 乙\nANSWER: B\n")
    assert (made.options, made.answers) == (("甲", "乙"), (1,))


MOODLE = """<?xml version="1.0" encoding="UTF-8"?><quiz>
<question type="category"><category><text>$course$/top/方程</text></category></question>
<question type="multichoice"><name><text>一</text></name><questiontext format="html"><text><![CDATA[<p>看<img src="@@PLUGINFILE@@/a.png" alt="图一"></p>]]></text>
<file name="a.png" path="/" encoding="base64">aGVsbG8=</file></questiontext><single>true</single>
<answer fraction="100"><text>甲</text></answer><answer fraction="0"><text>乙</text></answer></question>
<question type="cloze"><questiontext><text>先{1:SHORTANSWER:=说~%50%讲}后{2:NUMERICAL:=3:0.1}</text></questiontext></question>
<question type="gapselect"><questiontext><text>先[[2]]后[[1]]</text></questiontext>
<selectoption><text>做</text><group>1</group></selectoption><selectoption><text>想</text><group>1</group></selectoption></question>
<question type="ordering"><questiontext><text>排</text></questiontext>
<answer fraction="2"><text>乙</text></answer><answer fraction="1"><text>甲</text></answer></question>
<question type="calculated"><name><text>算</text></name><questiontext><text>{x}+1</text></questiontext></question>
<question type="description"><questiontext><text>说明</text></questiontext></question></quiz>"""


def test_moodle_with_pictures_gaps_and_what_is_never_calculated():
    reading, files = read(MOODLE.encode(), "a.xml")
    choice, cloze, chosen, ordered = [one.question for one in reading.understood]
    assert (choice.stem, files[0].data) == ("看![图一](file:1)", b"hello")
    assert cloze.stem == "先[[1]]后[[2]]"
    assert isinstance(chosen, Cloze)
    assert [gap.options[gap.answer] for gap in chosen.gaps] == ["想", "做"]
    assert ordered == Ordering(stem="排", parts=("甲", "乙"))
    assert [one.point for one in reading.understood] == ["方程"] * 4
    assert ["不执行公式" in one.reason or "不是题目" in one.reason for one in reading.refused] == [True, True]


CANVAS = """<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment><section>
<item ident="a"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>multiple_answers_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material><mattext texttype="text/html">&lt;p&gt;哪些？&lt;/p&gt;</mattext></material><response_lid ident="r" rcardinality="Multiple"><render_choice>
<response_label ident="1"><material><mattext>甲</mattext></material></response_label><response_label ident="2"><material><mattext>乙</mattext></material></response_label>
<response_label ident="3"><material><mattext>丙</mattext></material></response_label></render_choice></response_lid></presentation>
<resprocessing><respcondition><conditionvar><and><varequal respident="r">1</varequal><not><varequal respident="r">2</varequal></not><varequal respident="r">3</varequal></and></conditionvar>
<setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing></item>
<item ident="b"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>calculated_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material><mattext>1+[x]</mattext></material></presentation></item></section></assessment></questestinterop>"""


def test_qti_1_as_canvas_writes_it():
    reading, _ = read(CANVAS.encode(), "a.xml")
    assert reading.format == "qti1"
    (understood,) = reading.understood
    assert (understood.question.stem, understood.question.answers, understood.question.kind) == ("哪些？", (0, 2), "multiple")
    assert "不执行公式" in reading.refused[0].reason


def item(body: str, declared: str) -> str:
    return (
        f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" title="t">{declared}<itemBody>{body}</itemBody></assessmentItem>'
    )


def test_qti_2_text_entry_with_a_tolerance():
    declared = (
        '<responseDeclaration identifier="R" cardinality="single" baseType="float"><correctResponse><value>3.14</value></correctResponse>'
        "</responseDeclaration>"
    )
    body = '<p>约为 <textEntryInteraction responseIdentifier="R"/>。</p>'
    equal = (
        '<responseProcessing><equal toleranceMode="absolute" tolerance="0.01 0.01"><variable identifier="R"/></equal></responseProcessing>'
    )
    made = question(item(body, declared).replace("</itemBody>", f"</itemBody>{equal}"), "a.xml")
    assert (made.stem, made.blanks[0].accepts, str(made.blanks[0].tolerance)) == ("约为 [[1]]。", ("3.14",), "0.01")


@pytest.mark.parametrize(
    ("body", "declared", "words"),
    [
        ('<hotspotInteraction responseIdentifier="R"/>', "", "在图上点位置"),
        ("<p>说明</p>", "", "没有作答的地方"),
        ("<p>几？</p>", '<templateDeclaration identifier="X"/>', "这里不执行"),
        (
            '<choiceInteraction responseIdentifier="R"><simpleChoice identifier="A">甲</simpleChoice></choiceInteraction>',
            '<responseDeclaration identifier="R" cardinality="single" baseType="identifier"/>',
            "没有写出正确答案",
        ),
    ],
)
def test_qti_items_that_do_not_come_say_why(body, declared, words):
    assert words in refusal(item(body, declared), "a.xml")


def test_texts_of_a_file_name_no_stored_file_and_no_gap():
    made = question("看 ![图](file:12) 和 [声](audio:3)，还有 [[1]]？{=甲 ~乙}", "a.gift")
    assert "](file:" not in made.stem
    assert "](audio:" not in made.stem
    assert "[[1]]" not in made.stem


def test_scripts_and_handlers_do_not_come():
    made = question('[html]<p onclick="x()">谁<script>alert(1)</script><a href="javascript:x()">点</a>？</p>{=甲 ~乙}', "a.gift")
    assert made.stem == "谁点？"


def test_formulas_stay_formulas():
    made = question(r"[html]<p>求 \(x^2\) 和 x<sup>2</sup>、H<sub>2</sub>O。</p>{=甲 ~乙}", "a.gift")
    assert made.stem == "求 $x^2$ 和 x²、H₂O。"


def test_word_formulas_become_latex():
    from yanxiu.assessment.exchange.xml import parsed

    root = parsed(b'<m:oMath xmlns:m="m"><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>')
    assert formula(root) == r"\frac{1}{2}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("【单选题】1. 甲？\nA. 一\nB. 二\n", "没有答案"),
        ("1. 甲？\nA. 一\nB. 二\n答案：D\n", "对不上选项"),
        ("1. 甲？\nA. 一\nC. 二\n答案：A\n", "应从 A 起依次写"),
        ("【单选题】1. 甲？\nA. 一\nB. 二\n答案：AB\n", "只能有一个答案"),
        ("【判断题】1. 甲。\n答案：也许\n", "写“对”或“错”"),
        ("【填空题】1. ____和____。\n答案：一\n", "题干有 2 个空，答案有 1 个"),
        ("【材料题】1. 一段材料。\n", "没有小题"),
        ("1. 只有一句话。\n", "看不出是什么题"),
    ],
)
def test_questions_of_a_paper_that_do_not_come_say_why(text, words):
    assert words in refusal(text)


def test_material_is_one_question():
    made = question("【材料题】1. 一段材料。\n（1）对吗？\n答案：对\n（2）好吗？\n答案：错\n")
    assert isinstance(made, Material)
    assert len(made.parts) == 2
