"""QTI 1.2, as Canvas and Blackboard write it and as the specification has it. Scoring is read, never run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from yanxiu.assessment.exchange import building
from yanxiu.assessment.exchange.markup import Finder, from_html, from_inline, literal
from yanxiu.assessment.exchange.shape import Gathering, Unfit
from yanxiu.assessment.exchange.xml import child, children, text_of, walk
from yanxiu.catalogue.content import AnyQuestion, Blank, Gap, Ordering

_REFUSED = {
    "calculated_question": "计算题要在考试时现算数字，这里不执行公式。请改成数字填空题。",
    "calculated": "计算题要在考试时现算数字，这里不执行公式。请改成数字填空题。",
    "file_upload_question": "这题交的是文件，这里的题目要写文字。请改成作业。",
    "file upload": "这题交的是文件，这里的题目要写文字。请改成作业。",
    "text_only_question": "只是一段说明，不是题目。",
    "hot spot": "在图上点位置的题，这里没有这种题型。",
    "jumbled sentence": "打乱的句子，这里没有这种题型。请改成排序题。",
}
_HTML_TYPES = {"text/html", "html", "text/x-html"}


@dataclass(kw_only=True)
class _Condition:
    """A rule of scoring: what must be answered to which response, and what it is worth."""

    worth: float
    equal: list[tuple[str, str]]
    unlike: list[tuple[str, str]]
    least: list[str]
    most: list[str]
    is_case_sensitive: bool = False
    right_title: bool = False


def read(root: Element, found: Gathering, name: str, finder: Finder) -> None:
    """Read the items of a document into `found`."""
    items = list(walk(root, "item"))
    for number, item in enumerate(items, start=1):
        found.check_time()
        place = f"{name}第 {number} 题"
        reader = _Reader(item, found, place, finder)
        try:
            question = reader.question()
        except Unfit as why:
            found.refuse(place, text_of(item, "presentation") or item.attrib.get("title", ""), str(why))
        else:
            found.keep(question, place)


class _Reader:
    """Reads one item."""

    def __init__(self, item: Element, found: Gathering, place: str, finder: Finder) -> None:
        self._item, self._found, self._place, self._finder = item, found, place, finder
        self._presentation = child(item, "presentation")
        shown = [] if self._presentation is None else list(self._presentation.iter())
        self._lids = [one for one in shown if one.tag in {"responselid", "response_lid"}]
        self._strings = [one for one in shown if one.tag in {"response_str", "responsestr", "response_num", "responsenum"}]
        self._rules = list(self._conditions())

    def question(self) -> AnyQuestion:
        """Return the question. Raises Unfit with the reason why it cannot come."""
        kind = self._kind()
        if reason := next((words for key, words in _REFUSED.items() if key == kind), ""):
            raise Unfit(reason)
        if self._presentation is None:
            raise Unfit("没有题目内容（presentation）。")
        known: dict[str, Callable[[], AnyQuestion]] = {
            "fill_in_multiple_blanks_question": self._named_blanks, "multiple_dropdowns_question": self._named_choices,
            "fill in the blank plus": self._named_blanks, "essay_question": self._essay, "essay": self._essay,
            "short response": self._essay,
            "matching_question": self._matching, "matching": self._matching, "ordering": self._refuse_order,
        }  # fmt: skip
        if kind in known:
            return known[kind]()
        if len(self._lids) > 1:
            return self._matching()
        if self._lids:
            return self._choice()
        if self._strings:
            return self._written()
        raise Unfit("没有读得懂的作答方式。")

    def _kind(self) -> str:
        for field in walk(self._item, "qtimetadatafield"):
            if text_of(field, "fieldlabel").lower() in {"question_type", "qmd_itemtype", "cc_profile"}:
                return text_of(field, "fieldentry").lower().removeprefix("cc.").removesuffix(".v0p1")
        return next((text_of(one).lower() for one in walk(self._item, "bbmd_questiontype", "qmd_itemtype")), "")

    def _choice(self) -> AnyQuestion:
        lid = self._lids[0]
        labels = list(walk(lid, "response_label", "responselabel"))
        if not labels:
            raise Unfit("没有选项。")
        if strange := next(walk(lid, "render_hotspot", "render_slider"), None):
            raise Unfit("在图上点位置的题，这里没有这种题型。" if strange.tag == "render_hotspot" else "拖动滑块的题，这里没有这种题型。")
        keys = [label.attrib.get("ident", "") for label in labels]
        options = [self._text(label) for label in labels]
        is_multiple = lid.attrib.get("rcardinality", "single").lower() == "multiple"
        if lid.attrib.get("rcardinality", "").lower() == "ordered":
            return self._ordered(keys, options)
        right = self._right(lid.attrib.get("ident", ""), keys, is_multiple=is_multiple)
        return building.choice(
            self._stem(), options, [keys.index(key) for key in right], self._explanation(), is_multiple=is_multiple or None
        )

    def _right(self, response: str, keys: list[str], *, is_multiple: bool) -> list[str]:
        rules = [rule for rule in self._worthy() if any(name == response for name, _ in rule.equal)]
        if not rules:
            return []
        if is_multiple and len(rules) > 1 and all(len(rule.equal) == 1 for rule in rules):
            chosen = {value for rule in rules for _, value in rule.equal}
        else:
            best = max(rules, key=lambda rule: (rule.worth, rule.right_title))
            chosen = {value for name, value in best.equal if name == response}
            if not is_multiple and len(chosen) > 1:
                self._found.note("有几个对的选项，按多选题导入", self._place)
        return [key for key in keys if key in chosen]

    def _ordered(self, keys: list[str], options: list[str]) -> AnyQuestion:
        rule = next(iter(self._worthy()), None)
        order = [value for _, value in rule.equal if value in keys] if rule else []
        if sorted(order) != sorted(keys):
            raise Unfit("没有写出正确的次序。")
        return Ordering(stem=self._stem(), parts=tuple(options[keys.index(key)] for key in order), explanation=self._explanation())

    def _matching(self) -> AnyQuestion:
        pairs, offered = [], []
        for lid in self._lids:
            labels = {one.attrib.get("ident", ""): self._text(one) for one in walk(lid, "response_label", "responselabel")}
            offered += list(labels.values())
            name = lid.attrib.get("ident", "")
            right = [value for rule in self._worthy() for of, value in rule.equal if of == name and value in labels]
            if not right:
                raise Unfit("有一项没有写出连到哪里。")
            own = [one for one in lid if one.tag not in {"render_choice", "renderchoice"}]
            pairs.append((self._joined(own), labels[right[0]]))
        if not pairs:
            raise Unfit("没有读得懂的连线。")
        return building.matching(self._stem(), pairs, offered, self._explanation())

    def _named_blanks(self) -> AnyQuestion:
        gaps: dict[int, Blank | Gap] = {}
        stem = self._stem()
        names = [one.attrib.get("ident", "").removeprefix("response_") for one in [*self._lids, *self._strings]]
        stem, order = _with_gaps(stem, names)
        for lid in [*self._lids, *self._strings]:
            name = lid.attrib.get("ident", "")
            shown = [self._text(one) for one in walk(lid, "response_label", "responselabel")]
            said = [value for rule in self._worthy() for of, value in rule.equal if of == name]
            number = order[name.removeprefix("response_")]
            gaps[number] = building.blank(shown or [literal(value) for value in said])
        return building.gapped(stem, gaps, self._explanation())

    def _named_choices(self) -> AnyQuestion:
        stem, order = _with_gaps(self._stem(), [one.attrib.get("ident", "").removeprefix("response_") for one in self._lids])
        gaps: dict[int, Blank | Gap] = {}
        for lid in self._lids:
            name = lid.attrib.get("ident", "")
            labels = {one.attrib.get("ident", ""): self._text(one) for one in walk(lid, "response_label", "responselabel")}
            right = [value for rule in self._worthy() for of, value in rule.equal if of == name and value in labels]
            if not right:
                raise Unfit("有一个空没有标出哪个选项是对的。")
            gaps[order[name.removeprefix("response_")]] = Gap(options=tuple(labels.values()), answer=list(labels).index(right[0]))
        return building.gapped(stem, gaps, self._explanation())

    def _written(self) -> AnyQuestion:
        if len(self._strings) > 1:
            return self._many_strings()
        name = self._strings[0].attrib.get("ident", "")
        rules = [rule for rule in self._worthy() if any(of == name for of, _ in rule.equal) or rule.least]
        if not rules:
            return self._essay()
        return building.fill_in(self._stem(), [self._blank(name, rules)], self._explanation())

    def _many_strings(self) -> AnyQuestion:
        blanks = []
        for one in self._strings:
            name = one.attrib.get("ident", "")
            rules = [rule for rule in self._worthy() if any(of == name for of, _ in rule.equal)]
            blanks.append(self._blank(name, rules))
        return building.fill_in(self._stem(), blanks, self._explanation())

    def _blank(self, name: str, rules: list[_Condition]) -> Blank:
        best = max((rule.worth for rule in rules), default=0.0)
        if any(0 < rule.worth < best for rule in rules):
            self._found.note("部分得分的答案没有导入", self._place)
        full = [rule for rule in rules if rule.worth == best]
        accepted = [value for rule in full for of, value in rule.equal if of == name]
        ranges = [rule for rule in full if rule.least and rule.most]
        if ranges:
            return self._ranged(accepted, ranges)
        return building.blank([literal(text) for text in accepted], is_case_sensitive=all(rule.is_case_sensitive for rule in full))

    def _ranged(self, accepted: list[str], ranges: list[_Condition]) -> Blank:
        if len(ranges) > 1:
            raise Unfit("几个数各有各的范围，请拆成几题或统一误差。")
        made = building.range_blank(ranges[0].least[0], ranges[0].most[0])
        middle = building.number(made.accepts[0])
        if accepted and building.number(accepted[0]) == middle:
            return Blank(accepts=(accepted[0].strip(),), tolerance=made.tolerance)
        return made

    def _essay(self) -> AnyQuestion:
        reference = next((self._joined(list(one)) for one in walk(self._item, "itemfeedback") if one.attrib.get("ident") == "solution"), "")
        return building.essay(self._stem(), reference or self._sample())

    def _sample(self) -> str:
        return " ".join(self._text(one) for one in walk(self._item, "solutionmaterial")).strip()

    def _refuse_order(self) -> AnyQuestion:
        if len(self._lids) == 1:
            return self._choice()
        raise Unfit("排序的写法读不懂。请改成表格导入。")

    def _stem(self) -> str:
        assert self._presentation is not None  # noqa: S101 - looked at in `question`
        return self._joined(list(_stem_parts(self._presentation)))

    def _explanation(self) -> str:
        for feedback in walk(self._item, "itemfeedback"):
            if feedback.attrib.get("ident") in {"general_fb", "general"}:
                return self._joined([feedback])
        if any(True for _ in walk(self._item, "itemfeedback")):
            self._found.note("选项后面的反馈没有导入", self._place)
        return ""

    def _text(self, element: Element) -> str:
        return self._joined([element])

    def _joined(self, elements: list[Element]) -> str:
        parts = [
            self._material(one)
            for element in elements
            for one in walk(element, "mattext", "mat_formattedtext", "matimage", "mataudio", "matemtext")
        ]
        return "\n".join(part for part in parts if part).strip()

    def _material(self, element: Element) -> str:
        if element.tag in {"matimage", "mataudio"}:
            address = element.attrib.get("uri", "").replace("&", "&amp;").replace('"', "&quot;")
            return from_html(
                f'<{"img" if element.tag == "matimage" else "audio"} src="{address}"/>', self._found, self._place, self._finder
            )
        text = "".join(element.itertext())
        kind = (element.attrib.get("texttype", "") or element.attrib.get("type", "")).lower()
        if kind in _HTML_TYPES or "<" in text:
            return from_html(text, self._found, self._place, self._finder)
        return from_inline(literal(text))

    def _worthy(self) -> list[_Condition]:
        return [rule for rule in self._rules if rule.worth > 0]

    def _conditions(self) -> Iterator[_Condition]:
        for rule in walk(self._item, "respcondition"):
            made = _Condition(
                worth=_worth(rule), equal=[], unlike=[], least=[], most=[], right_title=rule.attrib.get("title", "") == "correct"
            )
            conditions = child(rule, "conditionvar")
            if conditions is not None:
                _gather(conditions, made, is_not=False)
            yield made


def _stem_parts(element: Element) -> Iterator[Element]:
    """Yield the materials that stand outside of the responses, whatever flows they are wrapped in."""
    for one in element:
        if one.tag == "material":
            yield one
        elif one.tag in {"flow", "flow_mat"} and one.attrib.get("class", "").upper() not in {"RESPONSE_BLOCK", "RIGHT_MATCH_BLOCK"}:
            yield from _stem_parts(one)
        elif one.tag == "response_lid" or one.tag == "response_str":
            continue


def _worth(rule: Element) -> float:
    total = 0.0
    for one in children(rule, "setvar"):
        text = "".join(one.itertext()).strip()
        try:
            total += float(text) if one.attrib.get("action", "Set").lower() in {"set", "add"} else 0.0
        except ValueError:
            total += 1.0 if text.upper() == "SCORE.MAX" else 0.0
    return total


def _gather(element: Element, made: _Condition, *, is_not: bool) -> None:
    for one in element:
        if one.tag == "not":
            _gather(one, made, is_not=not is_not)
        elif one.tag in {"and", "or"}:
            _gather(one, made, is_not=is_not)
        elif one.tag in {"varequal", "varsubset", "varsubstring"}:
            value = (one.attrib.get("respident", ""), "".join(one.itertext()).strip())
            (made.unlike if is_not else made.equal).append(value)
            made.is_case_sensitive = made.is_case_sensitive or one.attrib.get("case", "No").lower() == "yes"
        elif one.tag in {"vargte", "vargt"} and not is_not:
            made.least.append("".join(one.itertext()))
        elif one.tag in {"varlte", "varlt"} and not is_not:
            made.most.append("".join(one.itertext()))


def _with_gaps(stem: str, names: list[str]) -> tuple[str, dict[str, int]]:
    """Return the stem with `[[n]]` for `[name]`, and the number of each name. Raises Unfit when one does not stand in it."""
    places = sorted((stem.find(f"[{name}]"), name) for name in names)
    if not names or places[0][0] < 0:
        raise Unfit("题干里找不到空的位置（方括号里的名字）。")
    order = {name: number for number, (_, name) in enumerate(places, start=1)}
    for name, number in order.items():
        if stem.count(f"[{name}]") != 1:
            raise Unfit(f"题干里的空 [{name[:20]}] 出现了几次，只能一次。")
        stem = stem.replace(f"[{name}]", f"\u2402{number}\u2403")
    return stem.replace("\u2402", "[[").replace("\u2403", "]]"), order
