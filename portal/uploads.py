"""How much one request may bring along, decided before a byte of it is stored."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MEGABYTE = 1024 * 1024


def largest_body() -> int:
    """Bytes of the largest form that can be right: every attachment at its largest, and texts."""
    files = settings.ATTACHMENT_MAX_COUNT * settings.ATTACHMENT_MAX_MB * MEGABYTE
    return files + settings.DATA_UPLOAD_MAX_MEMORY_SIZE + MEGABYTE


class WholeBodyLimit(FileUploadHandler):
    """Refuses a request that is too large at once: Django itself would fill the disk with it.

    Comes first among the handlers and leaves the files to those after it.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803  Django's name
        """Raise RequestDataTooBig, which shows the page for requests we cannot take in."""
        if content_length > largest_body():
            raise RequestDataTooBig("The request is larger than all its attachments may be.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the bytes on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""
