"""Whether questions of every kind can be asked, what they say, and whether two are the same."""

from dataclasses import dataclass
from decimal import Decimal

import msgspec
import pytest

from yanxiu.catalogue import content
from yanxiu.kit.errors import Invalid

CHOICE = content.Question(kind="single", stem="观课记录写什么？", options=("感受", "证据", "评语"), answers=(1,))
FILLED = content.FillIn(stem="水的化学式是[[1]]，沸点约[[2]]℃。", blanks=(
    content.Blank(accepts=("H2O",), is_case_sensitive=True), content.Blank(accepts=("100",), tolerance=Decimal("0.5")),
))  # fmt: skip
PAIRED = content.Matching(stem="连作者和作品。", left=("鲁迅", "老舍"), right=("茶馆", "故乡", "家"), pairs=(1, 0))
SORTED = content.Ordering(stem="排出议课的次序。", parts=("说看到了什么", "说为什么", "提建议"))
CHOSEN = content.Cloze(
    stem="先[[1]]后[[2]]。", gaps=(content.Gap(options=("事实", "判断"), answer=0), content.Gap(options=("评", "议"), answer=1))
)
WRITTEN = content.Written(kind="essay", stem="谈谈怎样议课。", points=("有事实",), min_characters=20)
MATERIAL = content.Material(stem="课堂实录一段。", parts=(
    content.MaterialPart(question=CHOICE), content.MaterialPart(question=WRITTEN, share=Decimal(2)),
))  # fmt: skip
ALL = (CHOICE, FILLED, PAIRED, SORTED, CHOSEN, WRITTEN, MATERIAL)


@dataclass(frozen=True)
class Bad:
    """A question that cannot be asked, and what is said."""

    question: content.AnyQuestion
    says: str


BAD = (
    Bad(msgspec.structs.replace(CHOICE, stem=" "), "题干还空着"),
    Bad(msgspec.structs.replace(CHOICE, answers=(5,)), "答案要从选项里选"),
    Bad(msgspec.structs.replace(CHOICE, stem="长" * 5001), "题干最多 5000 个字符，现在有 5001 个"),
    Bad(msgspec.structs.replace(CHOICE, stem="a\x00b"), "空字符"),
    Bad(msgspec.structs.replace(CHOICE, explanation="长" * 5001), "解析最多"),
    Bad(msgspec.structs.replace(FILLED, stem="没有空"), r"题干里的空（一个也没有）和答案对不上，有 2 空"),
    Bad(msgspec.structs.replace(FILLED, stem="[[2]]和[[1]]"), r"（\[\[2\]\]、\[\[1\]\]）和答案对不上"),
    Bad(msgspec.structs.replace(FILLED, blanks=()), "空应有 1 到 20 个，现在有 0 个"),
    Bad(msgspec.structs.replace(FILLED, stem="[[1]]", blanks=(content.Blank(accepts=("沸",), tolerance=Decimal(1)),)), "“沸”不是"),
    Bad(msgspec.structs.replace(FILLED, stem="[[1]]", blanks=(content.Blank(accepts=("1",), tolerance=Decimal(-1)),)), "误差应是 0 到"),
    Bad(msgspec.structs.replace(FILLED, stem="[[1]]", blanks=(content.Blank(accepts=("1",), tolerance=Decimal("NaN")),)), "误差应是 0 到"),
    Bad(msgspec.structs.replace(FILLED, stem="[[1]]", blanks=(content.Blank(accepts=("。",)),)), "只有空白或句读"),
    Bad(msgspec.structs.replace(FILLED, stem="[[1]]", blanks=(content.Blank(accepts=()),)), "第 1 空：可接受的答案应有 1 到 20 个"),
    Bad(msgspec.structs.replace(PAIRED, pairs=(1,)), "左边有 2 项，连线有 1 条"),
    Bad(msgspec.structs.replace(PAIRED, pairs=(1, 3)), "左边第 2 项连到了第 4 项，右边只有 3 项"),
    Bad(msgspec.structs.replace(PAIRED, right=("茶馆", "茶馆 ", "家")), "右边有两项一样"),
    Bad(msgspec.structs.replace(SORTED, parts=("一",)), "排序项应有 2 到 12 个"),
    Bad(msgspec.structs.replace(CHOSEN, gaps=(content.Gap(options=("甲", "乙"), answer=2), CHOSEN.gaps[1])), "第 1 空：答案要从选项里选"),
    Bad(msgspec.structs.replace(WRITTEN, min_characters=9000), "最少 9000 字，最多 5000 字"),
    Bad(msgspec.structs.replace(MATERIAL, parts=()), "小题应有 1 到 20 个"),
    Bad(msgspec.structs.replace(MATERIAL, parts=(content.MaterialPart(question=CHOICE, share=Decimal(0)),)), "第 1 小题：分值要大于 0"),
    Bad(
        msgspec.structs.replace(MATERIAL, parts=(content.MaterialPart(question=msgspec.structs.replace(SORTED, parts=("a", "a"))),)),
        "第 3 题第 1 小题：排序项有两项一样",
    ),
)


@pytest.mark.parametrize("question", ALL, ids=content.type_of)
def test_good_questions_pass_and_come_back_from_json(question):
    content.check_any(question, place="第 3 题")

    assert content.read_question(content.write(question)) == question


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.says[:12])
def test_each_fault_is_said_with_its_place(bad):
    with pytest.raises(Invalid, match=bad.says) as said:
        content.check_any(bad.question, place="第 3 题")

    assert said.value.message.startswith("第 3 题")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CHOICE, msgspec.structs.replace(CHOICE, options=("证据", "评语", "感受"), answers=(0,))),
        (CHOICE, msgspec.structs.replace(CHOICE, stem="观课 记录写什么?", explanation="证据可以核对。")),
        (CHOICE, msgspec.structs.replace(CHOICE, answers=(2,))),
        (SORTED, msgspec.structs.replace(SORTED, parts=SORTED.parts[::-1])),
    ],
)
def test_the_same_question_is_noticed(one, other):
    assert content.digest_of(one) == content.digest_of(other)


@pytest.mark.parametrize(
    "other",
    [
        msgspec.structs.replace(CHOICE, stem="议课记录写什么？"),
        msgspec.structs.replace(CHOICE, kind="multiple"),
        msgspec.structs.replace(CHOICE, options=("感受", "证据", "笔记")),
    ],
)
def test_another_question_is_another(other):
    assert content.digest_of(CHOICE) != content.digest_of(other)


def test_all_kinds_have_digests_of_their_own():
    assert len({content.digest_of(question) for question in ALL}) == len(ALL)


def test_a_text_holds_what_is_searched_for():
    assert content.text_of(MATERIAL).splitlines() == [
        "课堂实录一段。",
        "观课记录写什么？",
        "感受",
        "证据",
        "评语",
        "谈谈怎样议课。",
        "有事实",
    ]
    assert "故乡" in content.text_of(PAIRED)
    assert "H2O" in content.text_of(FILLED)
    assert "判断" in content.text_of(CHOSEN)
