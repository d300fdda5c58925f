"""GIFT: questions as a text, answers in braces. Read character by character, so that no text takes long."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from yanxiu.assessment.exchange import building
from yanxiu.assessment.exchange.markup import from_html, from_inline, is_marked, literal
from yanxiu.assessment.exchange.shape import Gathering, Unfit
from yanxiu.catalogue.content import AnyQuestion, Blank

_SIGNS = "~=#{}:"
_ESCAPED = {sign: chr(0xE000 + place) for place, sign in enumerate([*_SIGNS, "\\", "n"])}
_PLAIN = {held: sign for sign, held in _ESCAPED.items()}
_HELD = re.compile("[\ue000-\ue007]")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_CATEGORY = re.compile(r"\$CATEGORY:(.*)", re.IGNORECASE)
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,8})?)%")
_TRUTH = re.compile(r"(t|true|f|false)\s*(?:#.*)?", re.IGNORECASE | re.DOTALL)
_GENERIC = re.compile(r"\$\w+\$|top|默认|default(?: for .*)?|.*(?:的默认分类|默认)", re.IGNORECASE)
LONGEST_BLOCK = 200_000
MOST_ANSWERS = 60


@dataclass(kw_only=True)
class _Block:
    line: int
    text: str


@dataclass(kw_only=True)
class _Answer:
    """An answer as it stands: its sign, its weight in percent (None = none said), its text, and whether a remark followed."""

    sign: str
    weight: float | None
    text: str
    has_remark: bool


def looks(text: str) -> bool:
    """Tell whether a text looks like GIFT: answers in braces with signs, or a title in colons."""
    return re.search(r"(?m)^\s*::[^\n]{0,300}::|^\$CATEGORY:|\{\s*(?:[=~#]|T\s*[}#]|F\s*[}#]|TRUE|FALSE|\})", text[:200_000]) is not None


def read(text: str) -> Gathering:
    """Read a file."""
    found = Gathering("gift")
    point = ""
    for block in _blocks(text):
        found.check_time()
        if category := _CATEGORY.match(block.text):
            point = point_of(category[1])
            continue
        place = f"第 {block.line} 行"
        try:
            question = _question(block.text, found, place)
        except Unfit as why:
            found.refuse(place, _plain(block.text), str(why))
        else:
            found.keep(question, place, point=point)
    return found


def point_of(path: str) -> str:
    """Return the knowledge point that the path of a category names: its last part that says anything."""
    parts = [part.strip() for part in path.replace("//", "\x00").split("/")]
    return next((part.replace("\x00", "/")[:60] for part in reversed(parts) if part and not _GENERIC.fullmatch(part)), "")


def _blocks(text: str) -> Iterator[_Block]:
    """Yield what stands between blank lines; inside braces a blank line parts nothing. Signs after a backslash are held apart."""
    gathered: list[str] = []
    first = depth = size = 0
    for number, line in _lines(text):
        is_category = _CATEGORY.match(line.strip()) is not None
        if gathered and (is_category or (not line.strip() and (depth <= 0 or size > LONGEST_BLOCK))):
            yield _Block(line=first, text="\n".join(gathered))
            gathered, depth, size = [], 0, 0
        if is_category:
            yield _Block(line=number, text=line.strip())
        elif gathered or line.strip():
            first = first if gathered else number
            gathered.append(line)
            size += len(line)
            depth += line.count("{") - line.count("}")
    if gathered:
        yield _Block(line=first, text="\n".join(gathered))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers, without remarks."""
    for number, raw in enumerate(text.split("\n"), start=1):
        if not raw.lstrip().startswith("//"):
            yield number, _held(raw)


def _question(text: str, found: Gathering, place: str) -> AnyQuestion:
    if len(text) > LONGEST_BLOCK:
        raise Unfit(f"这一题有 {len(text):,} 个字符，像是缺了右花括号或空行。请核对后再导入。")
    text = _without_title(text.strip())
    begins = _FORMAT.match(text)
    form = begins[1].lower() if begins else "moodle"
    text = text[begins.end() :] if begins else text
    pieces = _pieces(text)
    if len(pieces) == 1:
        raise Unfit("没有写在花括号里的答案，只是一段说明，不是题目。")
    answers = pieces[1::2]
    stem_pieces = [_spaced(piece, _words(piece, form, found, place)) for piece in pieces[0::2]]
    if len(answers) > 1:
        return _several(stem_pieces, answers, form, found, place)
    return _single(stem_pieces[0], stem_pieces[1], answers[0], form, found, place)


