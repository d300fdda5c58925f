"""How Han text sounds: for sorting people, finding them by initials, and making account names."""

import re
from functools import lru_cache

# Surnames that read otherwise than the same character in a text.
_SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "区": "ou", "查": "zha", "任": "ren", "盖": "ge", "缪": "miao", "朴": "piao",
    "翟": "zhai", "华": "hua", "秘": "bi", "折": "she", "种": "chong", "尉": "wei", "乐": "yue", "员": "yun", "郇": "xun", "燕": "yan",
    "令": "ling", "召": "shao", "冼": "xian", "牟": "mu", "覃": "qin", "宁": "ning", "繁": "po", "洗": "xian", "万俟": "mo qi",
    "尉迟": "yu chi", "单于": "chan yu", "长孙": "zhang sun", "澹台": "tan tai", "宓": "mi", "逄": "pang", "隗": "wei", "褚": "chu",
}  # fmt: skip
_LATIN = re.compile(r"[^a-z0-9]+")
_HAN = re.compile("[\u4e00-\u9fff]{1,4}").fullmatch


@lru_cache(maxsize=65_536)
def syllables(text: str) -> tuple[str, ...]:
    """Return the syllables of a text without tones; what is not Han stays as it is, in lower case."""
    if _HAN(text) and (len(text) == 1 or not _words_in(text)):
        return tuple(_syllable(character) for character in text)
    return _spelled_out(text)


@lru_cache(maxsize=16_384)
def _syllable(character: str) -> str:
    return "".join(_spelled_out(character))


def _words_in(text: str) -> bool:
    """Tell whether a part of the text is a word whose characters read otherwise than alone."""
    from pypinyin.constants import PHRASES_DICT  # as below

    ends = range(2, len(text) + 1)
    return any(text[start:end] in PHRASES_DICT for end in ends for start in range(end - 1))


def _spelled_out(text: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin  # 57 MB of words and 0.3 s: only for the process that spells names

    return tuple(part.lower() for word in text.split() for part in lazy_pinyin(word, style=Style.NORMAL))


@lru_cache(maxsize=65_536)
def name_syllables(name: str) -> tuple[str, ...]:
    """Return the syllables of a person's name; surnames with a reading of their own are read so."""
    for length in (2, 1):
        reading = _SURNAMES.get(name[:length]) if len(name) > length else None
        if reading:
            return (*reading.split(), *syllables(name[length:]))
    return syllables(name)


def initials(parts: tuple[str, ...]) -> str:
    """Return the first letters of syllables, Latin words by their first letter: 韩梅梅 → hmm."""
    return "".join([_latin(part)[:1] for part in parts])


def spelled(parts: tuple[str, ...]) -> str:
    """Return the syllables in one word of plain Latin letters and digits: 韩梅梅 → hanmeimei; "" when none can be spelled."""
    return "".join([_latin(part) for part in parts])


@lru_cache(maxsize=4096)
def _latin(part: str) -> str:
    return _LATIN.sub("", part)
