"""Persons, their accounts, where they work and what they teach."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from yanxiu.orgs.models import Org, Stage


class IdentityKind(models.TextChoices):
    """Kinds of identity documents (security F-33)."""

    RESIDENT = "resident", "居民身份证"
    HK_MO_TW = "hk_mo_tw", "港澳台居民居住证"
    PASSPORT = "passport", "护照"
    OTHER = "other", "其他证件"


class Person(models.Model):
    """A person for life. The identity number is encrypted; `identity_index` is its keyed hash (unique), `identity_hint` its masked form.

    `unit` and `unit_path` are the present affiliation, null/"" when there is none.
    """

    name = models.CharField(max_length=120)
    sort_key = models.CharField(max_length=240)
    initials = models.CharField(max_length=60)
    identity_kind = models.CharField(max_length=12, choices=IdentityKind.choices, default=IdentityKind.RESIDENT)
    identity_cipher = models.BinaryField(null=True)
    identity_index = models.BinaryField(null=True, unique=True)
    identity_hint = models.CharField(max_length=30, default="")
    mobile_cipher = models.BinaryField(null=True)
    mobile_index = models.BinaryField(null=True)
    mobile_hint = models.CharField(max_length=20, default="")
    unit = models.ForeignKey(
        Org, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # people_person_by_unit begins with it
    unit_path = models.CharField(max_length=200, default="")
    staff_number = models.CharField(max_length=40, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="people_person_has_name"),
            models.CheckConstraint(
                condition=models.Q(identity_cipher__isnull=True, identity_index__isnull=True)
                | models.Q(identity_cipher__isnull=False, identity_index__isnull=False),
                name="people_person_identity_paired",
            ),
            models.CheckConstraint(
                condition=models.Q(mobile_cipher__isnull=True, mobile_index__isnull=True)
                | models.Q(mobile_cipher__isnull=False, mobile_index__isnull=False),
                name="people_person_mobile_paired",
            ),
            models.CheckConstraint(
                condition=models.Q(unit__isnull=True, unit_path="") | models.Q(unit__isnull=False, unit_path__startswith="/"),
                name="people_person_unit_with_path",
            ),
        ]
        indexes = [
            models.Index(fields=["unit_path"], name="people_person_path", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["unit", "sort_key", "id"], name="people_person_by_unit"),
            models.Index(fields=["mobile_index"], name="people_person_mobile"),
        ]

    def __str__(self) -> str:
        return self.name


class Affiliation(models.Model):
    """Where a person works, with its history; the open one (no `until_on`) is the present."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(until_on__isnull=True), name="people_affiliation_one_open"),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")), name="people_affiliation_order"
            ),
        ]


class Teaching(models.Model):
    """A stage and subject that a person teaches; one is the main one, by which programmes push and group."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)  # people_teaching_once begins with it
    stage = models.CharField(max_length=12, choices=Stage.choices)
    subject = models.CharField(max_length=30)
    is_main = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "stage", "subject"], name="people_teaching_once"),
            models.UniqueConstraint(fields=["person"], condition=models.Q(is_main=True), name="people_teaching_one_main"),
        ]


class AccountState(models.TextChoices):
    """`invited` waits for activation; `suspended` cannot sign in and holds no rights from the next request on."""

    INVITED = "invited", "待激活"
    ACTIVE = "active", "在用"
    SUSPENDED = "suspended", "停用"


class Account(AbstractBaseUser):
    """How a person signs in. The name is never an identity number; the password is unusable until activation.

    `guard_path` is "" or the unit whose office alone may issue codes for this account, suspend or correct it: set by access
    for holders of office roles, so that nobody takes over the account of a superior who works in his school. `last_hat` is the
    hat put on last, in the words of access.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    username = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=12, choices=AccountState.choices, default=AccountState.INVITED)
    must_change_password = models.BooleanField(default=False)
    security_stamp = models.CharField(max_length=16, default="")
    guard_path = models.CharField(max_length=200, default="")
    activated_at = models.DateTimeField(null=True)
    password_changed_at = models.DateTimeField(null=True)
    text_size = models.CharField(max_length=10, default="normal")
    theme = models.CharField(max_length=10, default="auto")
    last_hat = models.CharField(max_length=20, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="active") | models.Q(activated_at__isnull=False), name="people_account_active_since"
            ),
            models.CheckConstraint(condition=models.Q(username=Lower("username")), name="people_account_lower_case"),
            models.CheckConstraint(condition=models.Q(text_size__in=["normal", "large"]), name="people_account_text_size"),
            models.CheckConstraint(condition=models.Q(theme__in=["auto", "light", "dark"]), name="people_account_theme"),
        ]
        indexes = [models.Index(fields=["state"], name="people_account_state")]

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username


