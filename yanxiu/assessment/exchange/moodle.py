"""Moodle XML: the question bank of Moodle as it exports itself, pictures inside. Calculated questions are never calculated (EM-10)."""

from collections.abc import Callable
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from yanxiu.assessment.exchange import building, moodle_cloze
from yanxiu.assessment.exchange.gift import point_of
from yanxiu.assessment.exchange.markup import Finder, from_base64, from_html, from_inline, literal
from yanxiu.assessment.exchange.shape import Gathering, Unfit
from yanxiu.assessment.exchange.xml import child, children, parsed, text_of
from yanxiu.catalogue.content import AnyQuestion, Gap, Ordering

_REFUSED = {
    "calculated": "计算题要在考试时现算数字，这里不执行公式。请改成数字填空题。",
    "calculatedsimple": "计算题要在考试时现算数字，这里不执行公式。请改成数字填空题。",
    "calculatedmulti": "计算题要在考试时现算数字，这里不执行公式。请改成选择题。",
    "formulas": "公式题要在考试时现算数字，这里不执行公式。请改成数字填空题。",
    "stack": "STACK 题要在考试时执行代数程序，这里不执行。",
    "coderunner": "编程题要执行代码，这里不执行。",
    "random": "随机抽题不是题目，组卷时用“按蓝图抽题”。",
    "ddmarker": "在图上拖标记的题，这里没有这种题型。",
    "ddimageortext": "把图文拖到图上的题，这里没有这种题型。",
    "ddmatch": "",
    "description": "只是一段说明，不是题目。",
}


def read(data: bytes) -> Gathering:
    """Read a file. Raises BadQuestionFile."""
    found = Gathering("moodle")
    root = parsed(data)
    point, number = "", 0
    for element in root:
        if element.tag != "question":
            continue
        found.check_time()
        kind = element.attrib.get("type", "").strip().lower()
        if kind == "category":
            point = point_of(text_of(element, "category", "text"))
            continue
        number += 1
        place = f"第 {number} 题"
        name = text_of(element, "name", "text")
        try:
            question = _Reader(element, found, place).question(kind)
        except Unfit as why:
            found.refuse(place, name or text_of(element, "questiontext", "text"), str(why))
        else:
            found.keep(question, place, point=point)
    return found


