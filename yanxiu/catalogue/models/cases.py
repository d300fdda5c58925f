"""Lesson cases."""

from django.db import models

from yanxiu.files.models import StoredFile
from yanxiu.orgs.models import Org, Stage


class CaseLevel(models.TextChoices):
    """From which selection a lesson case comes."""

    NATION = "国家级", "国家级"
    PROVINCE = "省级", "省级"
    CITY = "市级", "市级"
    COUNTY = "县级", "县级"


class LessonCase(models.Model):
    """A lesson on video (课例); `author_id` is the person who gave it, if known here, so she never observes herself.

    `commentary` is what experts say about it, in the light markup of `kit.rich_text`. Drawn and shown to learners only while
    published and not withdrawn.
    """

    title = models.CharField(max_length=120)
    summary = models.TextField(default="")
    grade = models.CharField(max_length=30, default="")
    level = models.CharField(max_length=12, choices=CaseLevel.choices)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    subject = models.CharField(max_length=30)
    author_name = models.CharField(max_length=120)
    author_school = models.CharField(max_length=100, default="")
    author_id = models.BigIntegerField(null=True)
    media = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    captions = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    poster = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    seconds = models.PositiveIntegerField(default=0)
    commentary = models.TextField(default="")
    owner = models.ForeignKey(Org, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | models.Q(seconds__gt=0, media__isnull=False),
                name="catalogue_case_has_media",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(published_at__isnull=False), name="catalogue_case_withdrawn_after"
            ),
        ]
        indexes = [models.Index(fields=["level", "stage", "subject", "id"], name="catalogue_case_shelf")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        """Tell whether learners meet it now."""
        return self.published_at is not None and self.withdrawn_at is None