class ActivationCode(models.Model):
    """A single-use secret that lets a person set a password: printed as a slip or shown to the school administrator once."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    code_hash = models.BinaryField()
    issued_at = models.DateTimeField()
    issued_by = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(used_at__isnull=True, void_at__isnull=True), name="people_code_one_open"
            ),
            models.CheckConstraint(condition=models.Q(tries__lte=5), name="people_code_tries"),
        ]


class OpenSession(models.Model):
    """A sign-in on one device, as its owner sees it: `device` in words, `network` with the last part left out.

    The session holds the id; once `ended_at` is set that session ends at its next request.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)  # people_session_account
    device = models.CharField(max_length=60)
    network = models.CharField(max_length=60, default="")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("opened_at")), name="people_session_order"
            )
        ]
        indexes = [models.Index(fields=["account", "-opened_at"], name="people_session_account")]


class Throttle(models.Model):
    """Counted attempts of a door (sign-in, activation, verification) by account or network within a window."""

    key = models.CharField(max_length=120, primary_key=True)
    window_starts_at = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["window_starts_at"], name="people_throttle_age")]


class RosterState(models.TextChoices):
    """A previewed roster has stored nobody yet; a running one is imported part by part; an undone one has taken its people back."""

    PREVIEWED = "previewed", "待导入"
    RUNNING = "running", "正在导入"
    APPLIED = "applied", "已导入"
    UNDONE = "undone", "已撤回"


class RosterImport(models.Model):
    """A roster file that was read: counts of its rows, `columns` (letter by field) and `notes` on what was not read.

    The file itself is not kept; `sha256` makes a second import of it the same import. `created_by` is a person. While it runs in
    the background, `asked_at` is when that began, `asked_rows` how many rows were open then, `asked_by` who acts, `part_at` the last part.
    """

    unit = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=60)
    columns = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=RosterState.choices, default=RosterState.PREVIEWED)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.BigIntegerField(null=True)
    asked_label = models.CharField(max_length=120, default="")
    asked_rows = models.IntegerField(default=0)
    part_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "sha256"], condition=~models.Q(state="undone"), name="people_roster_once"),
            models.CheckConstraint(
                condition=models.Q(state="previewed", applied_at__isnull=True)
                | models.Q(state="running", asked_at__isnull=False)
                | models.Q(applied_at__isnull=False),
                name="people_roster_applied_since",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="undone") | models.Q(undone_at__isnull=False), name="people_roster_undone_since"
            ),
        ]
        indexes = [models.Index(fields=["unit_path"], name="people_roster_path", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.file_name


class RowOutcome(models.TextChoices):
    """What becomes of a row: a new person, a known one, back to the office, or a human decides."""

    ACCEPTED = "accepted", "新登记"
    MATCHED = "matched", "已有账号"
    REFUSED = "refused", "退回"
    HELD = "held", "待定"


class RosterRow(models.Model):
    """A row of a roster. `values` are texts by field without identity and mobile number, which lie encrypted in `secret`.

    `done_at`: when it was imported; `is_created`: this import registered the person; `chosen_unit` is a human's choice. Accepted rows keep
    what the person will have, `secret` is empty then: the numbers lie in `identity_cipher` and `mobile_cipher` until the row is imported.
    """

    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="+", db_index=False)  # people_roster_row_once
    number = models.IntegerField()
    values = models.JSONField(default=dict)
    name = models.CharField(max_length=200, default="")
    secret = models.BinaryField(null=True)
    identity_index = models.BinaryField(null=True)
    identity_hint = models.CharField(max_length=30, default="")
    outcome = models.CharField(max_length=10, choices=RowOutcome.choices)
    reason = models.CharField(max_length=20, default="")
    words = models.CharField(max_length=300, default="")
    field = models.CharField(max_length=20, default="")
    candidates = models.JSONField(default=list)
    decision = models.CharField(max_length=10, default="")
    # Rows are written by the hundred thousand and found by their roster only; units are closed, never deleted.
    unit = models.ForeignKey(Org, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    chosen_unit = models.ForeignKey(Org, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    person_id = models.BigIntegerField(null=True)
    sort_key = models.CharField(max_length=240, default="")
    initials = models.CharField(max_length=60, default="")
    identity_kind = models.CharField(max_length=12, default="")
    identity_cipher = models.BinaryField(null=True)
    mobile_cipher = models.BinaryField(null=True)
    mobile_index = models.BinaryField(null=True)
    mobile_hint = models.CharField(max_length=20, default="")
    teachings = models.JSONField(default=list)
    is_created = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roster", "number"], name="people_roster_row_once"),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(person_id__isnull=False), name="people_roster_row_done_for"
            ),
            models.CheckConstraint(
                condition=models.Q(decision__in=["", "new", "same", "transfer", "refuse"]), name="people_roster_row_decision"
            ),
        ]
        indexes = [
            models.Index(fields=["roster", "outcome", "number"], name="people_roster_row_outcome"),
            models.Index(fields=["roster", "identity_index"], name="people_roster_row_identity"),
        ]


class PersonalPage(models.Model):
    """What a person shows of her personal space to colleagues (个人空间公开面): a few words and the chosen parts. Closed without a row."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    is_open = models.BooleanField(default=False)
    words = models.CharField(max_length=300, default="")
    shown = ArrayField(models.CharField(max_length=12), default=list)
    saved_at = models.DateTimeField()
