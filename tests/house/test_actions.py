"""Actions are the verbs: keyword-only, with `by` and `at`, they ask for permission and write a record."""

import ast
from functools import cache

from tests.house.reading import Module, called_name, calls, modules, public_functions, report

# Each exception carries its reason. A name without one does not belong here.
WITHOUT_BY_AND_AT = {
    "records.actions.record": "the verb by which every other action writes its record; the event comes first",
    "records.actions.record_all": "as record, set-based",
    "records.actions.ensure_partitions": "set-up of storage; nobody acts",
    "integrity.actions.flag": "part of the verb that publishes the words; the thing says who wrote them",
    "integrity.actions.note_hits": "as flag",
    "integrity.actions.screen": "judges words and keeps nothing",
}
WITHOUT_PERMISSION = {
    "catalogue.actions.note_use": "the calling action has let the reader in",
    "drafts.actions.clear": "forgets what the actor herself has typed; the system has typed nothing",
    "integrity.actions.flag": "the calling action has let the writer write",
    "integrity.actions.note_hits": "as flag",
    "integrity.actions.screen": "as flag",
    "portal.actions.restore_introduction": "follows a measure that is undone; who may undo it was asked there",
    "people.actions.prove_code": "nobody holds rights before the door; throttled",
    "people.actions.sign_in": "nobody holds rights before the door; throttled",
    "records.actions": "records knows no domain and no scope: the calling action has asked",
}
WITHOUT_RECORD = {
    "assessment.actions.add_remark": "part of a draft; handing the observation in is recorded",
    "assessment.actions.release_homework": "what lies on a desk goes back by itself in a while; the decision is recorded",
    "assessment.actions.remove_remark": "as add_remark",
    "assessment.actions.save_answers": "an attempt saves itself many times; starting and handing in are recorded",
    "assessment.actions.save_homework": "a draft saves itself many times; handing in is recorded",
    "assessment.actions.save_observation": "a draft saves itself many times; handing in is recorded",
    "assessment.actions.claim_homework": "holds a piece for twenty minutes; the mark is recorded",
    "assessment.actions.claim_next": "holds an answer for twenty minutes; the mark is recorded",
    "assessment.actions.lay_out": "derived from what was handed in, which is recorded; nobody's doing",
    "catalogue.actions.add_resource_file": "a draft; finishing the version is recorded, files records what it stores",
    "catalogue.actions.note_use": "counted by people and days; what somebody reads leaves no trail",
    "catalogue.actions.reindex": "derived from what the records tell; nobody's doing",
    "catalogue.actions.remove_resource_file": "as add_resource_file",
    "catalogue.actions.save_resource": "a draft saves itself many times; finishing is recorded",
    "catalogue.actions.tally_uses": "sums of what readers did, taken over at night; nobody's doing",
    "catalogue.actions.use_resource": "as note_use",
    "drafts.actions.clear": "forgets what was sent; the sending is recorded",
    "drafts.actions.discard": "what is typed and not sent is its owner's alone; no trail of others' may show it",
    "drafts.actions.keep": "what is typed saves itself many times; sending is recorded",
    "drafts.actions.put_back": "as discard",
    "drafts.actions.take_up": "as discard",
    "evaluation.actions.save_appraisal": "a draft saves itself many times; giving the finding is recorded",
    "fieldwork.actions.add_item": "as save_plan",
    "fieldwork.actions.begin_article": "an empty draft of one's own; handing in is recorded",
    "fieldwork.actions.move_item": "as save_plan",
    "fieldwork.actions.remove_item": "as save_plan",
    "fieldwork.actions.save_article": "a draft saves itself many times; handing in is recorded",
    "fieldwork.actions.save_plan": "a draft saves itself many times; publishing is recorded",
    "files.actions.adopt": "takes the bytes of a course package; loading the package is recorded",
    "files.actions.begin_upload": "hands out a ticket and changes nothing; finishing is recorded",
    "files.actions.do_without": "what is not made changes nothing that anybody sees; asking again is recorded",
    "files.actions.claim": "takes a stored file into a form, whose own action records it",
    "files.actions.end_links": "follows what went out of sight, which is recorded",
    "files.actions.judge_links": "follows the account, whose closing and opening are recorded",
    "files.actions.set_aside": "puts off who takes a file; storing it is recorded",
    "catalogue.actions.sweep_packages": "removes folders that nothing owns; nobody's doing",
    "files.actions.sweep": "removes bytes that nothing owns; nobody's doing",
    "insight.actions.keep_board": "sums of what is recorded, laid down anew; nobody's doing",
    "integrity.actions.flag": "follows the words, whose own action records",
    "integrity.actions.note_hits": "as flag",
    "integrity.actions.screen": "judges words and keeps nothing",
    "integrity.actions.forget_text": "follows the object it belongs to, whose own action records",
    "integrity.actions.index_texts": "derived from what was handed in long ago; nobody's doing",
    "learning.actions.add_photo": "a draft; handing the report in is recorded, files records what it stores",
    "learning.actions.ask_cue": "a question on the screen; the right answer is recorded",
    "learning.actions.change_note": "a private note, which no trail of others' may show",
    "learning.actions.note_presence": "kept as a row of its own, a fact for signals",
    "learning.actions.remove_note": "as change_note",
    "learning.actions.remove_photo": "as add_photo",
    "learning.actions.save_report": "a draft saves itself many times; handing in is recorded",
    "learning.actions.write_note": "as change_note",
    "learning.actions.sweep_leases": "removes leases that are void anyway; nobody's doing",
    "workshops.actions.index_left_words": "derived from what was written, which is recorded; nobody's doing",
    "workshops.actions.index_words": "as index_left_words",
    "workshops.actions.index_left_posts": "as integrity.actions.index_texts: derived from what was written long ago",
    "records.actions": "these write the record itself or only what is counted from it",
}


