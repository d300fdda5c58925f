"""The verbs of workshops: opening spaces, getting in and out, writing, talking, keeping order."""

from yanxiu.workshops.actions.admitting import (
    add_members,
    invite,
    remove_members,
    transfer_member,
)
from yanxiu.workshops.actions.adorning import Along, Sent
from yanxiu.workshops.actions.appealing import appeal_measure, rule_on_appeal
from yanxiu.workshops.actions.arranging import (
    Lacking,
    arrange_space,
    close_space,
    end_contact,
    name_contact,
    open_up,
    reopen_space,
)
from yanxiu.workshops.actions.attending import NoPlace, cancel_sign_up, check_in_activity, name_to_team, note_attendance, sign_up
from yanxiu.workshops.actions.climbing import (
    close_due_rounds,
    close_round,
    deselect,
    grant_exception,
    publish_theme,
    recommend,
    select,
    take_back,
)
from yanxiu.workshops.actions.comparing import compare_post, index_left_posts, let_count
from yanxiu.workshops.actions.convening import (
    ActivityFacts,
    agree_to_hold,
    ask_space,
    call_off_activity,
    change_activity,
    close_activity,
    leave_holding,
    reopen_activity,
    start_activity,
    tell_result,
)
from yanxiu.workshops.actions.correcting import correct, is_substantial
from yanxiu.workshops.actions.documenting import (
    confirm_document,
    publish_document,
)
from yanxiu.workshops.actions.essence import make_essence, unmake_essence
from yanxiu.workshops.actions.finding import index_left_words, index_words
from yanxiu.workshops.actions.following import drop_follow, keep_follow_count, note_step, share_summary, start_follow
from yanxiu.workshops.actions.founding import (
    agree_to_found,
    decline_to_found,
    found_beside,
    found_workshop,
    open_community,
)
from yanxiu.workshops.actions.grouping import (
    balance_subs,
    deal_groups,
    merge_sub,
    set_group,
    undo_rearrangement,
)
from yanxiu.workshops.actions.guiding_down import divide, note_visit, note_words, remind_guides
from yanxiu.workshops.actions.joining import approve_join, check_in, leave, refuse_join, request_join
from yanxiu.workshops.actions.judging import name_conflict, vote
from yanxiu.workshops.actions.keeping import delete, hide, restore
from yanxiu.workshops.actions.labour import end_share, share_labour
from yanxiu.workshops.actions.linking import (
    accept_link,
    ask_link,
    end_link,
)
from yanxiu.workshops.actions.moderating import release_post, revise_post, take_measure, undo_measure
from yanxiu.workshops.actions.noting import note_deeds, note_list, note_spaces
from yanxiu.workshops.actions.nudging import Nudged, nudge
from yanxiu.workshops.actions.opening import appoint_host, describe, open_space, open_sub_workshop
from yanxiu.workshops.actions.pointing import Worth, set_points
from yanxiu.workshops.actions.polling import (
    BallotFacts,
    answer_ballot,
    change_ballot,
    close_ballot,
    open_ballot,
    remind_ballot,
    reopen_ballot,
)
from yanxiu.workshops.actions.posting import open_thread
from yanxiu.workshops.actions.praising import praise, withdraw_praise
from yanxiu.workshops.actions.providing import (
    except_levels,
    open_spaces,
    seat_by_roster,
)
from yanxiu.workshops.actions.receipts import REMIND_EVERY, mark_read, note_readers_exported, remind_readers
from yanxiu.workshops.actions.reviewing import act_on_case, mark_seen, refer_posts, report_post, set_rules, settle_report
from yanxiu.workshops.actions.seating import (
    Admission,
    Full,
)
from yanxiu.workshops.actions.sharing import (
    keep_as_resource,
    open_share,
    push_resource,
    remind_share,
    share_resource,
    take_back_push,
    uncount_push,
)
from yanxiu.workshops.actions.silencing import silence
from yanxiu.workshops.actions.soliciting import change_theme, design_theme, lay_late_rounds, submit_case, withdraw_case
from yanxiu.workshops.actions.sourcing import hand_in_problem, join_problem, move_problem, publish_solution, put_to_vote
from yanxiu.workshops.actions.talking import accept_answer, answer, ask, open_discussion, publish_log, reply
from yanxiu.workshops.actions.writing import SERIES, publish, save_draft

__all__ = [
    "REMIND_EVERY",
    "SERIES",
    "ActivityFacts",
    "Admission",
    "Along",
    "BallotFacts",
    "Full",
    "Lacking",
    "NoPlace",
    "Nudged",
    "Sent",
    "Worth",
    "accept_answer",
    "accept_link",
    "act_on_case",
    "add_members",
    "agree_to_found",
    "agree_to_hold",
    "answer",
    "answer_ballot",
    "appeal_measure",
    "appoint_host",
    "approve_join",
    "arrange_space",
    "ask",
    "ask_link",
    "ask_space",
    "balance_subs",
    "call_off_activity",
    "cancel_sign_up",
    "change_activity",
    "change_ballot",
    "change_theme",
    "check_in",
    "check_in_activity",
    "close_activity",
    "close_ballot",
    "close_due_rounds",
    "close_round",
    "close_space",
    "compare_post",
    "confirm_document",
    "correct",
    "deal_groups",
    "decline_to_found",
    "delete",
    "describe",
    "deselect",
    "design_theme",
    "divide",
    "drop_follow",
    "end_contact",
    "end_link",
    "end_share",
    "except_levels",
    "found_beside",
    "found_workshop",
    "grant_exception",
    "hand_in_problem",
    "hide",
    "index_left_posts",
    "index_left_words",
    "index_words",
    "invite",
    "is_substantial",
    "join_problem",
    "keep_as_resource",
    "keep_follow_count",
    "lay_late_rounds",
    "leave",
    "leave_holding",
    "let_count",
    "make_essence",
    "mark_read",
    "mark_seen",
    "merge_sub",
    "move_problem",
    "name_conflict",
    "name_contact",
    "name_to_team",
    "note_attendance",
    "note_deeds",
    "note_list",
    "note_readers_exported",
    "note_spaces",
    "note_step",
    "note_visit",
    "note_words",
    "nudge",
    "open_ballot",
    "open_community",
    "open_discussion",
    "open_share",
    "open_space",
    "open_spaces",
    "open_sub_workshop",
    "open_thread",
    "open_up",
    "praise",
    "publish",
    "publish_document",
    "publish_log",
    "publish_solution",
    "publish_theme",
    "push_resource",
    "put_to_vote",
    "recommend",
    "refer_posts",
    "refuse_join",
    "release_post",
    "remind_ballot",
    "remind_guides",
    "remind_readers",
    "remind_share",
    "remove_members",
    "reopen_activity",
    "reopen_ballot",
    "reopen_space",
    "reply",
    "report_post",
    "request_join",
    "restore",
    "revise_post",
    "rule_on_appeal",
    "save_draft",
    "seat_by_roster",
    "select",
    "set_group",
    "set_points",
    "set_rules",
    "settle_report",
    "share_labour",
    "share_resource",
    "share_summary",
    "sign_up",
    "silence",
    "start_activity",
    "start_follow",
    "submit_case",
    "take_back",
    "take_back_push",
    "take_measure",
    "tell_result",
    "transfer_member",
    "uncount_push",
    "undo_measure",
    "undo_rearrangement",
    "unmake_essence",
    "vote",
    "withdraw_case",
    "withdraw_praise",
]
