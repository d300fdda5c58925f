"""The lists of words, the schema for editors, and the files shipped with the product."""

import json
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from tests.programmes.plan.texts import FOLDER, NAMES, shipped
from yanxiu.programmes.plan import vocabulary
from yanxiu.programmes.plan.json_schema import json_schema
from yanxiu.programmes.plan.metrics import METRICS
from yanxiu.programmes.plan.schema import Plan
from yanxiu.programmes.plan.words import SECTIONS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "plan.schema.json"


def test_the_committed_schema_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == json_schema(), "renew it: yanxiu plan schema --write docs/reference/plan.schema.json"


def test_the_schema_refuses_unknown_keys_and_takes_plain_numbers():
    schema = json.loads(json_schema())
    block = schema["$defs"]["Block"]

    assert block["additionalProperties"] is False
    assert {"type": "number", "minimum": 0, "maximum": 2000} in block["properties"]["hours"]["anyOf"]
    assert "decimal" not in json_schema()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Level", "LEVELS"),
        ("Role", "ROLES"),
        ("Do", "DO"),
        ("BlockKind", "BLOCK_KINDS"),
        ("Assign", "ASSIGN"),
        ("ItemKind", "ITEM_KINDS"),
        ("Per", "PER"),
        ("AwardRule", "AWARD_RULES"),
        ("CreditUnit", "CREDIT_UNITS"),
        ("EnrolMode", "ENROL_MODES"),
        ("SpaceType", "SPACE_TYPES"),
        ("Stage", "STAGE_PARTS"),
        ("Stage", "STAGE_CODES"),
    ],
)
def test_every_word_has_a_chinese_name(words, names):
    assert list(get_args(getattr(vocabulary, words))) == list(getattr(vocabulary, names))


def test_every_section_has_a_chinese_name():
    assert tuple(SECTIONS) == Plan.__struct_fields__


def test_the_readme_lists_every_metric_and_every_section():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")

    for metric in METRICS.values():
        assert f"`{metric.key}`" in readme
        assert metric.source in readme
    for section in SECTIONS:
        assert f"| `{section}` |" in readme


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_survives_storing(name):
    plan = shipped(name)
    stored = msgspec.json.encode(plan)

    assert msgspec.json.decode(stored, type=Plan) == plan
    assert msgspec.json.encode(msgspec.json.decode(stored, type=Plan)) == stored


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_cannot_be_changed_in_place(name):
    with pytest.raises(AttributeError):
        shipped(name).programme.title = "别的"