def actions() -> list[tuple[Module, ast.FunctionDef]]:
    return [
        (module, function)
        for module in modules()
        if module.kind == "actions"
        for function in public_functions(module)
        if not function.name.startswith(("check_", "can_", "is_"))
    ]


def _excused(module: Module, function: ast.FunctionDef, exceptions: dict[str, str]) -> bool:
    full = f"{module.name}.{function.name}"
    short = f"{module.domain}.actions.{function.name}"
    return any(full == name or short == name or full.startswith(name + ".") for name in exceptions)


def _reaches(domain: str, function: ast.FunctionDef, wanted) -> bool:
    """Whether the function, through the functions of its own domain, does something wanted or calls another domain's action."""
    bodies, foreign = _bodies(domain)
    seen: set[str] = set()
    queue = [function]
    while queue:
        one = queue.pop()
        for name in [
            *(called_name(call) for call in calls(one)),
            *(f".{node.attr}" for node in ast.walk(one) if isinstance(node, ast.Attribute)),
        ]:
            last = name.rpartition(".")[2]
            if wanted(name) or name.split(".")[0] in foreign:
                return True
            if last not in seen:
                seen.add(last)
                queue.extend(bodies.get(last, []))
    return False


@cache
def _bodies(domain: str) -> tuple[dict[str, list[ast.FunctionDef]], set[str]]:
    """The functions of a domain by name, and the names under which it imports actions of other domains (but records')."""
    bodies: dict[str, list[ast.FunctionDef]] = {}
    foreign: set[str] = set()
    for module in modules():
        if module.domain != domain:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef):
                bodies.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yanxiu."):
                source = (node.module or "").split(".")
                if source[1] not in {domain, "records", "kit"}:
                    foreign.update(
                        alias.asname or alias.name
                        for alias in node.names
                        if ("actions" in source[2:] and alias.name[0].islower()) or alias.name == "actions"
                    )
    return bodies, foreign


def _asks(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last in {"may", "is_system", "accounts_in_reach"} or last.startswith(("check_can_", "check_may_", "check_is_", "visible_"))


def _records(name: str) -> bool:
    return name.rpartition(".")[2] in {"record", "record_all", "void"}


def test_actions_take_keywords_only():
    problems = [
        f"{module.place(function)} {function.name}: positional parameters"
        for module, function in actions()
        if (function.args.args or function.args.posonlyargs) and not _excused(module, function, WITHOUT_BY_AND_AT)
    ]
    assert not problems, report(problems)


def test_actions_say_by_whom_and_when():
    problems = []
    for module, function in actions():
        missing = {"by", "at"} - {argument.arg for argument in function.args.kwonlyargs}
        if missing and not _excused(module, function, WITHOUT_BY_AND_AT):
            problems.append(f"{module.place(function)} {function.name}: lacks {', '.join(sorted(missing))}")
    assert not problems, report(problems)


def test_actions_ask_for_permission():
    problems = [
        f"{module.place(function)} {function.name}: asks nobody (check_can_… or by.may)"
        for module, function in actions()
        if not _excused(module, function, WITHOUT_PERMISSION) and not _reaches(module.domain, function, _asks)
    ]
    assert not problems, report(problems)


def test_actions_write_a_record():
    problems = [
        f"{module.place(function)} {function.name}: writes no record"
        for module, function in actions()
        if not _excused(module, function, WITHOUT_RECORD) and not _reaches(module.domain, function, _records)
    ]
    assert not problems, report(problems)


def test_domain_reads_no_clock():
    quiet = {"models", "queries", "permissions", "actions", "events", "forms"}
    problems = [
        f"{module.place(call)} {called_name(call)}(): `at` is passed in"
        for module in modules()
        if module.kind in quiet
        for call in calls(module.tree)
        if called_name(call) in {"now", "clock.now", "timezone.now", "datetime.now", "date.today", "time.time", "datetime.utcnow"}
    ]
    assert not problems, report(problems)


def test_exceptions_name_what_exists():
    known = {module.name for module in modules()}
    for module, function in actions():
        known |= {f"{module.name}.{function.name}", f"{module.domain}.actions.{function.name}"}
    problems = [name for table in (WITHOUT_BY_AND_AT, WITHOUT_PERMISSION, WITHOUT_RECORD) for name in table if name not in known]
    assert not problems, report(problems)
