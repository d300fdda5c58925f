"""Bytes that came from people, stored under generated names."""

from django.db import models


class StoredFile(models.Model):
    """A stored file: where it lies (`storage_name`, generated), what it is, how long it is, and the hash of its bytes.

    `name` is the file's own name as people know it; `kind` the purpose it was checked for (`files.kinds`); `seconds` the measured
    length of a film. Served only from the second origin, by signed short-lived links.
    """

    storage_name = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    media_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    seconds = models.PositiveIntegerField(default=0)
    uploaded_by = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size_bytes__gte=0), name="files_storedfile_size")]
        indexes = [models.Index(fields=["sha256"], name="files_storedfile_hash")]

    def __str__(self) -> str:
        return self.name
