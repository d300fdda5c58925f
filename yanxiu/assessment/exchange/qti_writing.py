"""QTI 2.1 and 3.0, written: a package with a manifest, a document for each question, and pictures beside."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from html import escape
from typing import Literal
from xml.etree import ElementTree

from yanxiu.assessment.exchange.markup import to_html
from yanxiu.assessment.exchange.qti2 import SHORT_LINES
from yanxiu.assessment.exchange.writing import NO_MEDIA, CannotHold, Leaving, Media, Written, lost_by_hand
from yanxiu.catalogue.content import AnyQuestion, Blank, Cloze, FillIn, Gap, Matching, Material, Ordering, PartQuestion, Question
from yanxiu.catalogue.content import Written as ByHand

Version = Literal["2.1", "3.0"]
_SPACES = {"2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1", "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"}
_RESOURCES = {"2.1": "imsqti_item_xmlv2p1", "3.0": "imsqti_item_xmlv3p0"}
_PACKAGES = {"2.1": "http://www.imsglobal.org/xsd/imscp_v1p1", "3.0": "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"}
_HTML = {"p", "br", "strong", "img", "audio", "object", "div"}
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_LONE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_AUDIO = re.compile(r'<audio src="([^"]*)">(.*?)</audio>')
_WHEN = (2020, 1, 1, 0, 0, 0)


def write(leaving: Sequence[Leaving], version: Version, media: Media = NO_MEDIA) -> Written:
    """Return the questions as a package."""
    left_out: list[tuple[int, str]] = []
    resources: list[str] = []
    used: set[int] = set()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in leaving:
            try:
                item = _Item(one, version, media)
                text = item.text()
            except CannotHold as why:
                left_out.append((one.number, str(why)))
                continue
            path = f"items/q{one.number:04d}.xml"
            _put(archive, path, text.encode())
            files = "".join(f'<file href="{_file(number, media)}"/>' for number in sorted(item.used))
            named = f'identifier="q{one.number:04d}" type="{_RESOURCES[version]}" href="{path}"'
            resources.append(f'<resource {named}><file href="{path}"/>{files}</resource>')
            used |= item.used
        for number in sorted(used):
            _put(archive, _file(number, media), media[number].data)
        inner = f"<organizations/><resources>{''.join(resources)}</resources>"
        manifest = f'<manifest xmlns="{_PACKAGES[version]}" identifier="bank">{inner}</manifest>'
        _put(archive, "imsmanifest.xml", f'<?xml version="1.0" encoding="UTF-8"?>\n{manifest}'.encode())
    lost = lost_by_hand(leaving, keeps=frozenset({"简答题的题型", "参考答案"}))
    return Written(data=buffer.getvalue(), left_out=left_out, lost=lost + _lost_shares(leaving, left_out))


def _lost_shares(leaving: Sequence[Leaving], left_out: list[tuple[int, str]]) -> list[tuple[int, str]]:
    gone = {number for number, _ in left_out}
    unlike = [one for one in leaving if isinstance(one.question, Material) and len({part.share for part in one.question.parts}) > 1]
    return [(one.number, "小题的分值比例写不进这种格式") for one in unlike if one.number not in gone]


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Write a member without the time, so that the same questions make the same file."""
    info = zipfile.ZipInfo(name, date_time=_WHEN)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def _file(number: int, media: Media) -> str:
    return f"media/{number}.{media[number].name.rpartition('.')[2]}"


