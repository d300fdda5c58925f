"""QTI 2.1, 2.2 and 3.0: one item a document. Response processing is not run: the declared right response is what counts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from xml.etree.ElementTree import Element

import msgspec

from yanxiu.assessment.exchange import building
from yanxiu.assessment.exchange.markup import Finder, from_html, literal
from yanxiu.assessment.exchange.shape import Gathering, Unfit
from yanxiu.assessment.exchange.xml import child, children, text_of, walk
from yanxiu.catalogue.content import AnyQuestion, Blank, Gap, Matching, Material, MaterialPart, Ordering

_REFUSED = {
    "hotspotinteraction": "在图上点位置", "selectpointinteraction": "在图上点位置", "graphicorderinteraction": "在图上排序",
    "graphicassociateinteraction": "在图上连线", "graphicgapmatchinteraction": "把图拖到图上", "positionobjectinteraction": "在图上摆放",
    "hottextinteraction": "在文中点选词语", "sliderinteraction": "拖动滑块", "drawinginteraction": "画图", "uploadinteraction": "上传文件",
    "mediainteraction": "播放媒体", "custominteraction": "由别的程序执行", "portablecustominteraction": "由别的程序执行",
    "associateinteraction": "自由配对", "endattemptinteraction": "中途求助",
}  # fmt: skip
_GENERAL = {"explanation", "solution", "general", "general_fb"}
_INLINE = {"textentryinteraction", "inlinechoiceinteraction", "gap"}
_BLOCKS = {"choiceinteraction", "matchinteraction", "orderinteraction", "extendedtextinteraction", "gapmatchinteraction"}
_SKIPPED = {"rubricblock", "feedbackblock", "feedbackinline", "modalfeedback", "prompt", "templateblock", "stylesheet", "catalog", "script"}
SHORT_LINES = 5
_MARK = "\u2402{}\u2403"
_MARKED = re.compile("\u2402(\\d{1,3})\u2403")
_NUMERIC = {"float", "integer"}


@dataclass(kw_only=True)
class _Declared:
    """What an item declares of a response."""

    cardinality: str
    base: str
    right: list[str]
    mapped: dict[str, float]
    is_case_sensitive: bool = True


@dataclass(kw_only=True)
class _Body:
    """An item's body: text with marks where gaps stand, the gaps in order, and what is asked in blocks."""

    html: list[str] = field(default_factory=list)
    inline: list[Element] = field(default_factory=list)
    blocks: list[Element] = field(default_factory=list)


def read(item: Element, found: Gathering, place: str, finder: Finder) -> None:
    """Read an item into `found`."""
    title = item.attrib.get("title", "")
    try:
        question = _Reader(item, found, place, finder).question()
    except Unfit as why:
        found.refuse(place, title or text_of(item, "itembody"), str(why))
    else:
        found.keep(question, place, excerpt=title)


