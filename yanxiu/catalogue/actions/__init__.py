"""The verbs of the catalogue: drafting courses, modules and steps, review, the way to the shelf and off it, lesson cases."""

from yanxiu.catalogue.actions.cases import CaseFacts, NotOnShelf, correct_case, publish_case, register_case, withdraw_case
from yanxiu.catalogue.actions.converting import convert_again
from yanxiu.catalogue.actions.courses import CourseFacts, copy_course, correct_course, draft_course
from yanxiu.catalogue.actions.films import Upload, store_files, store_film
from yanxiu.catalogue.actions.gathering import add_files, prepare_files
from yanxiu.catalogue.actions.importing import end_imports, export_course, give_up_import, import_course, prepare_course
from yanxiu.catalogue.actions.indexing import reindex
from yanxiu.catalogue.actions.materials import Film, Paper, Sound, StepContent
from yanxiu.catalogue.actions.modules import ModuleFacts, add_module, correct_module, move_module, remove_module
from yanxiu.catalogue.actions.packages import import_package, place_package, sweep_packages
from yanxiu.catalogue.actions.places import QuotaFull
from yanxiu.catalogue.actions.publishing import NotReady, WrongState, archive, publish, restore, send_back, submit
from yanxiu.catalogue.actions.quotas import QuotaFacts, QuotaInUse, end_quota, export_library, set_quota
from yanxiu.catalogue.actions.reading import read_course
from yanxiu.catalogue.actions.resource_words import reindex_resources
from yanxiu.catalogue.actions.resources import (
    ResourceFacts,
    ResourceLocked,
    add_resource_file,
    draft_resource,
    finish_resource,
    remove_resource_file,
    revise_resource,
    save_resource,
    withdraw_resource,
)
from yanxiu.catalogue.actions.reviewing import NotInReview, approve, comment, grant_exception
from yanxiu.catalogue.actions.shelving import (
    NotToShelve,
    feature_resource,
    hand_in_resource,
    recommend_resource,
    take_off_shelf,
    unfeature_resource,
)
from yanxiu.catalogue.actions.steps import (
    add_step,
    duplicate_step,
    move_step,
    put_back,
    remove_step,
    replace_step,
)
from yanxiu.catalogue.actions.using import favour_resource, note_use, rate_resource, tally_uses, use_resource
from yanxiu.catalogue.actions.versions import revise_course
from yanxiu.catalogue.actions.writing import Locked

__all__ = [
    "CaseFacts",
    "CourseFacts",
    "Film",
    "Locked",
    "ModuleFacts",
    "NotInReview",
    "NotOnShelf",
    "NotReady",
    "NotToShelve",
    "Paper",
    "QuotaFacts",
    "QuotaFull",
    "QuotaInUse",
    "ResourceFacts",
    "ResourceLocked",
    "Sound",
    "StepContent",
    "Upload",
    "WrongState",
    "add_files",
    "add_module",
    "add_resource_file",
    "add_step",
    "approve",
    "archive",
    "comment",
    "convert_again",
    "copy_course",
    "correct_case",
    "correct_course",
    "correct_module",
    "draft_course",
    "draft_resource",
    "duplicate_step",
    "end_imports",
    "end_quota",
    "export_course",
    "export_library",
    "favour_resource",
    "feature_resource",
    "finish_resource",
    "give_up_import",
    "grant_exception",
    "hand_in_resource",
    "import_course",
    "import_package",
    "move_module",
    "move_step",
    "note_use",
    "place_package",
    "prepare_course",
    "prepare_files",
    "publish",
    "publish_case",
    "put_back",
    "rate_resource",
    "read_course",
    "recommend_resource",
    "register_case",
    "reindex",
    "reindex_resources",
    "remove_module",
    "remove_resource_file",
    "remove_step",
    "replace_step",
    "restore",
    "revise_course",
    "revise_resource",
    "save_resource",
    "send_back",
    "set_quota",
    "store_files",
    "store_film",
    "submit",
    "sweep_packages",
    "take_off_shelf",
    "tally_uses",
    "unfeature_resource",
    "use_resource",
    "withdraw_case",
    "withdraw_resource",
]
