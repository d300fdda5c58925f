"""The JSON Schema of a plan file, for editors; written to docs/reference/plan.schema.json."""

import json
from typing import Any

import msgspec

from yanxiu.programmes.plan.schema import Plan


def json_schema() -> str:
    """The schema as text with a final line break, the same for the same types."""
    schema = msgspec.json.schema(Plan)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "yanxiu plan", **schema}
    return json.dumps(_plain(schema), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _plain(node: Any) -> Any:
    """Decimals are plain numbers in a plan file, not strings."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    shown = {key: _plain(value) for key, value in node.items()}
    if shown.get("format") == "decimal":
        shown = {**{key: value for key, value in shown.items() if key != "format"}, "type": "number"}
    return shown
