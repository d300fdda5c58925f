"""The verbs of files: store at once, in parts or unchecked until later, take into a form, delete, sweep, convert, refuse links."""

from yanxiu.files.actions.converting import convert, do_without, retry
from yanxiu.files.actions.putting import check, put_by
from yanxiu.files.actions.refusing import end_links, judge_links
from yanxiu.files.actions.shipping import adopt
from yanxiu.files.actions.storing import delete, store
from yanxiu.files.actions.sweeping import sweep, sweep_uploads
from yanxiu.files.actions.uploading import Ahead, begin_upload, claim, finish_upload, receive, set_aside

__all__ = [
    "Ahead",
    "adopt",
    "begin_upload",
    "check",
    "claim",
    "convert",
    "delete",
    "do_without",
    "end_links",
    "finish_upload",
    "judge_links",
    "put_by",
    "receive",
    "retry",
    "set_aside",
    "store",
    "sweep",
    "sweep_uploads",
]
