"""The words of stored files."""

from yanxiu.files import queries as files
from yanxiu.files.models import StoredFile
from yanxiu.integrity.documents import EXTENSIONS, words_at


def is_readable(file: StoredFile) -> bool:
    """Tell whether a file can have words that we read."""
    return _extension(file) in EXTENSIONS and file.deleted_at is None


def words_of(file: StoredFile) -> str:
    """Return the words of a stored file (docx, pptx, pdf), at most 200,000 characters; "" when it has none, or cannot be read.

    Cost: a child process of 0.2 s, at most 40 s. No query.
    """
    return words_at(files.path(file), _extension(file)) if is_readable(file) else ""


def _extension(file: StoredFile) -> str:
    return file.name.rpartition(".")[2].lower()
