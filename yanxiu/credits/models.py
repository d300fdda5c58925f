"""The ledger: immutable entries in a chain per person, its heads and roots; certificates and their revocation."""

from django.db import models

from yanxiu.people.models import Person
from yanxiu.programmes.models import Programme


class AccountKind(models.TextChoices):
    """Where an amount stands: earned but waiting for the programme's result, or registered for good."""

    PROVISIONAL = "provisional", "暂记"
    REGISTERED = "registered", "已登记"


class Entry(models.Model):
    """One entry; never changed or deleted (trigger and grants, ADR 0004). Corrections are a reversal and a new entry.

    `number` counts a person's entries from 1 without a gap; `hash` is over the previous hash and this entry's facts.
    `source_key` makes it happen once. `year` is the year for which it counts. `evidence` are record ids.
    """

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    number = models.IntegerField()
    programme_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    award = models.CharField(max_length=60)
    account = models.CharField(max_length=12, choices=AccountKind.choices)
    unit = models.CharField(max_length=12)
    credit_class = models.CharField(max_length=12, default="")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    year = models.IntegerField()
    source_key = models.CharField(max_length=200, unique=True)
    label = models.CharField(max_length=300)
    reason = models.CharField(max_length=300)
    evidence = models.JSONField(default=list)
    reverses = models.BigIntegerField(null=True)
    entered_by = models.BigIntegerField(null=True)
    entered_by_label = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "credits_entry"
        constraints = [models.UniqueConstraint(fields=["person_id", "number"], name="credits_entry_number_once")]
        indexes = [
            models.Index(fields=["programme_id", "person_id"], name="credits_entry_programme"),
            models.Index(fields=["reverses"], name="credits_entry_reverses", condition=models.Q(reverses__isnull=False)),
        ]


class Head(models.Model):
    """The end of a person's chain."""

    person_id = models.BigIntegerField(primary_key=True)
    number = models.IntegerField()
    hash = models.BinaryField()


class Root(models.Model):
    """All heads of a moment rolled into one hash, printed in the operations log and on certificates."""

    rolled_at = models.DateTimeField()
    people = models.BigIntegerField()
    entries = models.BigIntegerField()
    hash = models.BinaryField()

    @property
    def words(self) -> str:
        """The hash in groups of eight, so that it can be copied by hand."""
        text = bytes(self.hash).hex()
        return " ".join(text[start : start + 8] for start in range(0, len(text), 8))


class Settlement(models.Model):
    """One run of settling a programme: who started it, how far it came, what it wrote.

    `from_xid` is the oldest transaction that was open when it began: whatever is written from there on is new to it. `grounds` is a
    digest of what held for everybody of each version (`credits.changes`): the next run judges those for whom something moved.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    started_by = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField()
    participants = models.IntegerField(default=0)
    settled = models.IntegerField(default=0)
    qualified = models.IntegerField(default=0)
    entries = models.IntegerField(default=0)
    last_version_id = models.BigIntegerField(default=0)
    last_person_id = models.BigIntegerField(default=0)
    failure = models.CharField(max_length=500, default="")
    from_xid = models.BigIntegerField(null=True)
    grounds = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme"], condition=models.Q(finished_at__isnull=True), name="credits_settlement_one_open"),
        ]


class Certificate(models.Model):
    """A signed certificate. `code` is random (128 bits) and is what the QR and the public page use; `facts` is what was signed."""

    code = models.CharField(max_length=40, unique=True)
    number = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    certificate_key = models.CharField(max_length=60)
    facts = models.JSONField()
    signature = models.BinaryField()
    issued_by = models.BigIntegerField(null=True)
    issued_at = models.DateTimeField()
    revoked_by = models.BigIntegerField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme", "certificate_key"],
                condition=models.Q(revoked_at__isnull=True),
                name="credits_certificate_once",
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True) | ~models.Q(revocation_reason=""), name="credits_certificate_revoked_why"
            ),
        ]