class _Reader:
    """Reads one item."""

    def __init__(self, item: Element, found: Gathering, place: str, finder: Finder) -> None:
        self._item, self._found, self._place, self._finder = item, found, place, finder
        self._declared = {one.attrib.get("identifier", ""): _declared(one) for one in children(item, "responsedeclaration")}

    def question(self) -> AnyQuestion:
        """Return the question. Raises Unfit with the reason why it cannot come."""
        body = child(self._item, "itembody")
        if body is None:
            raise Unfit("没有题目内容（itemBody）。")
        if any(True for _ in walk(self._item, "templatedeclaration", "templateprocessing")):
            raise Unfit("题目里的数字要在考试时现算，这里不执行。请改成固定的数。")
        if self._item.attrib.get("adaptive") == "true":
            raise Unfit("自适应题要在考试时执行程序，这里不执行。")
        strange = next((one.tag for one in body.iter() if one.tag in _REFUSED), None)
        if strange:
            raise Unfit(f"{_REFUSED[strange]}的题，这里没有这种题型。")
        found = _Body()
        _gather(body, found)
        return msgspec.structs.replace(self._of_body(found), explanation=self._explanation())

    def _explanation(self) -> str:
        """Return the feedback that is said to everybody; what belongs to single answers is left out."""
        feedback = list(walk(self._item, "modalfeedback", "feedbackblock", "feedbackinline"))
        general = [one for one in feedback if one.attrib.get("identifier", "").lower() in _GENERAL]
        if len(feedback) > len(general):
            self._found.note("答题反馈没有导入", self._place)
        return self._inner(general[0]) if general else ""

    def _of_body(self, body: _Body) -> AnyQuestion:
        stem = self._html("".join(body.html))
        if body.inline and body.blocks:
            raise Unfit("一题里又有空又有选择，请拆成几题。")
        if body.inline:
            gaps = {number: self._inline(one) for number, one in enumerate(body.inline, start=1)}
            return building.gapped(_placed(stem, len(gaps)), gaps)
        if not body.blocks:
            raise Unfit("没有作答的地方，只是一段说明。")
        if len(body.blocks) == 1:
            prompt = self._prompt(body.blocks[0])
            return self._block(body.blocks[0], "\n\n".join(text for text in (stem, prompt) if text) or self._item.attrib.get("title", ""))
        parts = []
        for number, one in enumerate(body.blocks, start=1):
            part = self._block(one, self._prompt(one) or f"第 {number} 问")
            if isinstance(part, Material):
                raise Unfit("材料题里又有材料题。")
            parts.append(MaterialPart(question=part))
        return Material(stem=stem or self._item.attrib.get("title", ""), parts=tuple(parts))

    def _block(self, element: Element, stem: str) -> AnyQuestion:
        readers: dict[str, Callable[[Element, str], AnyQuestion]] = {
            "choiceinteraction": self._choice, "matchinteraction": self._match, "orderinteraction": self._order,
            "extendedtextinteraction": self._extended, "gapmatchinteraction": self._gap_match,
        }  # fmt: skip
        return readers[element.tag](element, stem)

    def _choice(self, element: Element, stem: str) -> AnyQuestion:
        declared = self._of(element)
        choices = list(walk(element, "simplechoice"))
        keys = [one.attrib.get("identifier", "") for one in choices]
        most = element.attrib.get("maxchoices", "1")
        is_multiple = declared.cardinality == "multiple" and most != "1"
        right = declared.right or [key for key, worth in declared.mapped.items() if worth > 0 and is_multiple] or _best(declared.mapped)
        unknown = [key for key in right if key not in keys]
        if unknown:
            raise Unfit(f"正确答案“{unknown[0][:20]}”不在选项里。")
        options = [self._inner(one) for one in choices]
        return building.choice(stem, options, [keys.index(key) for key in right], is_multiple=is_multiple or None)

    def _match(self, element: Element, stem: str) -> AnyQuestion:
        sets = list(walk(element, "simplematchset"))
        if len(sets) != 2:
            raise Unfit("连线题应有两列。")
        sides = [{one.attrib.get("identifier", ""): self._inner(one) for one in walk(column, "simpleassociablechoice")} for column in sets]
        declared = self._of(element)
        said = [pair.split() for pair in declared.right or [key for key, worth in declared.mapped.items() if worth > 0]]
        pairs: dict[str, str] = {}
        for pair in said:
            if len(pair) != 2 or pair[0] not in sides[0] or pair[1] not in sides[1]:
                raise Unfit(f"连线“{' '.join(pair)[:40]}”对不上两列的项。")
            if pair[0] in pairs:
                raise Unfit("左边一项连到右边几项，这里一项只能连一项。")
            pairs[pair[0]] = pair[1]
        if set(pairs) != set(sides[0]):
            return self._reversed(stem, sides, said)
        keys = list(sides[1])
        return Matching(
            stem=stem,
            left=tuple(sides[0].values()),
            right=tuple(sides[1].values()),
            pairs=tuple(keys.index(pairs[key]) for key in sides[0]),
        )

    def _reversed(self, stem: str, sides: list[dict[str, str]], said: list[list[str]]) -> AnyQuestion:
        """Some of the left-hand side have no partner: perhaps all of the right-hand side have one."""
        pairs = {right: left for left, right in said}
        if set(pairs) != set(sides[1]) or len(pairs) != len(said):
            raise Unfit("两列都有没连上的项，这里左边每项都要连一项。")
        keys = list(sides[0])
        self._found.note("连线题左右对调了", self._place)
        return Matching(
            stem=stem,
            left=tuple(sides[1].values()),
            right=tuple(sides[0].values()),
            pairs=tuple(keys.index(pairs[key]) for key in sides[1]),
        )

    def _order(self, element: Element, stem: str) -> AnyQuestion:
        choices = {one.attrib.get("identifier", ""): self._inner(one) for one in walk(element, "simplechoice")}
        right = self._of(element).right
        if sorted(right) != sorted(choices):
            raise Unfit("没有写出全部各项的正确次序。")
        return Ordering(stem=stem, parts=tuple(choices[key] for key in right))

    def _extended(self, element: Element, stem: str) -> AnyQuestion:
        declared = self._declared.get(element.attrib.get("responseidentifier", ""))
        reference = literal("\n".join(declared.right)) if declared else ""
        lines = element.attrib.get("expectedlines", "")
        return building.essay(stem, reference, is_short=lines.isdecimal() and int(lines) <= SHORT_LINES)

    def _gap_match(self, element: Element, stem: str) -> AnyQuestion:
        body = _Body()
        for one in element:
            if one.tag not in {"gaptext", "gapimg", "prompt"}:
                _written(one, body)
                body.html.append(escape(one.tail or "", quote=False))
        if any(True for _ in walk(element, "gapimg")):
            raise Unfit("把图片拖进空里的题，这里没有这种题型。")
        texts = {one.attrib.get("identifier", ""): self._inner(one) for one in walk(element, "gaptext")}
        right = dict(pair.split()[::-1] for pair in self._of(element).right if len(pair.split()) == 2)
        gaps: dict[int, Blank | Gap] = {}
        for number, gap in enumerate(body.inline, start=1):
            key = right.get(gap.attrib.get("identifier", ""), "")
            if key not in texts:
                raise Unfit("有一个空没有写出填什么。")
            gaps[number] = Gap(options=tuple(texts.values()), answer=list(texts).index(key))
        text = _placed(self._html("".join(body.html)), len(gaps))
        return building.gapped("\n\n".join(one for one in (stem, text) if one), gaps)

    def _inline(self, element: Element) -> Blank | Gap:
        declared = self._of(element)
        if element.tag == "inlinechoiceinteraction":
            choices = {one.attrib.get("identifier", ""): self._inner(one) for one in walk(element, "inlinechoice")}
            right = declared.right or _best(declared.mapped)
            if len(right) != 1 or right[0] not in choices:
                raise Unfit("有一个空没有标出哪个选项是对的。")
            return Gap(options=tuple(choices.values()), answer=list(choices).index(right[0]))
        if element.tag == "gap":
            raise Unfit("空的写法读不懂。")
        accepts = [*declared.right, *_best(declared.mapped)]
        if declared.base in _NUMERIC:
            return building.number_blank(accepts, self._tolerance(element.attrib.get("responseidentifier", "")))
        return building.blank([literal(text) for text in accepts], is_case_sensitive=declared.is_case_sensitive)

    def _tolerance(self, name: str) -> str:
        """Return the absolute tolerance with which the processing compares, "0" when it says none. Raises Unfit for a relative one."""
        for one in walk(self._item, "equal"):
            if any(two.attrib.get("identifier") == name for two in walk(one, "variable")):
                mode, value = one.attrib.get("tolerancemode", "exact"), one.attrib.get("tolerance", "0").split()
                if mode == "relative":
                    raise Unfit("误差按百分比算，这里按数算。请改成数。")
                return value[0] if mode == "absolute" and value else "0"
        return "0"

    def _of(self, element: Element) -> _Declared:
        name = element.attrib.get("responseidentifier", "")
        if name not in self._declared:
            raise Unfit(f"没有声明“{name[:20]}”的正确答案。")
        declared = self._declared[name]
        if not declared.right and not declared.mapped and element.tag != "extendedtextinteraction":
            raise Unfit("没有写出正确答案（可能由别的程序判分）。")
        return declared

    def _prompt(self, element: Element) -> str:
        prompt = child(element, "prompt")
        return self._inner(prompt) if prompt is not None else ""

    def _inner(self, element: Element) -> str:
        body = _Body()
        _gather(element, body)
        return _MARKED.sub("", self._html("".join(body.html)))

    def _html(self, html: str) -> str:
        return from_html(html, self._found, self._place, self._finder)


