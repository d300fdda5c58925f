"""Reads are queries, writes are actions: nothing else changes a row."""

import ast
import re

from tests.house.reading import Module, called_name, calls, modules, report

WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create", "raw_delete"}
ROWS = {"objects", "filter", "exclude", "all", "select_for_update", "order_by"}
STATEMENT = re.compile(r"^\s*(WITH\b.*?\b)?(INSERT INTO|UPDATE \w|DELETE FROM|TRUNCATE|MERGE INTO)\b", re.IGNORECASE | re.DOTALL)

# Modules that are the inside of actions, or storage that no person acts upon; each with its reason.
INSIDE_ACTIONS = {
    "assessment.gateway": "the hot path: one statement for the answers of all candidates (ADR 0003)",
    "access.middleware": "ends a session whose account was suspended",
    "credits.rehearsal": "plays on shadow tables that end with the connection (ADR 0008)",
    "credits.ledger": "the inside of appending to the chain",
    "credits.settlement": "the set-based inside of settle",
    "credits.standings": "temporary tables of a settlement",
    "credits.statements": "the fixed statements of the chain",
    "demo.bench": "makes its own rows by the million, in a database of its own",
    "evaluation.effects": "tries another version on shadow tables that end with the transaction (ADR 0008)",
    "evaluation.effect_statements": "the fixed statements of that trial",
    "evaluation.laying": "the inside of laying out requirement rows",
    "evaluation.statements": "the fixed statements of the evaluator",
    "evaluation.standing": "the evaluator keeps its own results",
    "insight.keeping": "the inside of keep_board",
    "kit.middleware": "the session of the request",
    "kit.sql": "the door itself",
    "fieldwork.laying": "the inside of publishing a plan of study: its items",
    "workshops.provisions": "the fixed statements that lay spaces and seats of thousands",
    "kit.tasks": "the queue forgets what ended",
    "learning.combining": "the inside of every verb of attendance: marks, states, records",
    "learning.finishing": "the inside of completing a step, shared by actions and the gateway",
    "learning.gateway": "the hot path: one statement for the beats of all clients (ADR 0003)",
    "learning.points": "the inside of taking up packages and study from elsewhere",
    "learning.statements": "the fixed statements of actions and gateway",
    "learning.versions": "the fixed statements of following a new version",
    "people.arrivals": "the set-based step of persons into the tables",
    "people.newcomers": "the set-based inside of register_people",
    "people.sessions": "sessions are storage of sign-in",
    "people.throttle": "counted attempts, also of the anonymous",
    "records.delivery": "the outbox keeps its cursors",
    "records.management": "set-up of the database",
    "records.statements": "the fixed statements of the fold",
}


def _excused(module: Module) -> bool:
    return module.kind == "actions" or any(module.name == name or module.name.startswith(name + ".") for name in INSIDE_ACTIONS)


def _is_row_write(call: ast.Call) -> bool:
    name = called_name(call).split(".")
    if name[-1] == "save":
        return any(keyword.arg in {"update_fields", "force_insert"} for keyword in call.keywords) or not (call.args or call.keywords)
    return name[-1] in WRITES and bool(ROWS & set(name[:-1]))


def test_only_actions_write_rows():
    problems = [
        f"{module.place(call)} {called_name(call)}()"
        for module in modules()
        if not _excused(module)
        for call in calls(module.tree)
        if _is_row_write(call) or called_name(call).rpartition(".")[2] == "save_or_raise"
    ]
    assert not problems, report(problems)


def test_only_actions_write_by_statement():
    problems = [
        f"{module.place(node)} {node.value.strip()[:60]!r}"
        for module in modules()
        if not _excused(module)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value)
    ]
    assert not problems, report(problems)


def test_exceptions_are_needed():
    known = {module.name for module in modules()}
    problems = [name for name in INSIDE_ACTIONS if name not in known]
    assert not problems, report(problems)
