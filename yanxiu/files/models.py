"""Bytes that came from people, stored under generated names, and what was made from them."""

from django.db import models


class StoredFile(models.Model):
    """A stored file: where it lies (`storage_name`, generated), what it is, how long it is, and the hash of its bytes.

    `name` is the file's own name as people know it; `kind` the purpose it was checked for (`files.kinds`); `seconds` the measured
    length of a film or sound; `facts` what else the parser found (`width`, `height`, `codec`, `warnings`). An upload that came ahead of
    its form is kept until `waits_until`, unless a form takes it. Served only from the second origin, by signed short-lived links.
    """

    storage_name = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    media_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    seconds = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)
    uploaded_by = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField()
    waits_until = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size_bytes__gte=0), name="files_storedfile_size")]
        indexes = [
            models.Index(fields=["sha256"], name="files_storedfile_hash"),
            models.Index(fields=["waits_until"], condition=models.Q(waits_until__isnull=False), name="files_storedfile_waits"),
        ]

    def __str__(self) -> str:
        return self.name


class RenditionKind(models.TextChoices):
    """What is made from a file so that it can be shown."""

    HLS = "hls", "流媒体"
    AUDIO = "audio", "纯音频"
    POSTER = "poster", "封面"
    PAGES = "pages", "页面图"
    TRANSCRIPT = "transcript", "文字稿"


class RenditionState(models.TextChoices):
    """Where a rendition is: `skipped` when this machine or this file has no need or no means for it."""

    WAITING = "waiting", "排队中"
    DONE = "done", "已转好"
    FAILED = "failed", "没有转成"
    SKIPPED = "skipped", "不需要"


class Rendition(models.Model):
    """Something made from a stored file, at most one of a kind. `storage_name` is the folder that holds it, "" while there is none.

    `facts` is what pages need to show it: the rates of a film, the sizes of pages, the lines of a transcript. `reason` says why there is
    none (failed, skipped). It can always be made again from the file.
    """

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=RenditionKind.choices)
    state = models.CharField(max_length=12, choices=RenditionState.choices, default=RenditionState.WAITING)
    reason = models.CharField(max_length=300, default="")
    storage_name = models.CharField(max_length=120, default="")
    size_bytes = models.BigIntegerField(default=0)
    facts = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "kind"], name="files_rendition_one_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", ended_at__isnull=True)
                | (~models.Q(state="waiting") & models.Q(ended_at__isnull=False)),
                name="files_rendition_ended_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["failed", "skipped"]) | ~models.Q(reason=""), name="files_rendition_says_why"
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], condition=models.Q(state="waiting"), name="files_rendition_waiting")]
