"""No code path takes hours back for what a signal showed, except the one that a decided inquiry opens.

Voiding a record makes its hours fall, and settlement reverses what rested on it. So who may void is a list, each with its reason.
"""

import ast

from tests.house.reading import called_name, calls, modules, report

# Where records are voided. Only the first is done to somebody for what was found about her.
VOIDING = {
    "learning.actions.signalling": "a decided inquiry, in the reaction to its decision",
    "learning.combining": "attendance changes by a sign, a correction or leave of the person herself",
    "learning.actions.discussing": "the author removes an own contribution, and what rested on it",
    "workshops.actions.praising": "a host takes own praise back",
    "workshops.actions.attending": "a host takes back a note that somebody came, or she signs off",
    "workshops.actions.following": "the summary of a followed lesson is hidden, and counted again when restored",
    "workshops.actions.guiding_down": "words of guidance are hidden or taken back by their author",
    "workshops.actions.sharing": "a push is taken back by its host, or its post is hidden",
    "catalogue.actions.resources": "the owner withdraws a resource",
    "catalogue.actions.hiding": "a resource is hidden by whoever keeps order in its library, and counted again when restored",
    "catalogue.actions.shelves": "a library takes a resource off its shelf, or a decision is taken back",
    "workshops.actions.counting": "a post is hidden by its moderators, and counted again when restored",
}


def _voids(module) -> bool:
    names = {called_name(call).rpartition(".")[2] for call in calls(module.tree)}
    imports_it = any(
        isinstance(node, ast.ImportFrom) and node.module == "yanxiu.records.actions" and any(alias.name == "void" for alias in node.names)
        for node in ast.walk(module.tree)
    )
    return imports_it or ("void" in names and module.domain != "records")


def test_records_are_voided_only_where_it_is_listed():
    problems = [module.name for module in modules() if _voids(module) and module.name not in VOIDING]
    assert not problems, report(problems)


def test_nothing_but_the_verb_writes_a_voiding_record():
    problems = [
        module.name
        for module in modules()
        if module.domain != "records" and "INSERT INTO records_record" in module.path.read_text(encoding="utf-8")
    ]
    assert not [name for name in problems if not name.startswith(("credits.rehearsal", "demo.bench"))], report(problems)


def _of_addresses(module) -> set[str]:
    """Names that Django gives to making an address."""
    imports = (node for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom) and node.module == "django.urls")
    return {alias.name for node in imports for alias in node.names}


def test_signals_lead_nowhere_but_to_people():
    """What reads or keeps signals neither voids nor touches the ledger; only two verbs of `learning` do, and both ask for a decision."""
    quiet = [
        module
        for module in modules()
        if (module.domain == "integrity" and module.kind != "views") or module.name.startswith("learning.signals")
    ]
    assert len(quiet) > 10
    problems = [
        f"{module.name}: {name}"
        for module in quiet
        for name in (called_name(call).rpartition(".")[2] for call in calls(module.tree))
        if name in {"void", "reverse", "withhold", "reinstate", "append_entry"} - _of_addresses(module)
    ]
    assert not problems, report(problems)


def test_withholding_begins_only_at_a_decided_inquiry():
    callers = [
        module.name
        for module in modules()
        if any(called_name(call).rpartition(".")[2] == "withhold" for call in calls(module.tree)) and module.domain != "demo"
    ]
    assert callers == ["learning.reactions"]
    heard = next(module for module in modules() if module.name == "learning.reactions")
    function = next(node for node in ast.walk(heard.tree) if isinstance(node, ast.FunctionDef) and node.name == "withhold_hours")
    events = [ast.unparse(argument) for call in function.decorator_list if isinstance(call, ast.Call) for argument in call.args]
    assert events == ["InquiryEvent.DECIDED"]
