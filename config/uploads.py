"""What comes in by upload. A file that is too large is not kept: only so much of it that its form can refuse it."""

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

MOST_BYTES = 26 * 1024 * 1024  # a little more than any form accepts (cases/rules/files.py)


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Writes no more than anybody may send; the size that it tells is the one that was sent."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start < MOST_BYTES:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> Any:
        file = super().file_complete(file_size)
        assert file is not None
        file.size = file_size
        return file