def _pieces(text: str) -> list[str]:
    """Return stem, answers, stem, answers, …, stem."""
    made: list[str] = []
    rest = text
    while (begin := rest.find("{")) >= 0:
        end = rest.find("}", begin)
        inner = rest.find("{", begin + 1)
        if end < 0:
            raise Unfit("左花括号没有配上右花括号。")
        if 0 <= inner < end:
            raise Unfit("花括号里面又有花括号。题里要写花括号，请写成 \\{ 和 \\}。")
        made += [rest[:begin], rest[begin + 1 : end]]
        rest = rest[end + 1 :]
        if len(made) > 2 * MOST_ANSWERS:
            raise Unfit(f"一题里的空超过 {MOST_ANSWERS} 个。")
    if "}" in rest:
        raise Unfit("右花括号前面没有左花括号。题里要写花括号，请写成 \\{ 和 \\}。")
    return [*made, rest]


def _single(before: str, after: str, body: str, form: str, found: Gathering, place: str) -> AnyQuestion:
    body, explanation = _parted(body, form, found, place)
    stem = _around(before, "____", after)
    if not body:
        return building.essay(stem, explanation=explanation)
    if _TRUTH.fullmatch(body):
        return building.true_false(stem, body[0] in "tT", explanation)
    if body.startswith("#"):
        numeric = _numeric(body[1:], found, place)
        return building.fill_in(_around(before, "[[1]]", after), [numeric], explanation)
    answers = _answers(body)
    if answers and all(one.sign == "=" for one in answers) and any("->" in one.text for one in answers):
        return _matching(stem, answers, explanation, form, found, place)
    _note_remarks(answers, found, place)
    if answers and all(one.sign == "=" for one in answers):
        gap = building.blank(_accepted(answers, found, place))
        return building.fill_in(_around(before, "[[1]]", after), [gap], explanation)
    return _choice(stem, answers, explanation, form, found, place)


def _spaced(raw: str, words: str) -> str:
    """Return the words of a piece of the stem with a space where the piece had one beside the answers."""
    if not words:
        return ""
    return (" " if raw[:1].isspace() else "") + words + (" " if raw[-1:].isspace() else "")


def _around(before: str, mark: str, after: str) -> str:
    """Return a stem with a mark where the answers stood; at its end there is none to show, except of a gap."""
    return f"{before}{mark}{after}".strip() if after.strip() or "[[" in mark else before.strip()


def _several(stems: list[str], bodies: list[str], form: str, found: Gathering, place: str) -> AnyQuestion:
    """Several answers in one text: a fill-in when all are to be written, which only some programs allow."""
    blanks: list[Blank] = []
    explanations: list[str] = []
    for body in bodies:
        inner, explanation = _parted(body, form, found, place)
        explanations += [explanation] if explanation else []
        if inner.startswith("#"):
            blanks.append(_numeric(inner[1:], found, place))
            continue
        answers = _answers(inner)
        if not answers or any(one.sign != "=" or "->" in one.text for one in answers):
            raise Unfit("一题里有几处花括号，不都是填空。请拆成几题。")
        _note_remarks(answers, found, place)
        blanks.append(building.blank(_accepted(answers, found, place)))
    stem = stems[0]
    for number, piece in enumerate(stems[1:], start=1):
        stem += f"[[{number}]]{piece}"
    return building.fill_in(stem.strip(), blanks, "\n".join(explanations))


def _choice(stem: str, answers: list[_Answer], explanation: str, form: str, found: Gathering, place: str) -> AnyQuestion:
    if not any(one.sign == "=" or (one.weight or 0) > 0 for one in answers):
        raise Unfit("没有标出哪个选项是对的（对的选项前写 =）。" if answers else "花括号里的答案读不懂。")
    full = [number for number, one in enumerate(answers) if one.sign == "=" or one.weight == 100]
    partly = [number for number, one in enumerate(answers) if one.sign == "~" and 0 < (one.weight or 0) < 100]
    right = full or partly
    if full and partly:
        found.note("部分得分的选项按不得分导入", place)
    elif len(full) > 1:
        found.note("有几个对的选项，按多选题导入", place)
    options = [_words(one.text, form, found, place) for one in answers]
    return building.choice(stem, options, right, explanation, is_multiple=not any(one.sign == "=" for one in answers) or None)


def _matching(stem: str, answers: list[_Answer], explanation: str, form: str, found: Gathering, place: str) -> AnyQuestion:
    pairs, spare = [], []
    for one in answers:
        left, arrow, right = one.text.partition("->")
        if not arrow:
            raise Unfit(f"连线里的“{_plain(one.text).strip()[:20]}”没有写 ->。")
        sides = _words(left, form, found, place), _words(right, form, found, place)
        if sides[0]:
            pairs.append(sides)
        else:
            spare.append(sides[1])
    return building.matching(stem, pairs, spare, explanation)


