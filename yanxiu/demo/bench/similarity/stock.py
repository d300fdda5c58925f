"""The phrase stock of the corpus: what teachers write about their lessons, with many slots; invented, no one's essay."""

import tomllib
from pathlib import Path

_STOCK = tomllib.loads(Path(__file__).with_name("stock.toml").read_text(encoding="utf-8"))

LESSONS: list[str] = _STOCK["lessons"]
GRADES: list[str] = _STOCK["grades"]
OPENERS: list[str] = _STOCK["openers"]
VERBS: list[str] = _STOCK["verbs"]
OBJECTS: list[str] = _STOCK["objects"]
WHO: list[str] = _STOCK["who"]
DID: list[str] = _STOCK["did"]
HOW: list[str] = _STOCK["how"]
IDEAS: list[str] = _STOCK["ideas"]
THAN: list[str] = _STOCK["than"]
CAUSES: list[str] = _STOCK["causes"]
WILL: list[str] = _STOCK["will"]
PLANS: list[str] = _STOCK["plans"]
NUMBERS: list[str] = _STOCK["numbers"]
PATTERNS: list[str] = _STOCK["patterns"]
SURNAMES: str = _STOCK["surnames"]
SET_PHRASES: list[str] = _STOCK["set_phrases"]
HEADINGS: list[list[str]] = _STOCK["headings"]
ASKED: list[str] = _STOCK["asked"]
REGULATIONS: list[str] = _STOCK["regulations"]
ALIKE: dict[str, str] = _STOCK["alike"]
FILLERS: list[str] = _STOCK["fillers"]
