"""Writes docs/reference/functions.md: every function that the ministry's guide names and every duty of the province's table, line by line.

A line says on which pages it is done (address names), by which test it is proved, and which counter counts it ("" where the seed
counts nothing). `python -m tests.house.functions` renews the page; `test_functions.py` sees that each name exists.
"""

import sys
from dataclasses import dataclass

from tests.house.reading import ROOT

PAGE = ROOT / "docs/reference/functions.md"
HEAD = """\
# Functions and duties, line by line

What the sources ask of personal spaces, workshops and communities (002 §四) and of members and hosts (001, table of duties), and where
it is: the pages by their address names, a test, and the counter that counts it. An empty counter: the source counts nothing there.

`python -m tests.house.functions` renews this page; `tests/house/test_functions.py` sees that every page, test and counter exists.
"""


@dataclass(frozen=True)
class Line:
    """A line of a source: its words, pages, tests as `file::name` below `tests/`, counters."""

    words: str
    pages: str
    test: str
    counters: str = ""


PERSONAL = (
    Line("1 自主选学", "learning:choose", "learning/test_choose_course.py::test_chooses"),
    Line("2 课程学习", "learning:my_courses learning:step", "learning/test_study.py::test_a_text_counts_after_the_time_it_takes", "hours.earned"),
    Line(
        "3 计划制定", "fieldwork:plans fieldwork:edit_plan fieldwork:plan fieldwork:print_plan",
        "fieldwork/test_study_plans.py::test_the_own_plan_takes_up_the_groups_before_the_schools_and_the_chosen_courses", "plan.made",
    ),
    Line("4 日志发布", "workshops:logs workshops:publish_log", "workshops/test_open_thread.py::test_a_journal_is_published_and_counts", "workshop.logs"),
    Line("5 进度反馈", "portal:standing portal:my_space", "portal/test_standing.py::test_shows_every_requirement_with_its_value", "hours.earned items.completed"),
    Line("6 互动交流", "workshops:feed workshops:thread workshops:questions", "workshops/test_pages.py::test_a_question_waits_is_answered_and_accepted", "discussion qa.asked"),
    Line("7 资源分享", "catalogue:my_resources catalogue:resource", "catalogue/test_resources.py::test_a_resource_climbs_by_the_review_chain_and_is_never_copied", "resource.uploaded"),
    Line("8 行为记录", "workshops:deeds_of", "portal/test_space.py::test_nine_doors_lead_to_pages"),
    Line("9 工具提供", "portal:my_space portal:notes learning:my_sessions assessment:my_exams fieldwork:lessons", "portal/test_space.py::test_the_notebook_holds_own_notes_of_all_films"),
    Line("公开面（自主、开放）", "portal:space_of portal:show_space", "portal/test_space.py::test_colleagues_see_what_was_opened_and_nothing_else"),
    Line("个人中心·文章（003）", "fieldwork:articles fieldwork:article", "fieldwork/test_articles.py::test_it_is_handed_in_confirmed_and_counted_once", "material.accepted"),
)  # fmt: skip
WORKSHOP = (
    Line("1 成员管理", "workshops:members workshops:requests workshops:approve_join", "workshops/test_request_join.py::test_a_participant_asks_and_a_host_lets_her_in", "join.reviewed"),
    Line("2 计划发布", "workshops:documents workshops:publish_document", "workshops/test_arrange_space.py::test_versions_are_kept_and_the_same_words_are_none"),
    Line("3 资源推送", "workshops:shares workshops:push_resource", "workshops/test_share_resource.py::test_only_a_host_pushes_and_a_push_is_counted_and_taken_back", "resource.pushed"),
    Line("4 活动组织", "workshops:activities workshops:start_activity workshops:sign_up", "workshops/test_sign_up.py::test_a_host_starts_an_activity_and_it_counts_for_her_and_the_workshop", "activity.started activity.joined"),
    Line("5 监测评价", "workshops:desk workshops:silent workshops:point_table", "workshops/test_share_labour.py::test_the_board_says_what_the_evaluator_says"),
    Line("6 行为记录", "workshops:space_deeds workshops:export_space_deeds", "workshops/test_recount.py::test_counters_are_what_stands_in_the_spaces"),
    Line("7 信息反馈", "workshops:readers workshops:nudge workshops:remind_readers", "workshops/test_nudge.py::test_a_reminder_reaches_all_once_in_three_days"),
    Line("工具：资源建设", "catalogue:my_resources catalogue:library", "catalogue/test_resources.py::test_what_is_sent_back_is_mended_and_comes_again", "resource.uploaded"),
    Line("工具：研讨交流", "workshops:discussions workshops:thread", "workshops/test_pages.py::test_a_reply_that_is_refused_keeps_its_words", "discussion"),
    Line("工具：调查统计", "workshops:ballots workshops:export_ballot", "workshops/test_answer_ballot.py::test_a_host_asks_and_members_answer"),
    Line("互联互通、跨工作坊研修", "workshops:agree_to_hold workshops:activities", "workshops/test_tool_pages.py::test_two_spaces_hold_an_activity_together", "activity.cross_school"),
    Line("自主或合作创建", "workshops:open_space workshops:spaces", "workshops/test_admit.py::test_a_host_founds_a_workshop_beside_together_with_others"),
)  # fmt: skip
SCHOOL = (
    Line("1 “个人空间”管理", "fieldwork:unit_plans fieldwork:plan_people portal:space_of", "fieldwork/test_study_plans.py::test_everybody_below_a_school_plan_in_one_statement", "plan.made"),
    Line("2 资源汇聚", "catalogue:library", "catalogue/test_resources.py::test_a_resource_climbs_by_the_review_chain_and_is_never_copied", "resource.library"),
    Line("3 资源推送", "catalogue:feature_resource", "catalogue/test_resources.py::test_featuring_and_taking_off", "resource.pushed"),
    Line("4 活动组织", "workshops:activities workshops:start_activity", "workshops/test_tool_pages.py::test_an_activity_from_its_start_to_the_export", "activity.started"),
    Line("5 监测评价", "fieldwork:plan_people fieldwork:export_plan insight:board", "fieldwork/test_study_plans.py::test_progress_comes_from_records_and_goes_with_them"),
    Line("6 行为记录", "workshops:space_deeds workshops:deeds_of", "workshops/test_recount.py::test_counters_are_what_stands_in_the_spaces"),
    Line("7 信息反馈", "notices:notices insight:laggards", "insight/test_remind.py::test_reminds_nobody_twice_a_day"),
    Line("工具：资源建设", "catalogue:my_resources", "catalogue/test_resources.py::test_files_belong_to_the_version_being_written", "resource.uploaded"),
    Line("工具：研讨交流", "workshops:discussions", "workshops/test_open_spaces.py::test_an_office_opens_a_community_for_a_unit_below", "discussion"),
    Line("工具：调查统计", "workshops:ballots", "workshops/test_tool_pages.py::test_a_questionnaire_from_its_questions_to_the_export"),
)  # fmt: skip
REGION = (
    Line("1 “教师工作坊”和“学校社区”管理", "workshops:spaces workshops:open_space", "workshops/test_open_spaces.py::test_every_topic_of_the_school_plan_gets_its_workshop"),
    Line("2 资源汇聚", "catalogue:library catalogue:quotas", "catalogue/test_resources.py::test_a_resource_climbs_by_the_review_chain_and_is_never_copied", "resource.recommended"),
    Line("3 资源推送", "catalogue:feature_resource", "catalogue/test_resources.py::test_featuring_and_taking_off", "resource.pushed"),
    Line("4 活动组织", "workshops:start_activity", "workshops/test_sign_up.py::test_an_activity_across_schools_counts_as_its_own_kind", "activity.cross_school"),
    Line("5 监测评价", "insight:board fieldwork:unit_plans", "insight/test_board.py::test_page_drills_down_to_the_teacher"),
    Line("6 行为记录", "workshops:space_deeds", "workshops/test_recount.py::test_counters_are_what_stands_in_the_spaces"),
    Line("7 信息反馈", "notices:notices insight:laggards", "insight/test_remind.py::test_reminds_nobody_twice_a_day"),
    Line("工具：跨校研修活动组织", "workshops:activities", "workshops/test_tool_pages.py::test_two_spaces_hold_an_activity_together", "activity.cross_school"),
    Line("工具：调查统计", "workshops:ballots workshops:export_ballot", "workshops/test_answer_ballot.py::test_a_host_asks_and_members_answer"),
)  # fmt: skip
MEMBER = (
    Line("11-06 起：自主选课", "learning:choose", "learning/test_choose_course.py::test_choosing_twice_is_choosing_once"),
    Line("P2-1 课程学习：个人研修计划，必修和选修，浏览《研修简报》", "fieldwork:plans learning:my_courses workshops:briefings", "workshops/test_pages.py::test_a_briefing_from_the_first_word_to_the_receipt", "plan.made hours.earned briefing.read"),
    Line("P2-2 研讨交流：定期签到，研讨，智慧众筹，《工作坊规则》", "workshops:check_in workshops:discussions workshops:problems", "workshops/test_publish_solution.py::test_problems_come_in_while_the_call_is_open", "checkin discussion"),
    Line("P2-3 实践应用：工作坊和学校的线下实践", "workshops:activities learning:reports", "workshops/test_sign_up.py::test_places_are_exact_and_who_waits_moves_up", "practice.offline activity.joined"),
    Line("P3-1 课程学习：按学校专题订计划，继续选修，浏览《创课指导简报》", "fieldwork:edit_plan workshops:briefings", "fieldwork/test_study_plans.py::test_a_revision_keeps_ticks_and_what_rests_on_the_plan", "plan.made briefing.read"),
    Line("P3-2 研讨交流", "workshops:thread workshops:check_in", "workshops/test_answer.py::test_asking_and_answering_count_for_their_authors", "checkin discussion qa.asked"),
    Line("P3-3 实践应用：每学年一节研究课，亮课、晒课、赛课", "fieldwork:lessons", "fieldwork/test_register_research_lesson.py::test_it_counts_once_the_school_has_confirmed_it", "lesson.research"),
)  # fmt: skip
SUBJECT_2 = (
    Line("1 组织规划：活动方案、任务清单、考核办法、规则，上传学科首页", "workshops:documents workshops:publish_document workshops:space", "workshops/test_arrange_space.py::test_it_opens_when_the_documents_are_there_and_says_which_is_missing"),
    Line("2 课程学习：个人研修计划，必修 10、选修 14 学时", "fieldwork:plans learning:my_courses", "fieldwork/test_study_plans.py::test_progress_comes_from_records_and_goes_with_them", "hours.earned"),
    Line("3 学习引领：简报 ≥3 期，导引，引领文章 ≥1，精华资源", "workshops:write workshops:briefings workshops:make_essence", "workshops/test_publish.py::test_briefings_are_numbered_by_series_and_counted_by_kind", "briefing.issued article.guiding"),
    Line("4 研讨交流：众筹 ≥3 并出方案，资源，回答 ≥5", "workshops:problems workshops:publish_solution workshops:questions", "workshops/test_publish_solution.py::test_three_problems_count_three", "crowdsource.solved resource.uploaded qa.answered"),
    Line("5 “优秀案例征集”：主题，自愿提交，5% 推荐，省级遴选", "workshops:cases workshops:case_round workshops:judge_cases workshops:case_shelf", "workshops/test_recommend_case.py::test_golden_4_as_many_go_up_and_not_one_more"),
    Line("6 监督指导：审核发言和资源，按规则处理，表扬", "workshops:space_order workshops:take_measure workshops:praises", "workshops/test_moderate.py::test_every_measure_and_its_undoing_is_in_the_records", "moderation.done praise.given"),
    Line("7 跟进指导：下一级工作坊，市级覆盖全部县级（高中除外）", "workshops:lower workshops:divide_lower workshops:guide_log", "workshops/test_guide_lower.py::test_a_visit_counts_for_the_workshop_above_by_the_one_below", "guidance.coverage"),
    Line("8 实践应用", "workshops:activities fieldwork:lessons", "workshops/test_tool_pages.py::test_hosts_note_attendance_change_and_call_off", "practice.offline"),
)  # fmt: skip
TOPIC = (
    Line("1 选修 ≥14 学时，浏览本专题全部课程", "learning:my_courses", "learning/test_study.py::test_opening_again_is_recorded_once_and_resumes", "courses.browsed hours.earned"),
    Line("2 指导方案、主持人考核方案、规则，上传专题页面", "workshops:documents workshops:space", "workshops/test_arrange_space.py::test_versions_are_kept_and_the_same_words_are_none"),
    Line("3 拓展组建新坊，认证入坊申请，组建学习小组", "workshops:open_sub_workshop workshops:requests workshops:members", "workshops/test_group.py::test_groups_are_dealt_changed_by_hand_and_undone", "join.reviewed"),
    Line("4 简报每年 ≥5 期，导引，引领文章（原则上）", "workshops:write workshops:briefings", "workshops/test_publish.py::test_articles_count_for_their_host_and_guides_count_nothing", "briefing.issued article.guiding"),
    Line("5 投票开展众筹 ≥5，深度研讨，调查研究，解决方案", "workshops:problems workshops:put_to_vote workshops:ballots", "workshops/test_publish_solution.py::test_a_problem_goes_its_way_and_counts_once_for_the_workshop", "crowdsource.solved"),
    Line("6 上传资源", "catalogue:my_resources", "catalogue/test_resources.py::test_files_belong_to_the_version_being_written", "resource.uploaded"),
    Line("7 及时回复提问，每人每年 ≥10", "workshops:questions", "workshops/test_answer.py::test_a_second_answer_to_the_same_question_is_shown_and_does_not_count", "qa.answered"),
    Line("8 表扬", "workshops:praises workshops:praise", "workshops/test_praise.py::test_praise_is_shown_and_counts_for_both", "praise.given praise.received"),
    Line("9 调动坊内氛围，指导实践活动", "workshops:silent workshops:activities", "workshops/test_nudge.py::test_silent_is_who_neither_wrote_nor_read_nor_came", "activity.started"),
    Line("10 浏览、审核发言和资源，按规则处理", "workshops:space_order workshops:act_space_order", "workshops/test_order_pages.py::test_held_posts_are_let_through_together", "moderation.done"),
    Line("11 “优秀案例征集”，5% 推荐", "workshops:cases workshops:case_round", "workshops/test_design_theme.py::test_a_topic_sends_straight_to_the_selection"),
)  # fmt: skip
SUBJECT_3 = (
    Line("1 组织规划", "workshops:documents workshops:publish_document workshops:space", "workshops/test_arrange_space.py::test_members_confirm_the_version_in_force"),
    Line("2 课程学习：按学校专题，选修 ≥14 学时", "fieldwork:plans learning:my_courses", "fieldwork/test_study_plans.py::test_the_own_plan_takes_up_the_groups_before_the_schools_and_the_chosen_courses", "hours.earned"),
    Line("3 学习引领：《创课指导简报》≥2 期，引导每人一节研究课", "workshops:write workshops:briefings", "workshops/test_publish.py::test_briefings_are_numbered_by_series_and_counted_by_kind", "briefing.issued lesson.research"),
    Line("4 研讨交流：众筹 ≥2，资源，回答 ≥5", "workshops:problems workshops:questions", "workshops/test_share_labour.py::test_briefings_count_for_the_workshop_and_answers_for_each_host", "crowdsource.solved qa.answered resource.uploaded"),
    Line("5 监督指导", "workshops:space_order workshops:silent workshops:praises", "workshops/test_order_pages.py::test_several_reports_are_one_case_and_a_measure_settles_it", "moderation.done praise.given"),
    Line("6 跟进指导：≥1 个优课创建活动，总结经验，分享交流", "workshops:follows workshops:follow workshops:lower", "workshops/test_guide_lower.py::test_a_lesson_is_followed_to_its_summary_which_counts", "guidance.coverage lesson.followed"),
    Line("7 实践应用：每学年一节研究课", "fieldwork:lessons fieldwork:lessons_to_confirm", "fieldwork/test_register_research_lesson.py::test_it_counts_in_the_school_year_in_which_it_was_given", "lesson.research practice.offline"),
)  # fmt: skip
COUNTERS = (
    Line("个人：发起活动数、参与活动数、活动发帖数", "workshops:desk", "workshops/test_recount.py::test_counters_are_what_stands_in_the_spaces", "activity.started activity.joined activity.posts"),
    Line("个人：创建简报数、简报发帖数", "workshops:desk", "workshops/test_recount.py::test_counters_are_what_stands_in_the_spaces", "briefing.issued briefing.posts"),
    Line("个人：上传资源数、提问数、回答数", "workshops:desk", "workshops/test_recount.py::test_a_row_that_was_never_recorded_and_a_counter_too_high_are_named", "resource.uploaded qa.asked qa.answered"),
    Line("工作坊：上传资源、发起活动、发表日志、回答问题、研修简报", "workshops:desk", "workshops/test_recount.py::test_the_command_says_so_and_fails", "resource.uploaded activity.started workshop.logs qa.answered briefing.issued"),
)  # fmt: skip
SECTIONS = {
    "002 §四.1 个人空间": PERSONAL,
    "002 §四.2 教师工作坊": WORKSHOP,
    "002 §四.3 学校社区": SCHOOL,
    "002 §四.4 区域社区": REGION,
    "001 坊员": MEMBER,
    "001 学科工作坊主持人，11 月 6 日至 12 月 31 日": SUBJECT_2,
    "001 专题工作坊主持人": TOPIC,
    "001 学科工作坊主持人，11 月 6 日至 2021 年 3 月": SUBJECT_3,
    "001 主持人考核：基础数据": COUNTERS,
}


def page() -> str:
    """The page as the lines are now."""
    parts = [HEAD]
    for title, lines in SECTIONS.items():
        rows = [f"| {one.words} | {_code(one.pages)} | `tests/{one.test}` | {_code(one.counters)} |" for one in lines]
        parts.append("\n".join([f"\n## {title}\n", "| line | pages | test | counter |", "|---|---|---|---|", *rows]) + "\n")
    return "".join(parts)


def _code(names: str) -> str:
    return "<br>".join(f"`{name}`" for name in names.split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")
