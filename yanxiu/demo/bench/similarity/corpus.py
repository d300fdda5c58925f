"""The corpus: honest essays out of the phrase stock, and what is done to an essay that is another's. The same for the same seed."""

import random
import re
from collections.abc import Callable, Sequence

import rjieba
import zhconv_rs

from yanxiu.demo.bench.similarity import stock

_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?\n?")
_WORDS = re.compile(r"[\u4e00-\u9fff]+")
_WIDE = str.maketrans("0123456789abcdefghijklmnopqrstuvwxyz", "０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ")
SET_PHRASE_SHARE = 0.14


def honest(number: int, *, task: int) -> str:
    """Return an essay on a task: the headings of its template, sentences of the stock, set phrases; 450 to 900 characters."""
    source = random.Random(f"essay {number} {task}")  # noqa: S311 - a corpus, no secret
    lesson, grade = source.choice(stock.LESSONS), source.choice(stock.GRADES)
    parts = []
    for heading in stock.HEADINGS[task % len(stock.HEADINGS)]:
        sentences = [_sentence(source, lesson, grade) for _ in range(source.randint(6, 11))]
        parts.append(heading + "\n" + "".join(sentences))
    return "\n".join(parts)


def _sentence(source: random.Random, lesson: str, grade: str) -> str:
    if source.random() < SET_PHRASE_SHARE:
        return source.choice(stock.SET_PHRASES)
    return said(source.choice(stock.PATTERNS), source, lesson=lesson, grade=grade)


def said(pattern: str, source: random.Random, *, lesson: str = "", grade: str = "") -> str:
    """Return a sentence after a pattern, its slots filled from the stock."""
    slots: dict[str, Callable[[], str]] = {
        "o": lambda: source.choice(stock.OPENERS), "g": lambda: grade, "l": lambda: lesson, "n": lambda: source.choice(stock.NUMBERS),
        "s": lambda: source.choice(stock.SURNAMES), "w": lambda: source.choice(stock.CAUSES),
        "t": lambda: source.choice(stock.VERBS) + source.choice(stock.OBJECTS),
        "r": lambda: source.choice(stock.WHO) + source.choice(stock.HOW) + source.choice(stock.DID),
        "h": lambda: source.choice(stock.IDEAS) + source.choice(stock.THAN).replace("{i}", source.choice(stock.IDEAS)),
        "p": lambda: source.choice(stock.WILL) + source.choice(stock.PLANS),
    }  # fmt: skip
    return re.sub(r"\{(\w)\}", lambda slot: slots[slot[1]](), pattern)


def sentences(text: str) -> list[str]:
    """Cut a text at its sentences."""
    return _SENTENCE.findall(text)


def copied(text: str, own: str, source: random.Random) -> str:  # noqa: ARG001 - every disguise is called alike
    """Hand in the other's text as it is."""
    return text


def dressed(text: str, own: str, source: random.Random) -> str:  # noqa: ARG001
    """Hide a copy: traditional characters, full-width letters, invisible signs, blanks, other marks."""
    hidden = zhconv_rs.zhconv(text, "zh-hant").translate(_WIDE)
    return "".join(one + source.choice(("", "", "", "\u200b", " ", "\u2060")) for one in hidden).replace("，", source.choice((",", "、")))


def shuffled(text: str, own: str, source: random.Random) -> str:  # noqa: ARG001
    """Put the sentences into another order."""
    parts = sentences(text.replace("\n", ""))
    source.shuffle(parts)
    return "".join(parts)


def padded(text: str, own: str, source: random.Random) -> str:
    """Put half of the other's text between own words."""
    theirs, mine = sentences(text), sentences(own)
    begin = source.randint(0, len(theirs) // 2)
    taken = theirs[begin : begin + len(theirs) // 2]
    return "".join([*mine[: len(mine) // 2], *taken, *mine[len(mine) // 2 :]])


def scattered(text: str, own: str, source: random.Random) -> str:
    """Put every second sentence of the other's between own ones."""
    theirs, mine = sentences(text)[source.randint(0, 1) :: 2], sentences(own)
    return "".join(part for pair in zip(mine, theirs, strict=False) for part in pair)


def paraphrased(share: float) -> Callable[[str, str, random.Random], str]:
    """Return a disguise that changes a share of the words: other words, added ones, left out ones, changed order."""

    def disguise(text: str, own: str, source: random.Random) -> str:  # noqa: ARG001
        return _WORDS.sub(lambda run: _rewritten(run[0], share, source), text)

    return disguise


def _rewritten(run: str, share: float, source: random.Random) -> str:
    words = [str(word) for word in rjieba.cut(run, hmm=True)]
    at = 0
    while at < len(words):
        if source.random() < share:
            _change(words, at, source)
        at += 1
    return "".join(words)


def _change(words: list[str], at: int, source: random.Random) -> None:
    how = source.random()
    if words[at] in stock.ALIKE:
        words[at] = stock.ALIKE[words[at]]
    elif how < 0.35 and at + 1 < len(words):
        words[at], words[at + 1] = words[at + 1], words[at]
    elif how < 0.7:
        words[at] += source.choice(stock.FILLERS)
    else:
        words[at] = source.choice(stock.FILLERS)


DISGUISES: dict[str, Callable[[str, str, random.Random], str]] = {
    "copied": copied, "dressed up": dressed, "shuffled": shuffled, "padded to twice": padded, "scattered": scattered,
    "paraphrased 5 %": paraphrased(0.05), "paraphrased 15 %": paraphrased(0.15), "paraphrased 30 %": paraphrased(0.30),
}  # fmt: skip


def quoting(number: int, *, task: int, other: str) -> str:
    """Return an honest essay that repeats the task's wording, cites a regulation, and quotes another with its source."""
    quoted = next((one for one in sentences(other) if 18 <= len(one) <= 60), "兴趣是最好的老师。").strip()
    asked, rule = stock.ASKED[task % len(stock.ASKED)], stock.REGULATIONS[task % len(stock.REGULATIONS)]
    return f"{asked}\n{rule}\n{honest(number, task=task)}\n正如《县教研简报》所说：“{quoted}”"


def ring(texts: Sequence[str], source: random.Random) -> str:
    """Return an essay put together from three others', a third of each."""
    return "".join("".join(part[: max(1, len(part) // 3)]) for part in map(sentences, source.sample(list(texts), 3)))