def _declared(element: Element) -> _Declared:
    mapping = child(element, "mapping")
    entries = children(mapping, "mapentry")
    mapped = {one.attrib.get("mapkey", ""): _float(one.attrib.get("mappedvalue", "")) for one in entries}
    return _Declared(
        cardinality=element.attrib.get("cardinality", "single"),
        base=element.attrib.get("basetype", ""),
        right=["".join(one.itertext()).strip() for one in children(child(element, "correctresponse"), "value")],
        mapped=mapped,
        is_case_sensitive=any(one.attrib.get("casesensitive", "true") == "true" for one in entries) if entries else False,
    )


def _best(mapped: dict[str, float]) -> list[str]:
    most = max(mapped.values(), default=0.0)
    return [key for key, worth in mapped.items() if worth == most] if most > 0 else []


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _gather(element: Element, body: _Body) -> None:
    """Write what stands in the element as HTML, and gather what is asked."""
    body.html.append(escape(element.text or "", quote=False))
    for one in element:
        _written(one, body)
        body.html.append(escape(one.tail or "", quote=False))


def _written(one: Element, body: _Body) -> None:
    if one.tag in _INLINE:
        body.inline.append(one)
        body.html.append(_MARK.format(len(body.inline)))
    elif one.tag in _BLOCKS:
        body.blocks.append(one)
    elif one.tag == "object" and one.attrib.get("type", "image").startswith(("image", "audio")):
        tag = "audio" if one.attrib.get("type", "").startswith("audio") else "img"
        body.html.append(f'<{tag} src="{escape(one.attrib.get("data", ""))}" alt="{escape(" ".join("".join(one.itertext()).split()))}">')
    elif isinstance(one.tag, str) and one.tag not in _SKIPPED:
        named = "".join(f' {name}="{escape(value)}"' for name, value in one.attrib.items() if name in {"src", "alt", "href", "encoding"})
        body.html.append(f"<{one.tag}{named}>")
        _gather(one, body)
        body.html.append(f"</{one.tag}>" if one.tag not in {"img", "br", "hr"} else "")


def _placed(text: str, count: int) -> str:
    if [int(number) for number in _MARKED.findall(text)] != list(range(1, count + 1)):
        raise Unfit("题干里空的位置读不出来。")
    return _MARKED.sub(r"[[\1]]", text)