def _numeric(body: str, found: Gathering, place: str) -> Blank:
    body = body.strip()
    if not body.startswith(("=", "~")):
        return _number(body.partition("#")[0])
    answers = [one for one in _answers(body) if one.sign == "="]
    _note_remarks(answers, found, place)
    full = [one for one in answers if one.weight in (None, 100)]
    if len(full) < len(answers):
        found.note("部分得分的答案没有导入", place)
    made = [_number(one.text) for one in full]
    if not made:
        raise Unfit("没有得满分的答案。")
    if len({one.tolerance for one in made}) > 1:
        raise Unfit("几个数各有各的误差，请拆成几题或统一误差。")
    return Blank(accepts=tuple(text for one in made for text in one.accepts), tolerance=made[0].tolerance)


def _number(text: str) -> Blank:
    text = _plain(text).strip()
    low, dots, high = text.partition("..")
    if dots:
        return building.range_blank(low, high)
    value, _, tolerance = text.partition(":")
    return building.number_blank([value], tolerance.strip() or "0")


def _answers(body: str) -> list[_Answer]:
    """Return the answers of a body: each begins with = or ~."""
    starts = [place for place, sign in enumerate(body) if sign in "=~" and not _is_arrow(body, place)]
    if len(starts) > MOST_ANSWERS:
        raise Unfit(f"一题的答案超过 {MOST_ANSWERS} 个。")
    if not starts or body[: starts[0]].strip():
        raise Unfit(f"花括号里的“{_plain(body).strip()[:20]}”读不懂，答案要以 = 或 ~ 开头。")
    made = []
    for begin, end in zip(starts, [*starts[1:], len(body)], strict=True):
        text, sharp, _ = body[begin + 1 : end].strip().partition("#")
        weight = _WEIGHT.match(text)
        made.append(
            _Answer(sign=body[begin], weight=float(weight[1]) if weight else None, text=text[weight.end() :] if weight else text,
                    has_remark=bool(sharp))
        )  # fmt: skip
    return made


def _is_arrow(body: str, place: int) -> bool:
    """`=>` inside an answer is an arrow of the author, and `==` a sign of programs, not a new answer."""
    return (body[place] == "=" and body[place : place + 2] in {"=>", "=="}) or (
        place > 0 and body[place - 1 : place + 1] in {"<=", ">=", "!=", "=="} and body[place] == "="
    )


def _parted(body: str, form: str, found: Gathering, place: str) -> tuple[str, str]:
    body, _, remark = body.partition("####")
    return body.strip(), _words(remark, form, found, place)


def _accepted(answers: list[_Answer], found: Gathering, place: str) -> list[str]:
    full = [one for one in answers if one.weight is None or one.weight == 100]
    if len(full) < len(answers):
        found.note("部分得分的答案没有导入", place)
    return [literal(_plain(one.text)).strip() for one in full]


def _note_remarks(answers: list[_Answer], found: Gathering, place: str) -> None:
    if any(one.has_remark for one in answers):
        found.note("选项后面的反馈没有导入", place)


def _words(text: str, form: str, found: Gathering, place: str) -> str:
    begins = _FORMAT.match(text)
    if begins:
        form, text = begins[1].lower(), text[begins.end() :]
    text = _plain(text).strip()
    if form == "html" or (form == "moodle" and is_marked(text)):
        return from_html(text, found, place) or literal(text)  # of nothing but tags, the tags are meant
    return from_inline(literal(text))


def _without_title(text: str) -> str:
    if text.startswith("::"):
        end = text.find("::", 2)
        if end < 0:
            raise Unfit("题名开头有 ::，后面没有配上 ::。")
        text = text[end + 2 :].strip()
    return text


def _held(line: str) -> str:
    r"""Return the line with `\=` and the like held apart, so that they are no signs."""
    line = _HELD.sub("", line)
    if "\\" not in line:
        return line
    return re.sub(r"\\([~=#{}:\\n])", lambda found: _hold(found, line), line)


def _hold(found: re.Match[str], line: str) -> str:
    r"""Hold a sign apart; `\n` is a new line unless letters follow: then it is LaTeX (`\neq`)."""
    if found[1] == "n" and line[found.end() : found.end() + 1].isalpha() and line[found.end() : found.end() + 1].islower():
        return found[0]
    return _ESCAPED[found[1]]


def _plain(text: str) -> str:
    return _HELD.sub(lambda found: "\n" if _PLAIN[found[0]] == "n" else _PLAIN[found[0]], text)
