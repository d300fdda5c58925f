"""What an office takes out of comparing: regulations, templates; and from which share on it wants to be told."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yanxiu.integrity.models.texts import TextKind
from yanxiu.orgs.models import Org


class PublicKind(models.TextChoices):
    """What sort of text everybody may use."""

    POLICY = "policy", "政策文件"
    STANDARD = "standard", "课程标准、教材"
    TEMPLATE = "template", "模板、表格"
    OTHER = "other", "其他公共文本"


class PublicText(models.Model):
    """A text that anybody under the unit may use without it counting as taken over. Removed ones stay as rows, without effect.

    `holds_since`: when it was put back last (null = since it was added). `rechecked_at`: when what was found before had been compared
    anew without its words; null while that is to be done.
    """

    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=PublicKind.choices)
    title = models.CharField(max_length=120)
    body = models.TextField()
    characters = models.PositiveIntegerField()
    marks = ArrayField(models.BigIntegerField())
    added_by = models.BigIntegerField()
    added_label = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    holds_since = models.DateTimeField(null=True)
    rechecked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "title"], condition=models.Q(removed_at__isnull=True), name="integrity_publictext_title"
            ),
            models.CheckConstraint(condition=~models.Q(title="") & ~models.Q(body=""), name="integrity_publictext_says_something"),
        ]


class PublicMark(models.Model):
    """A sampled piece of a public text, hashed as those of `Mark`."""

    pk = models.CompositePrimaryKey("mark", "text_id")
    mark = models.BigIntegerField()
    text_id = models.BigIntegerField()


class Threshold(models.Model):
    """From which share on a unit wants texts of a kind noticed; the nearest unit upwards decides, else `rules.SHARES`."""

    org = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=TextKind.choices)
    share = models.DecimalField(max_digits=4, decimal_places=3)
    set_by = models.BigIntegerField()
    set_label = models.CharField(max_length=120)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "kind"], name="integrity_threshold_once"),
            models.CheckConstraint(condition=models.Q(share__gte=0.05, share__lte=1), name="integrity_threshold_share"),
        ]
