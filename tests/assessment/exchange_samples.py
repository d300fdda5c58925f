"""Questions of every kind, for tests of what goes out and comes in."""

from decimal import Decimal

from yanxiu.assessment import bringing
from yanxiu.assessment.exchange import reading
from yanxiu.assessment.exchange.shape import Loose, Reading
from yanxiu.catalogue.content import (
    AnyQuestion,
    Blank,
    Cloze,
    FillIn,
    Gap,
    Matching,
    Material,
    MaterialPart,
    Ordering,
    Question,
    Written,
)

SINGLE = Question(
    kind="single",
    stem="观课记录最应当写下什么？",
    options=("自己的感受", "看得见的证据", "教师的名气"),
    answers=(1,),
    explanation="证据可以核对。",
)
MULTIPLE = Question(kind="multiple", stem="哪些是证据？", options=("举手的次数", "备课的时间", "小组的板书"), answers=(0, 2))
TRUE_FALSE = Question(kind="true_false", stem="观课时可以打断教师。", options=("对", "错"), answers=(1,))
FILL_IN = FillIn(stem="议课先说[[1]]，再说[[2]]。", blanks=(Blank(accepts=("事实", "证据")), Blank(accepts=("判断",))))
NUMBER = FillIn(stem="圆周率约为[[1]]。", blanks=(Blank(accepts=("3.14",), tolerance=Decimal("0.01")),))
MATCHING = Matching(stem="把作品和作者连起来。", left=("《背影》", "《故乡》"), right=("鲁迅", "老舍", "朱自清"), pairs=(2, 0))
ORDERING = Ordering(stem="按先后排列。", parts=("确定主题", "走进课堂", "坐下来议课"))
CLOZE = Cloze(
    stem="先说[[1]]，后说[[2]]。", gaps=(Gap(options=("事实", "感受"), answer=0), Gap(options=("天气", "判断", "名气"), answer=1))
)
SHORT = Written(kind="short", stem="什么是形成性评价？", reference="在过程中为改进而作的评价。", points=("过程中", "为改进"))
ESSAY = Written(kind="essay", stem="谈谈怎样议课。", reference="先事实后判断。")
MATERIAL = Material(
    stem="一位教师把座位排成四组。",
    parts=(
        MaterialPart(question=Question(kind="single", stem="这样便于什么？", options=("讲授", "小组讨论"), answers=(1,)), share=Decimal(2)),
        MaterialPart(question=Written(kind="short", stem="还可以怎样排？", reference="言之成理即可。"), share=Decimal(3)),
    ),
)
ALL: tuple[AnyQuestion, ...] = (
    SINGLE, MULTIPLE, TRUE_FALSE, FILL_IN, NUMBER, MATCHING, ORDERING, CLOZE, SHORT, ESSAY, MATERIAL,
)  # fmt: skip


def read(data: bytes, name: str) -> tuple[Reading, list[Loose]]:
    """Read a file as the confined child does, without the child: for many small files one after the other."""
    return reading.read(data, name, known=bringing.known())
