"""The verbs of people: persons (`persons`), the door (`doors`), what offices do to accounts (`accounts`), rosters."""

from yanxiu.people.actions.accounts import (
    TEXT_SIZES,
    THEMES,
    IssuedCode,
    issue_codes,
    remember_hat,
    require_password_change,
    restore,
    set_text_size,
    set_theme,
    suspend,
)
from yanxiu.people.actions.devices import end_other_sessions, end_session, open_session
from yanxiu.people.actions.doors import (
    CodeRefused,
    Proof,
    SignIn,
    SignInRefused,
    Suspended,
    activate,
    change_password,
    prove_code,
    sign_in,
    sign_out,
)
from yanxiu.people.actions.pages import keep_page
from yanxiu.people.actions.persons import (
    affiliate,
    correct_person,
    follow_unit,
    register_people,
    register_person,
    reveal_identity,
    set_mobile,
    set_teachings,
)
from yanxiu.people.actions.roster_import import begin_import, import_part, import_roster
from yanxiu.people.actions.roster_rows import CHOICES, mend_row, resolve_row
from yanxiu.people.actions.rosters import export_refused, preview_roster, undo_roster
from yanxiu.people.newcomers import IdentityTaken, NewPerson

__all__ = [
    "CHOICES",
    "TEXT_SIZES",
    "THEMES",
    "CodeRefused",
    "IdentityTaken",
    "IssuedCode",
    "NewPerson",
    "Proof",
    "SignIn",
    "SignInRefused",
    "Suspended",
    "activate",
    "affiliate",
    "begin_import",
    "change_password",
    "correct_person",
    "end_other_sessions",
    "end_session",
    "export_refused",
    "follow_unit",
    "import_part",
    "import_roster",
    "issue_codes",
    "keep_page",
    "mend_row",
    "open_session",
    "preview_roster",
    "prove_code",
    "register_people",
    "register_person",
    "remember_hat",
    "require_password_change",
    "resolve_row",
    "restore",
    "reveal_identity",
    "set_mobile",
    "set_teachings",
    "set_text_size",
    "set_theme",
    "sign_in",
    "sign_out",
    "suspend",
    "undo_roster",
]
