"""The verbs of workshops: opening spaces, getting in and out, writing, talking, keeping order."""

from yanxiu.workshops.actions.adorning import Along, Sent
from yanxiu.workshops.actions.comparing import compare_post, index_left_posts, let_count
from yanxiu.workshops.actions.correcting import correct, is_substantial
from yanxiu.workshops.actions.essence import make_essence, unmake_essence
from yanxiu.workshops.actions.finding import index_left_words, index_words
from yanxiu.workshops.actions.joining import Admission, Full, approve_join, check_in, leave, refuse_join, request_join
from yanxiu.workshops.actions.keeping import hide, restore
from yanxiu.workshops.actions.labour import end_share, share_labour
from yanxiu.workshops.actions.nudging import Nudged, nudge
from yanxiu.workshops.actions.opening import appoint_host, describe, open_space, open_spaces, open_sub_workshop
from yanxiu.workshops.actions.pointing import Worth, set_points
from yanxiu.workshops.actions.posting import open_thread
from yanxiu.workshops.actions.praising import praise, withdraw_praise
from yanxiu.workshops.actions.receipts import mark_read, note_readers_exported, remind_readers
from yanxiu.workshops.actions.talking import accept_answer, answer, ask, open_discussion, publish_log, reply
from yanxiu.workshops.actions.writing import SERIES, publish, save_draft

__all__ = [
    "SERIES",
    "Admission",
    "Along",
    "Full",
    "Nudged",
    "Sent",
    "Worth",
    "accept_answer",
    "answer",
    "appoint_host",
    "approve_join",
    "ask",
    "check_in",
    "compare_post",
    "correct",
    "describe",
    "end_share",
    "hide",
    "index_left_posts",
    "index_left_words",
    "index_words",
    "is_substantial",
    "leave",
    "let_count",
    "make_essence",
    "mark_read",
    "note_readers_exported",
    "nudge",
    "open_discussion",
    "open_space",
    "open_spaces",
    "open_sub_workshop",
    "open_thread",
    "praise",
    "publish",
    "publish_log",
    "refuse_join",
    "remind_readers",
    "reply",
    "request_join",
    "restore",
    "save_draft",
    "set_points",
    "share_labour",
    "unmake_essence",
    "withdraw_praise",
]
