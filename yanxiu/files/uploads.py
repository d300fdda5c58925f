"""A brake for uploads: a request that is, or becomes, larger than any file we take is dropped while it arrives (UP-01)."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from yanxiu.files.kinds import LARGEST_BYTES

MOST_REQUEST_BYTES = LARGEST_BYTES + 1024 * 1024


class Brake(FileUploadHandler):
    """Counts the bytes of all files of a request; stands before Django's own handlers in `FILE_UPLOAD_HANDLERS`."""

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002 - Django's signature
        META: dict[str, Any],  # noqa: ARG002, N803
        content_length: int,
        boundary: str,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        """Refuse by the declared length, before a byte is written."""
        self.count = 0
        if content_length > MOST_REQUEST_BYTES:
            raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        """Pass the chunk on, counting."""
        self.count += len(raw_data)
        if self.count > MOST_REQUEST_BYTES:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002
        """Leave the file to the next handler."""
        return
