"""Writes docs/reference/bad-input.md from the tests: what was tried at each door, and the sentence that answers it.

The cases of a parametrized test are read out of its source; single ones stand in SINGLE. `python -m tests.house.bad_input` renews the page.
"""

import ast
import sys
from collections.abc import Iterator

from tests.house.bad_input_single import SINGLE
from tests.house.reading import ROOT

PAGE = ROOT / "docs/reference/bad-input.md"
HEAD = """\
# Bad input

What was tried at every door where input comes in, and what the answer says. Every row is a test, and each test also looks that nothing
was stored or changed. Sentences are shown as far as the tests ask for them (a code or a field where they ask for that); every one names
its place and how to mend it. A fuller list of attacks on watched time is in [honesty.md](honesty.md).

`python -m tests.house.bad_input` renews this page from the tests; `tests/house/test_named_tests.py` sees that each test exists.
"""

# Door, file, test: the cases stand in its parameters.
LISTED = [
    ("Plan file: form", "tests/programmes/plan/test_check.py", "test_what_does_not_fit_the_form"),
    ("Plan file: names", "tests/programmes/plan/test_check.py", "test_names_that_lead_nowhere"),
    ("Plan file: hours", "tests/programmes/plan/test_check.py", "test_hours_that_do_not_add_up"),
    ("Plan file: times", "tests/programmes/plan/test_check.py", "test_times_that_cannot_be"),
    ("Plan file: rules", "tests/programmes/plan/test_check.py", "test_rules_that_do_not_hold_together"),
    ("Facts of a rehearsal", "tests/credits/test_commands.py", "test_bad_facts_are_refused_with_their_line"),
    ("Roster: cells", "tests/people/roster/test_preview_roster.py", "test_what_is_wrong_is_refused_with_its_cell"),
    ("Roster: more columns", "tests/people/roster/test_preview_roster.py", "test_other_columns_are_checked_too"),
    ("Roster: files", "tests/people/roster/test_preview_roster.py", "test_files_that_cannot_be_read_are_refused_with_words"),
    ("Upload: any kind of file", "tests/files/test_store.py", "test_a_bad_file_is_refused_with_a_reason_and_nothing_stays"),
    ("Upload in parts", "tests/files/test_upload.py", "test_a_ticket_is_refused_before_a_byte_comes"),
    ("Film and sound", "tests/files/test_convert.py", "test_media_that_lies_is_refused_with_its_reason"),
    ("Subtitles", "tests/files/test_captions.py", "test_what_is_wrong_is_refused_with_its_line"),
    (
        "Course package (SCORM)",
        "tests/catalogue/test_packages_read.py",
        "test_a_hostile_package_is_refused_with_its_reason_and_leaves_nothing",
    ),
    ("Course file: contents", "tests/catalogue/test_transport.py", "test_a_changed_course_file_is_refused_and_leaves_nothing"),
    ("Course file: archive", "tests/catalogue/test_transport.py", "test_a_hostile_archive_is_refused_and_leaves_nothing"),
    ("Loose files of a course", "tests/catalogue/test_prepare_files.py", "test_a_refused_file_is_named_and_the_others_come"),
    ("Question file: as a whole", "tests/assessment/test_exchange_hostile.py", "test_a_file_that_cannot_be_read_says_what_and_where"),
    ("Question file: one question", "tests/assessment/test_exchange_hostile.py", "test_a_question_that_cannot_come_says_why"),
    ("Question file: Word and text", "tests/assessment/test_exchange_read.py", "test_questions_of_a_paper_that_do_not_come_say_why"),
    ("Question file: QTI", "tests/assessment/test_exchange_read.py", "test_qti_items_that_do_not_come_say_why"),
    ("Question file: bytes", "tests/files/test_question_files.py", "test_hostile_files_are_refused_and_nothing_stays"),
    ("Questions as text", "tests/catalogue/test_question_text.py", "test_what_cannot_be_read_is_refused_with_its_line"),
    ("Beats", "tests/learning/test_beats.py", "test_refuses_what_is_no_beat"),
    ("Values of a package", "tests/learning/test_packages.py", "test_up_07_values_that_do_not_fit_refuse_the_save_and_change_nothing"),
    ("Gate file", "tests/learning/test_attend_gates.py", "test_files_that_cannot_be_read_say_why"),
    ("Form: study day", "tests/learning/test_attend_days.py", "test_what_cannot_be_fixed_is_said_at_its_field_and_nothing_is_stored"),
    ("Form: rooms of a session", "tests/learning/test_attend_rooms.py", "test_bad_lines_are_named_and_nothing_changes"),
    ("Question of any kind", "tests/catalogue/test_check_any.py", "test_each_fault_is_said_with_its_place"),
    ("Form: question", "tests/assessment/test_bank_pages.py", "test_what_cannot_be_asked_is_said_and_nothing_is_stored"),
    ("Form: resource", "tests/catalogue/test_resources.py", "test_what_is_never_right_is_refused_at_its_field"),
    ("Form: resource, finished", "tests/catalogue/test_resources.py", "test_what_a_finished_resource_lacks_is_said"),
    ("Form: pack of words", "tests/integrity/test_words.py", "test_a_pack_that_cannot_be_used_says_why"),
    ("Form: exam", "tests/assessment/test_set_exam.py", "test_what_cannot_be_is_refused_with_its_reason"),
    ("Form: plan of study", "tests/fieldwork/test_study_plans.py", "test_it_refuses_with_the_place_and_keeps_the_draft"),
    ("Form: article or material", "tests/fieldwork/test_articles.py", "test_it_says_what_is_missing_and_keeps_the_draft"),
    ("Form: allowance", "tests/assessment/test_set_exam.py", "test_allowances_that_cannot_be_are_refused"),
    (
        "Form: paper",
        "tests/assessment/test_write_paper.py",
        "test_sections_that_cannot_be_are_refused_with_their_place_and_nothing_is_stored",
    ),
    ("Form: paper", "tests/assessment/test_write_paper.py", "test_one_field_that_cannot_be_read_keeps_all_others_typed"),
    ("Form: review of a question", "tests/assessment/test_review_question.py", "test_bad_reviews_are_refused_and_change_nothing"),
    ("Exam: answers sent by the page", "tests/assessment/test_answers.py", "test_what_no_page_sends_is_refused_and_nothing_is_stored"),
    ("Exam: the sheet as a form", "tests/assessment/test_sitting_pages.py", "test_what_no_page_sends_is_refused_and_nothing_is_stored"),
    ("Exam: marking", "tests/assessment/test_result_doors.py", "test_marks_that_cannot_be_are_refused_and_nothing_is_stored"),
    ("Exam: results and rulings", "tests/assessment/test_result_doors.py", "test_what_an_office_cannot_do_is_refused_and_nothing_changes"),
    ("Form: document of a space", "tests/workshops/test_arrange_space.py", "test_a_document_that_is_refused_leaves_nothing"),
    ("Form: settings of a space", "tests/workshops/test_arrange_space.py", "test_an_arrangement_that_is_refused"),
    ("Form: number of study groups", "tests/workshops/test_group.py", "test_a_number_of_groups_that_makes_no_sense"),
    ("Form: link of two spaces", "tests/workshops/test_admit.py", "test_a_link_that_is_refused"),
    ("Exam: rulings", "tests/assessment/test_rule.py", "test_bad_rulings_are_refused_and_nothing_is_stored"),
    ("Exam: appeal", "tests/assessment/test_result_doors.py", "test_appeals_that_cannot_be_are_refused_and_nothing_is_stored"),
    (
        "Exam: decision on an appeal",
        "tests/assessment/test_result_doors.py",
        "test_decisions_that_cannot_be_are_refused_and_nothing_changes",
    ),
    (
        "Scores of paper: a score",
        "tests/assessment/test_enter_scores.py",
        "test_scores_that_cannot_be_are_refused_with_the_name_and_nothing_is_kept",
    ),
    ("Scores of paper: pages", "tests/assessment/test_enter_scores.py", "test_posts_that_cannot_be_are_refused_and_nothing_is_kept"),
    ("Scores of paper: files", "tests/assessment/test_enter_scores.py", "test_files_that_are_no_list_are_refused"),
    ("Regular scores: the rule", "tests/assessment/test_release_process.py", "test_rules_that_cannot_be_are_refused_with_their_place"),
    ("Form: appraisal", "tests/evaluation/test_appraisal_pages.py", "test_a_bad_sheet_is_refused_at_its_place_and_nothing_is_kept"),
    ("Form: appraisal rule", "tests/evaluation/test_appraisal_pages.py", "test_a_rule_that_cannot_be_is_refused_at_its_field"),
    (
        "Cases: theme",
        "tests/workshops/test_design_theme.py",
        "test_themes_that_cannot_be_are_refused_and_nothing_is_stored",
    ),
    (
        "Cases: a case",
        "tests/workshops/test_case_pages.py",
        "test_cases_that_cannot_be_are_refused_at_their_field_and_nothing_is_stored",
    ),
    (
        "Cases: places as an exception",
        "tests/workshops/test_recommend_case.py",
        "test_exceptions_that_cannot_be_are_refused_and_nothing_is_stored",
    ),
    ("Cases: points of a judge", "tests/workshops/test_recommend_case.py", "test_votes_that_cannot_be_are_refused"),
    (
        "Guidance downward: a visit",
        "tests/workshops/test_guide_lower.py",
        "test_visits_that_say_nothing_are_refused_and_nothing_is_stored",
    ),
    (
        "Guidance downward: a lesson to follow",
        "tests/workshops/test_guide_lower.py",
        "test_follow_ups_that_cannot_be_are_refused_and_nothing_is_stored",
    ),
    ("Form: inquiry", "tests/integrity/test_pages.py", "test_bad_forms_are_refused_at_their_field_and_change_nothing"),
    ("Post: pictures", "tests/workshops/test_open_thread.py", "test_what_is_no_picture_is_refused_with_everything"),
    (
        "Form: public text",
        "tests/integrity/test_text_pages.py",
        "test_bad_public_texts_are_refused_at_their_field_and_nothing_is_kept",
    ),
]


