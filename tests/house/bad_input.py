"""Writes docs/reference/bad-input.md from the tests: what was tried at each door, and the sentence that answers it.

The cases of a parametrized test are read out of its source; single ones stand in SINGLE. `python -m tests.house.bad_input` renews the page.
"""

import ast
import sys
from collections.abc import Iterator

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

# Door, case, sentence (a piece that stands in the code or the test), test.
SINGLE = [
    (
        "Form: people added to a workshop",
        "a name that is nobody; somebody who does not take part",
        "没有找到 1 行：不在册的人",
        "tests/workshops/test_place_pages.py::test_members_are_added_grouped_moved_and_removed",
    ),
    (
        "Form: level exception",
        "a subject that is not taught; no level",
        "至少选一级",
        "tests/workshops/test_open_spaces.py::test_a_subject_may_be_excepted_from_the_levels",
    ),
    (
        "Draft of any form",
        "300,001 characters; more than 300 drafts",
        "写得太长，存不下草稿：最多 30 万字",
        "tests/drafts/test_keep.py::test_too_long_and_too_many_are_refused_and_what_stood_stays",
    ),
    (
        "Draft of any form",
        "a ticket that was altered or made up",
        "这一页开得太久",
        "tests/drafts/test_pages.py::test_a_forged_ticket_keeps_nothing",
    ),
    (
        "Post: quotation",
        "a post of another thread, a hidden one",
        "要引用的那一条已撤下，或不在这个主题里",
        "tests/workshops/test_open_thread.py::test_a_reply_quotes_what_stands_in_its_thread_only",
    ),
    (
        "Post: delete",
        "others have answered; somebody else's; a briefing",
        "已经有人在下面说话，不能删除",
        "tests/workshops/test_open_thread.py::test_own_words_are_deleted_while_nobody_has_answered",
    ),
    (
        "Announcement: remind",
        "twice a day, nobody left, a member, a discussion",
        "24 小时里已经提醒过一次",
        "tests/workshops/test_remind_readers.py::test_reminding_is_refused",
    ),
    (
        "Form: batch of those who keep order",
        "no choice, no rule, no reason, an unknown verb",
        "请选怎么处理",
        "tests/workshops/test_order_pages.py::test_a_batch_needs_a_choice_a_rule_and_a_reason_and_is_whole_or_nothing",
    ),
    (
        "Form: report",
        "own words, words of a foreign space, more than twenty a day",
        "自己的发言不用举报",
        "tests/workshops/test_order_pages.py::test_a_report_is_refused_for_own_words_foreign_spaces_and_a_flood",
    ),
    ("Beats", "another method", "这里只收学习上报", "tests/learning/test_beats.py::test_refuses_other_methods"),
    (
        "Beats",
        "a ticket of another person, item or length",
        "",
        "tests/learning/test_beats.py::test_ch03_a_ticket_is_bound_to_person_item_and_length",
    ),
    ("Beats", "after signing out", "", "tests/learning/test_beats.py::test_ch08_nothing_after_sign_out"),
    ("Beats", "more than can be written", "会自动再报", "tests/learning/test_beats.py::test_says_later_when_full"),
    (
        "Beats",
        "an outdated or changed client",
        "已存的进度都在",
        "tests/learning/test_bounds.py::test_ch09_an_outdated_or_changed_client_is_told_and_its_valid_time_kept",
    ),
    ("Tokens", "an altered link to a file", "", "tests/files/test_origin.py::test_no_altered_link_is_read"),
    ("Tokens", "a signed link that leaves the folder", "", "tests/files/test_origin.py::test_a_signed_link_cannot_leave_the_folder"),
    ("Tokens", "a range outside the file", "", "tests/files/test_origin.py::test_a_range_that_cannot_be_served_is_refused"),
    (
        "Tokens",
        "a package's token for another step, day or site",
        "超过一天",
        "tests/learning/test_packages.py::test_a_token_holds_for_its_step_its_day_and_nothing_else",
    ),
    (
        "Tokens",
        "a unit that the package does not have",
        "没有这个单元",
        "tests/learning/test_packages.py::test_a_unit_of_another_package_is_refused",
    ),
    (
        "Tokens",
        "the ticket of another upload, or after an hour",
        "",
        "tests/files/test_upload.py::test_a_ticket_is_for_one_upload_and_an_hour",
    ),
    (
        "Codes",
        "activation: wrong name, account, or an old slip",
        "对不上",
        "tests/people/test_activate.py::test_a_wrong_name_or_account_or_an_old_slip_opens_nothing",
    ),
    ("Codes", "activation: five wrong tries", "", "tests/people/test_activate.py::test_five_wrong_tries_void_the_code"),
    (
        "Codes",
        "activation: a subject that is not taught there, a bad number",
        "",
        "tests/people/test_activate.py::test_a_bad_subject_or_phone_leaves_everything_as_it_was",
    ),
    ("Codes", "sign-in: wrong and unknown", "", "tests/people/test_sign_in.py::test_wrong_and_unknown_get_the_same_words"),
    ("Codes", "sign-in: a form without its mark", "", "tests/people/test_sign_in.py::test_a_form_without_its_mark_is_refused"),
    (
        "Codes",
        "rotating code: a screenshot, a minute old",
        "已经换过",
        "tests/learning/test_attend_sign_in.py::test_ch11_a_screenshot_is_worthless_within_a_minute",
    ),
    (
        "Codes",
        "rotating code: forged, or of another session",
        "是另一场",
        "tests/learning/test_attend_sign_in.py::test_ch11_a_forged_code_and_one_of_another_session_are_refused",
    ),
    ("Codes", "rotating code: digits guessed", "", "tests/learning/test_attend_sign_in.py::test_ch11_guessing_digits_ends_after_ten_tries"),
    (
        "Teaching point",
        "package: wrong code, another centre, another file",
        "开包码不对",
        "tests/learning/test_points.py::test_a_package_of_another_centre_a_wrong_code_and_other_files_are_refused",
    ),
    (
        "Teaching point",
        "package: a file smuggled in",
        "不一致",
        "tests/learning/test_points.py::test_a_file_smuggled_into_a_package_is_refused",
    ),
    ("Teaching point", "package: any byte changed", "", "tests/learning/test_points.py::test_every_changed_byte_of_a_package_is_found"),
    (
        "Teaching point",
        "bundle: forged or spoiled",
        "签名不对",
        "tests/learning/test_points.py::test_forged_and_spoiled_bundles_change_nothing",
    ),
    (
        "Upload in parts",
        "finished before it is there",
        "还差 1 字节",
        "tests/files/test_upload.py::test_what_is_not_there_yet_is_not_finished",
    ),
    ("Upload in parts", "a sum that does not fit", "", "tests/files/test_upload.py::test_a_sum_that_does_not_fit_is_taken_back"),
    (
        "Upload in parts",
        "the disk is nearly full",
        "存储空间快满了",
        "tests/files/test_upload.py::test_a_full_disk_takes_no_byte_and_says_so",
    ),
    (
        "Upload: any kind of file",
        "a parser that hangs or dies",
        "还没有查完",
        "tests/files/test_store.py::test_a_parser_that_hangs_or_dies_refuses_the_file",
    ),
    (
        "Question file: in its child",
        "a bomb of entities, of zip, of memory; a tower of elements",
        "展开后太大",
        "tests/assessment/test_exchange_confined.py::test_a_hostile_file_is_answered_with_a_sentence",
    ),
    (
        "Question file: in its child",
        "a file without end",
        "最多 20 MB",
        "tests/assessment/test_exchange_confined.py::test_a_file_without_end_is_not_read_to_its_end",
    ),
    (
        "Question file: in its child",
        "bytes that end the reader",
        "读到一半读不下去",
        "tests/assessment/test_exchange_confined.py::test_a_child_that_dies_or_babbles_refuses_the_file",
    ),
    (
        "Question file: in its child",
        "bytes on which the reader does not end",
        "还没有读完",
        "tests/assessment/test_exchange_confined.py::test_a_child_that_does_not_end_is_ended",
    ),
    (
        "Gate file",
        "a time that cannot be read",
        "时间读不懂",
        "tests/learning/test_attend_gates.py::test_a_preview_judges_every_row_and_changes_nobody",
    ),
    ("Gate file", "two people of one name", "2 位李雷", "tests/learning/test_attend_gates.py::test_namesakes_are_not_guessed"),
    (
        "Form: rooms of a session",
        "a host whose name two people have",
        "不止一位",
        "tests/learning/test_attend_rooms.py::test_two_of_one_name_are_not_guessed",
    ),
    (
        "Form: assigning courses",
        "nothing chosen",
        "还没有选课程",
        "tests/learning/test_assign_courses.py::test_what_was_ticked_stays_after_a_refusal_and_lists_are_searched",
    ),
    (
        "Form: an activity",
        "an end before the beginning or past; no place; an unknown mode or purpose; no or too many places; a year mistyped",
        "线下活动请写地点",
        "tests/workshops/test_sign_up.py::test_what_cannot_be_is_refused_at_its_field",
    ),
    (
        "Form: a poll, vote or questionnaire",
        "a time past; no question; one option, two alike, one too long; more to choose than there is",
        "个选项，一行一个",
        "tests/workshops/test_answer_ballot.py::test_a_ballot_that_cannot_be_is_refused_at_its_field",
    ),
    (
        "Form: an answer to a questionnaire",
        "an option that is not there; nothing chosen; too many; a text too long",
        "没有这一项",
        "tests/workshops/test_answer_ballot.py::test_what_cannot_be_counted_is_refused_at_its_question",
    ),
    (
        "Form: a problem of practice and its way",
        "no title; no reason for leaving it out; a step that does not follow; a call that is closed or full",
        "请写明为什么不入选",
        "tests/workshops/test_tool_pages.py::test_a_problem_from_a_member_to_its_solution",
    ),
    (
        "Form: praise",
        "a reason of two characters or of 201; somebody outside; twice a day",
        "请写明表扬什么",
        "tests/workshops/test_praise.py::test_praise_says_what_is_wrong",
    ),
    (
        "Reminder to silent members",
        "nobody chosen, members of another workshop, all reminded in three days",
        "三天内都提醒过",
        "tests/workshops/test_nudge.py::test_a_reminder_reaches_all_once_in_three_days",
    ),
    (
        "Form: share of the work of hosts",
        "nothing named, 201 characters, somebody who does not host, the same share again",
        "请选一项任务",
        "tests/workshops/test_share_labour.py::test_what_is_refused",
    ),
    (
        "Plan file: guidance",
        "days to answer that fit no chain",
        "答疑天数",
        "tests/workshops/test_remind_slow.py::test_days_that_fit_no_chain_are_refused_with_their_place",
    ),
    (
        "Exam: answers sent by the page",
        "a forged ticket, another's, of another exam or version, from before the password changed",
        "答案先留在这台设备上",
        "tests/assessment/test_answers.py::test_forged_and_foreign_tickets_write_nothing",
    ),
    (
        "Exam: answers sent by the page",
        "one answer of several that cannot be read",
        "",
        "tests/assessment/test_answers.py::test_an_answer_that_cannot_be_read_refuses_only_itself",
    ),
    (
        "Exam: answers sent by the page",
        "a question that is not on the sheet, null bytes",
        "",
        "tests/assessment/test_answers.py::test_a_question_that_is_not_on_the_sheet_and_null_bytes_do_no_harm",
    ),
    (
        "Exam: answers sent by the page",
        "another method, or more than fits",
        "这里只收考试的答案",
        "tests/assessment/test_answers.py::test_only_posts_and_only_so_much",
    ),
    (
        "Exam: answers sent by the page",
        "written after the end, or delivered hours after it",
        "结束以后写的没有存",
        "tests/assessment/test_close_overdue_sittings.py::test_the_door_takes_nothing_written_after_an_end_that_nobody_closed",
    ),
    (
        "Exam: answers sent by the page",
        "from a device that another has taken over",
        "转到了另一台设备",
        "tests/assessment/test_answers.py::test_the_old_device_is_told_and_what_it_wrote_before_counts",
    ),
    (
        "Form: paper",
        "the form of an older page, or a button pressed twice",
        "刚刚在别处改过",
        "tests/assessment/test_write_paper.py::test_by_page",
    ),
    (
        "Scores of paper: pages",
        "several cells of a page",
        "写好的都还在",
        "tests/assessment/test_enter_scores.py::test_a_page_with_bad_cells_keeps_nothing_and_gives_back_all_that_was_typed",
    ),
    (
        "Scores of paper: files",
        "the preview of another person or assessment",
        "不是这项考核的",
        "tests/assessment/test_enter_scores.py::test_a_preview_counts_for_its_assessment_and_its_reader_only",
    ),
    (
        "Course file: contents",
        "the rubric of another site",
        "先改成直接打分",
        "tests/assessment/test_carry_rubric.py::test_where_none_says_the_same_it_becomes_a_plain_score_and_that_is_said",
    ),
    (
        "Ledger",
        "an amount slipped in behind the program's back",
        "",
        "tests/credits/test_settle.py::test_an_amount_slipped_into_the_ledger_is_a_difference",
    ),
    (
        "Every page",
        "odd words in its address: signs, far numbers, days that are none, 3,000 brackets",
        "a page or a refusal",
        "tests/house/test_odd_addresses.py::test_odd_words_in_an_address_break_no_page",
    ),
    (
        "Every page",
        "a zero byte",
        "零字节",
        "tests/house/test_odd_addresses.py::test_a_zero_byte_is_refused_wherever_the_database_meets_it",
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
