"""How a tender comes in: sealed while it is being read, so that nothing of it is ever plain on a disk (ADR 34).

Django would spool a file that is larger than a few MB; here each chunk goes through the seal as it arrives.
"""

import io
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from cases.rules import files
from cases.services.envelopes import Envelope, Part

MOST_EACH = files.MEGABYTES * 1024 * 1024
MOST_TOGETHER = 4 * MOST_EACH
MOST_FILES = 10


class SealedUpload(UploadedFile):  # type: ignore[type-arg]  # generic only in the stubs
    """A document that is under seal already: its name, its size and its first bytes are all that is left to judge."""

    def __init__(self, part: Part, name: str, *, too_large: bool = False) -> None:
        super().__init__(file=io.BytesIO(), name=name, size=part.size)
        self.part, self.too_large = part, too_large


class SealingHandler(FileUploadHandler):
    """Without an envelope (the desk is closed) it lets everything pass by."""

    def __init__(self, request: HttpRequest, envelope: Envelope | None) -> None:
        super().__init__(request)
        self._envelope = envelope
        self._part: Part | None = None
        self._together, self._too_large = 0, False

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        if self._envelope is None:
            raise SkipFile
        self._part, self._too_large = self._envelope.part(), False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """What is too large is read to its end, so that the browser hears why, and not kept."""
        assert self._part is not None
        self._together += len(raw_data)
        self._too_large |= start + len(raw_data) > MOST_EACH or self._together > MOST_TOGETHER
        if not self._too_large:
            self._part.add(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload | None:
        if self._part is None:
            return None
        part, self._part = self._part, None
        part.end()
        return SealedUpload(part, self.file_name or "", too_large=self._too_large)


def read_sealed(request: HttpRequest, envelope: Envelope | None) -> str:
    """Reads what was sent, with its files under seal. Why it could not be read, in the words of the reader."""
    request.upload_handlers = [SealingHandler(request, envelope)]
    try:
        request.POST  # noqa: B018 -- reading it is what takes the files in
    except TooManyFilesSent:
        return f"Voeg ten hoogste {MOST_FILES} bestanden toe."
    except (RequestDataTooBig, TooManyFieldsSent):
        return "Er is meer tekst ingevuld dan dit formulier aanneemt."
    except (MultiPartParserError, UnreadablePostError, OSError):
        return "De verbinding viel weg of het bericht was beschadigd. Probeer het opnieuw."
    return ""
