"""The verbs of people: persons (`persons`), the door (`doors`), what offices do to accounts (`accounts`)."""

from yanxiu.people.actions.accounts import (
    IssuedCode,
    issue_codes,
    require_password_change,
    restore,
    set_text_size,
    set_theme,
    suspend,
)
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
from yanxiu.people.actions.persons import (
    affiliate,
    correct_person,
    register_people,
    register_person,
    reveal_identity,
    set_mobile,
    set_teachings,
)
from yanxiu.people.newcomers import IdentityTaken, NewPerson

__all__ = [
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
    "change_password",
    "correct_person",
    "issue_codes",
    "prove_code",
    "register_people",
    "register_person",
    "require_password_change",
    "restore",
    "reveal_identity",
    "set_mobile",
    "set_teachings",
    "set_text_size",
    "set_theme",
    "sign_in",
    "sign_out",
    "suspend",
]
