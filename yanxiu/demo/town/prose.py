"""What teachers of the town write about their lessons: sentences out of the phrase stock, so that no two texts are alike by chance."""

import random
import re

from yanxiu.demo.bench.similarity import corpus, stock
from yanxiu.kit.text import characters

OF_ONE_MIND = tuple(one for one in stock.PATTERNS if not re.search(r"\{[tgol]\}", one))


def prose(title: str, least: int, chance: random.Random) -> str:
    """Return sentences about the work, of at least so many characters, never the same twice."""
    parts, paragraph = [f"学习《{title}》之后，我有几点体会。"], 0
    while characters("".join(parts)) < least:
        paragraph += 1
        parts += [corpus.said(chance.choice(OF_ONE_MIND), chance) for _ in range(4)]
        parts.append("\n" if paragraph % 2 else "")
    return "".join(parts).strip()