def page() -> str:
    """The page as the tests are now."""
    rows = [*_listed(), *((door, case, said, test) for door, case, said, test in SINGLE)]
    order = list(dict.fromkeys(row[0].split(":")[0] for row in rows))
    rows.sort(key=lambda row: (order.index(row[0].split(":")[0]), row[0]))
    lines = [f"| {door} | {case} | {said.replace('|', ' / ')} | `{test}` |" for door, case, said, test in rows]
    return f"{HEAD}\n{len(rows)} cases.\n\n| door | case | sentence | test |\n|---|---|---|---|\n" + "\n".join(lines) + "\n"


def _listed() -> Iterator[tuple[str, str, str, str]]:
    for door, path, test in LISTED:
        for key, entry in _cases(ast.parse((ROOT / path).read_text(encoding="utf-8")), test):
            parts = entry.elts if isinstance(entry, ast.Tuple) else [entry]
            words = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value]
            yield door, key or _shown(parts), words[-1] if words else "", f"{path}::{test}"


def _cases(tree: ast.Module, test: str) -> Iterator[tuple[str, ast.expr]]:
    named = {node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == test)
    for call in function.decorator_list:
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("parametrize"):
            given = call.args[1]
            while not isinstance(given, ast.Dict | ast.List | ast.Tuple):
                given = _inside(given, named)
            if isinstance(given, ast.Dict):
                yield from ((ast.literal_eval(key), value) for key, value in zip(given.keys, given.values, strict=True) if key is not None)
            else:
                yield from (("", one) for one in given.elts)


def _inside(given: ast.expr, named: dict[str, ast.expr]) -> ast.expr:
    """`CASES.values()`, `sorted(CASES)` and `CASES` are what CASES is."""
    if isinstance(given, ast.Call):
        return given.args[0] if given.args else given.func
    return given.value if isinstance(given, ast.Attribute) else named[ast.unparse(given)]


def _shown(parts: list[ast.expr]) -> str:
    words = " → ".join(ast.unparse(part) for part in parts[:2]).replace("|", "/").replace("`", "'").replace("\n", " ").replace("](", "] (")
    return f"`{words if len(words) <= 64 else words[:61] + '…'}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")
