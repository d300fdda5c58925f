"""Words that an office wants looked at: packs of them, and where they were found."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.orgs.models import Org
from yanxiu.people.models import Person


class WordAction(models.TextChoices):
    """What happens to a text with such a word in it, the gravest first: a hit by itself proves nothing (stack.md §10)."""

    BLOCK = "block", "不能发布"
    HOLD = "hold", "审核后发布"
    MASK = "mask", "遮盖后发布"
    FLAG = "flag", "照常发布，提请查看"


class WordPack(models.Model):
    """A pack of words with one action, in force for its unit and all below it.

    `sounds` are ways of writing around a word (谐音、拆字), each as `written=meant`. In none of `exceptions` does a word count, whichever
    pack it is from: an office lifts there what the packs above it hit wrongly. Every change raises `version`. `is_default`: the
    platform's own pack, at the root of the tree.
    """

    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=60)
    action = models.CharField(max_length=8, choices=WordAction.choices)
    words = ArrayField(models.CharField(max_length=40), default=list)
    sounds = ArrayField(models.CharField(max_length=40), default=list)
    exceptions = ArrayField(models.CharField(max_length=40), default=list)
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.BigIntegerField(null=True)
    changed_label = models.CharField(max_length=120)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "title"], name="integrity_wordpack_title"),
            models.UniqueConstraint(fields=["is_default"], condition=models.Q(is_default=True), name="integrity_wordpack_one_default"),
            models.CheckConstraint(condition=~models.Q(title="") & models.Q(version__gte=1), name="integrity_wordpack_named"),
        ]

    def __str__(self) -> str:
        return self.title


class WordHit(models.Model):
    """A word of a pack found in what somebody wrote, named by the object; `seen_at`: when somebody who keeps order had looked."""

    object_type = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    space_id = models.BigIntegerField(null=True)
    unit_path = models.CharField(max_length=200)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=40)
    found = models.CharField(max_length=80)
    pack_title = models.CharField(max_length=60)
    pack_version = models.PositiveIntegerField()
    action = models.CharField(max_length=8, choices=WordAction.choices)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_id", "word", "pack_title"], name="integrity_wordhit_once"),
            models.CheckConstraint(
                condition=models.Q(seen_at__isnull=True, seen_by__isnull=True) | models.Q(seen_at__isnull=False),
                name="integrity_wordhit_seen",
            ),
        ]
        indexes = [
            models.Index(fields=["space_id", "-found_at"], name="integrity_wordhit_queue", condition=models.Q(seen_at__isnull=True)),
            models.Index(
                fields=["unit_path", "-found_at"], name="integrity_wordhit_path", condition=models.Q(seen_at__isnull=True),
                opclasses=["varchar_pattern_ops", "timestamptz_ops"],
            ),
        ]  # fmt: skip