class _Item:
    """Writes one item, in the names of 2.1; for 3.0 they are changed at the end."""

    def __init__(self, leaving: Leaving, version: Version, media: Media) -> None:
        self._leaving, self._version, self._media = leaving, version, media
        self._declared: list[str] = []
        self._equal: list[str] = []
        self.used: set[int] = set()

    def text(self) -> str:
        """Return the document. Raises CannotHold."""
        question = self._leaving.question
        body = self._body(question)
        feedback = ""
        if question.explanation:
            inner = self._html(question.explanation)
            feedback = f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="EXPLANATION" showHide="show">{inner}</modalFeedback>'
        score = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        said = '<outcomeDeclaration identifier="FEEDBACK" cardinality="multiple" baseType="identifier"/>' if feedback else ""
        rules = f"<responseProcessing>{''.join(self._equal)}</responseProcessing>" if self._equal else ""
        inner = "".join(self._declared) + score + said + f"<itemBody>{body}</itemBody>" + rules + feedback
        number = self._leaving.number
        item = (
            f'<assessmentItem identifier="q{number:04d}" title="{number}" adaptive="false" timeDependent="false">{inner}</assessmentItem>'
        )
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + _named(_LONE.sub("", item), self._version)

    def _body(self, question: AnyQuestion) -> str:
        if isinstance(question, Material):
            return self._material(question)
        if isinstance(question, FillIn):
            if question.in_any_order and len(question.blanks) > 1:
                raise CannotHold("QTI 的填空题分先后")
            return f"<div>{self._html(question.stem, lambda number: self._blank(number, question.blanks[number - 1]))}</div>"
        if isinstance(question, Cloze):
            return f"<div>{self._html(question.stem, lambda number: self._gap(number, question.gaps[number - 1]))}</div>"
        return self._block("RESPONSE", question, question.stem)

    def _material(self, question: Material) -> str:
        if len(question.parts) < 2 or any(isinstance(part.question, FillIn | Cloze) for part in question.parts):
            raise CannotHold("QTI 的材料题要有两道以上小题，其中不能有填空")
        blocks = [
            self._block(f"RESPONSE{number}", part.question, part.question.stem) for number, part in enumerate(question.parts, start=1)
        ]
        return f"<div>{self._html(question.stem)}</div>" + "".join(blocks)

    def _block(self, name: str, question: PartQuestion, prompt: str) -> str:
        asked = f"<prompt>{self._html(prompt)}</prompt>"
        if isinstance(question, Question):
            return self._choice(name, question, asked)
        if isinstance(question, Ordering):
            keys = [f"P{place}" for place in range(len(question.parts))]
            self._declare(name, "ordered", "identifier", keys)
            inner = asked + self._choices(keys, question.parts)
            return f'<orderInteraction responseIdentifier="{name}" shuffle="true">{inner}</orderInteraction>'
        if isinstance(question, Matching):
            return self._match(name, question, asked)
        if isinstance(question, ByHand):
            self._declare(name, "single", "string", [question.reference] if question.reference else [])
            lines = f' expectedLines="{SHORT_LINES}"' if question.kind == "short" else ""
            return f'<extendedTextInteraction responseIdentifier="{name}"{lines}>{asked}</extendedTextInteraction>'
        raise CannotHold("QTI 的材料题里不能有填空")

    def _choice(self, name: str, question: Question, asked: str) -> str:
        keys = [f"C{place}" for place in range(len(question.options))]
        is_multiple = question.kind == "multiple"
        self._declare(name, "multiple" if is_multiple else "single", "identifier", [keys[answer] for answer in question.answers])
        most = 0 if is_multiple else 1
        inner = asked + self._choices(keys, question.options)
        return f'<choiceInteraction responseIdentifier="{name}" shuffle="false" maxChoices="{most}">{inner}</choiceInteraction>'

    def _choices(self, keys: Sequence[str], texts: Sequence[str]) -> str:
        return "".join(f'<simpleChoice identifier="{key}">{self._html(text)}</simpleChoice>' for key, text in zip(keys, texts, strict=True))

    def _match(self, name: str, question: Matching, asked: str) -> str:
        pairs = [f"L{place} R{to}" for place, to in enumerate(question.pairs)]
        self._declare(name, "multiple", "directedPair", pairs)
        left, right = (
            "".join(
                f'<simpleAssociableChoice identifier="{side}{place}" matchMax="{most}">{self._html(text)}</simpleAssociableChoice>'
                for place, text in enumerate(texts)
            )
            for side, most, texts in (("L", 1, question.left), ("R", 0, question.right))
        )
        sets = f"<simpleMatchSet>{left}</simpleMatchSet><simpleMatchSet>{right}</simpleMatchSet>"
        return f'<matchInteraction responseIdentifier="{name}" shuffle="true" maxAssociations="0">{asked}{sets}</matchInteraction>'

    def _blank(self, number: int, blank: Blank) -> str:
        name = f"RESPONSE{number}"
        sensitive = "true" if blank.is_case_sensitive else "false"
        entries = "".join(f'<mapEntry mapKey="{escape(text)}" mappedValue="1" caseSensitive="{sensitive}"/>' for text in blank.accepts)
        base = "string" if blank.tolerance is None else "float"
        self._declare(name, "single", base, [blank.accepts[0]], f'<mapping defaultValue="0">{entries}</mapping>')
        if blank.tolerance is not None:
            inner = f'<variable identifier="{name}"/><correct identifier="{name}"/>'
            equal = f'<equal toleranceMode="absolute" tolerance="{blank.tolerance:f} {blank.tolerance:f}">{inner}</equal>'
            score = '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
            self._equal.append(f"<responseCondition><responseIf>{equal}{score}</responseIf></responseCondition>")
        return f'<textEntryInteraction responseIdentifier="{name}"/>'

    def _gap(self, number: int, gap: Gap) -> str:
        name = f"RESPONSE{number}"
        keys = [f"C{place}" for place in range(len(gap.options))]
        self._declare(name, "single", "identifier", [keys[gap.answer]])
        choices = "".join(
            f'<inlineChoice identifier="{key}">{escape(text)}</inlineChoice>' for key, text in zip(keys, gap.options, strict=True)
        )
        return f'<inlineChoiceInteraction responseIdentifier="{name}" shuffle="false">{choices}</inlineChoiceInteraction>'

    def _declare(self, name: str, cardinality: str, base: str, right: Sequence[str], more: str = "") -> None:
        values = "".join(f"<value>{escape(value)}</value>" for value in right)
        correct = f"<correctResponse>{values}</correctResponse>" if right else ""
        self._declared.append(
            f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="{base}">{correct}{more}</responseDeclaration>'
        )

    def _html(self, text: str, gap: Callable[[int], str] | None = None) -> str:
        html = to_html(text, self._address, gap)
        return _AUDIO.sub(r'<object data="\1" type="audio/mpeg">\2</object>', html) if self._version == "2.1" else html

    def _address(self, number: int) -> str:
        if number not in self._media:
            return ""
        self.used.add(number)
        return f"../{_file(number, self._media)}"


def _named(item: str, version: Version) -> str:
    """Return the item in the names of its version, with its namespace."""
    if version == "2.1":
        return item.replace("<assessmentItem ", f'<assessmentItem xmlns="{_SPACES[version]}" ', 1)
    root = ElementTree.fromstring(item)  # noqa: S314 - written in the lines above
    for element in root.iter():
        if element.tag not in _HTML:
            element.tag = f"qti-{_kebab(element.tag)}"
        named = {_kebab(name): value for name, value in element.attrib.items()}
        element.attrib.clear()
        element.attrib.update(named)
    root.set("xmlns", _SPACES[version])
    return ElementTree.tostring(root, encoding="unicode")


def _kebab(name: str) -> str:
    return _CAPITAL.sub(lambda found: f"-{found[1].lower()}", name)
