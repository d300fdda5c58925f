"""The words of stored files, and of uploads that are read and not kept."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from yanxiu.files import inspection, storage
from yanxiu.files import queries as files
from yanxiu.files.kinds import Kind
from yanxiu.files.models import StoredFile
from yanxiu.integrity.documents import EXTENSIONS, words_at
from yanxiu.integrity.models import WaitingFile
from yanxiu.kit.errors import Invalid

MOST_AT_ONCE = 60


def is_readable(file: StoredFile) -> bool:
    """Tell whether a file can have words that we read."""
    return _extension(file) in EXTENSIONS and file.deleted_at is None


def words_of(file: StoredFile) -> str:
    """Return the words of a stored file (docx, pptx, pdf), at most 200,000 characters; "" when it has none, or cannot be read.

    Cost: a child process of 0.2 s, at most 40 s. No query.
    """
    return words_at(files.path(file), _extension(file)) if is_readable(file) else ""


def words_of_upload(upload: "UploadedFile[bytes]") -> str:
    """Return the words of a document that is read and not kept. Raises Invalid (`file`). Cost: two child processes."""
    extension = (upload.name or "").rpartition(".")[2].lower()
    if extension not in EXTENSIONS:
        raise Invalid(_("只收 DOCX、PPTX、PDF；别的格式请把文字贴进正文。"), field="file")
    with storage.workplace(files.folder()) as (source, target):
        try:
            storage.receive(upload, source, most_bytes=Kind.DOCUMENT.most_bytes)
        except storage.TooLarge as error:
            raise Invalid(_("文件超过 %(most)s，请拆开。") % {"most": Kind.DOCUMENT.most_words}, field="file") from error
        inspection.run(Kind.DOCUMENT.format_of(extension).inspector, extension, source, target)
        words = words_at(source, extension)
    if not words.strip():
        raise Invalid(_("“%(name)s”里没有读到文字，可能是扫描件。请把文字贴进正文。") % {"name": upload.name}, field="file")
    return words


def waiting_files(most: int = MOST_AT_ONCE) -> list[WaitingFile]:
    """Return files that wait to be read, the oldest first. Cost: one query."""
    return list(WaitingFile.objects.select_related("text", "file").order_by("asked_at", "pk")[:most])


def _extension(file: StoredFile) -> str:
    return file.name.rpartition(".")[2].lower()