class _Reader:
    """Reads one question."""

    def __init__(self, element: Element, found: Gathering, place: str) -> None:
        self._element, self._found, self._place = element, found, place

    def question(self, kind: str) -> AnyQuestion:
        """Return the question. Raises Unfit with the reason why it cannot come."""
        readers: dict[str, Callable[[], AnyQuestion]] = {
            "multichoice": self._choice, "multichoiceset": self._choice, "truefalse": self._true_false, "shortanswer": self._short,
            "numerical": self._numerical, "matching": self._matching, "essay": self._essay, "cloze": self._cloze,
            "multianswer": self._cloze, "gapselect": self._gaps, "ddwtos": self._gaps, "ordering": self._ordering, "match": self._matching,
            "ddmatch": self._matching,
        }  # fmt: skip
        if kind not in readers:
            raise Unfit(_REFUSED.get(kind) or f"“{kind[:30]}”这种题型这里没有。")
        if text_of(self._element, "responseformat") == "noinline":
            raise Unfit("这题只交文件，这里的题目要写文字。请改成作业。")
        return readers[kind]()

    def _choice(self) -> AnyQuestion:
        answers = self._answers()
        is_single = text_of(self._element, "single").lower() not in {"false", "0"} and self._element.attrib.get("type") != "multichoiceset"
        worth = [_fraction(one) for one in answers]
        right = [number for number, one in enumerate(worth) if one >= 99.9] if is_single else [n for n, one in enumerate(worth) if one > 0]
        if is_single and any(0 < one < 99.9 for one in worth):
            self._found.note("部分得分的选项按不得分导入", self._place)
        self._note_remarks(answers)
        options = [self._text(one) for one in answers]
        return building.choice(self._stem(), options, right, self._explanation(), is_multiple=None if is_single else True)

    def _true_false(self) -> AnyQuestion:
        right = next((one for one in self._answers() if _fraction(one) > 0), None)
        truth = building.truth_of(text_of(right, "text")) if right is not None else None
        if truth is None:
            raise Unfit("没有标出“对”还是“错”。")
        self._note_remarks(self._answers())
        return building.true_false(self._stem(), truth, self._explanation())

    def _short(self) -> AnyQuestion:
        answers = self._full_answers()
        texts = [text_of(one, "text") for one in answers]
        kept = [literal(text) for text in texts if "*" not in text.replace("\\*", "")]
        if len(kept) < len(texts):
            self._found.note("带通配符 * 的答案没有导入", self._place)
        sensitive = text_of(self._element, "usecase") == "1"
        return building.fill_in(self._stem(), [building.blank(kept, is_case_sensitive=sensitive)], self._explanation())

    def _numerical(self) -> AnyQuestion:
        answers = self._full_answers()
        tolerances = {text_of(one, "tolerance") or "0" for one in answers}
        if len(tolerances) > 1:
            raise Unfit("几个数各有各的误差，请统一误差。")
        if children(child(self._element, "units"), "unit"):
            self._found.note("单位没有导入，请在题干里写明", self._place)
        numbers = [text_of(one, "text") for one in answers]
        if "*" in numbers:
            raise Unfit("答案是 *（什么都算对），比不出对错。")
        return building.fill_in(
            self._stem(), [building.number_blank(numbers, tolerances.pop() if tolerances else "0")], self._explanation()
        )

    def _matching(self) -> AnyQuestion:
        pairs, spare = [], []
        for one in children(self._element, "subquestion"):
            left, right = self._text(one), literal(text_of(one, "answer", "text"))
            if left:
                pairs.append((left, right))
            elif right:
                spare.append(right)
        return building.matching(self._stem(), pairs, spare, self._explanation())

    def _essay(self) -> AnyQuestion:
        reference = self._html(child(self._element, "graderinfo"))
        return building.essay(self._stem(), reference, self._explanation())

    def _cloze(self) -> AnyQuestion:
        source = text_of(self._element, "questiontext", "text")
        text, gaps, shares = moodle_cloze.parsed(source, self._found, self._place)
        marked = self._html(child(self._element, "questiontext"), text)
        return building.gapped(moodle_cloze.placed(marked, len(gaps)), gaps, self._explanation(), shares)

    def _gaps(self) -> AnyQuestion:
        boxes = [(text_of(one, "text"), text_of(one, "group") or "1") for one in self._element if one.tag in {"selectoption", "dragbox"}]
        source = text_of(self._element, "questiontext", "text")
        text, numbers = moodle_cloze.numbered(source)
        if any(not 1 <= number <= len(boxes) for number in numbers):
            raise Unfit(f"题干里的空指到了第 {max(numbers)} 个选项，选项只有 {len(boxes)} 个。")
        gaps = {}
        for place, number in enumerate(numbers, start=1):
            group = [words for words, of in boxes if of == boxes[number - 1][1]]
            options = tuple(dict.fromkeys(from_inline(literal(words)) for words in group))
            gaps[place] = Gap(options=options, answer=options.index(from_inline(literal(boxes[number - 1][0]))))
        if not gaps:
            raise Unfit("题干里没有要填的空 [[1]]。")
        return building.gapped(
            moodle_cloze.placed(self._html(child(self._element, "questiontext"), text), len(gaps)), gaps, self._explanation()
        )

    def _ordering(self) -> AnyQuestion:
        answers = sorted(self._answers(), key=_fraction)
        return Ordering(stem=self._stem(), parts=tuple(self._text(one) for one in answers), explanation=self._explanation())

    def _answers(self) -> list[Element]:
        return children(self._element, "answer")

    def _full_answers(self) -> list[Element]:
        answers = self._answers()
        full = [one for one in answers if _fraction(one) >= 99.9]
        if any(0 < _fraction(one) < 99.9 for one in answers):
            self._found.note("部分得分的答案没有导入", self._place)
        self._note_remarks(answers)
        if not full:
            raise Unfit("没有得满分的答案。")
        return full

    def _note_remarks(self, answers: list[Element]) -> None:
        if any(text_of(one, "feedback", "text") for one in answers):
            self._found.note("选项后面的反馈没有导入", self._place)

    def _stem(self) -> str:
        return self._html(child(self._element, "questiontext"))

    def _explanation(self) -> str:
        return self._html(child(self._element, "generalfeedback"))

    def _text(self, element: Element) -> str:
        return self._html(element)

    def _html(self, element: Element | None, text: str | None = None) -> str:
        if element is None:
            return ""
        text = text_of(element, "text") if text is None else text
        form = element.attrib.get("format", "html").lower()
        if form in {"plain_text", "markdown"}:
            return from_inline(literal(text))
        return from_html(text, self._found, self._place, _finder(element))


def _finder(element: Element) -> Finder:
    def find(address: str) -> tuple[str, bytes] | None:
        name = unquote(address).removeprefix("@@PLUGINFILE@@").lstrip("/").partition("?")[0]
        for one in children(element, "file"):
            if one.attrib.get("name") in {name, name.rpartition("/")[2]} and one.attrib.get("encoding") == "base64":
                return from_base64(str(one.attrib["name"]), one.text or "")
        return None

    return find


def _fraction(answer: Element) -> float:
    try:
        return float(answer.attrib.get("fraction", "0") or 0)
    except ValueError:
        return 0.0
