"""How files come in at the lane: under seal while they are being read (`files.Arriving`); Django would spool them."""

import io
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from escalation.whistleblowing import files
from escalation.whistleblowing.files import Arriving, Enclosed

WHOLE = "compleet"  # the last field of a form in parts: without it the end of what was sent did not arrive


class Received(UploadedFile):  # type: ignore[type-arg]  # generic only in the stubs
    """A file that is under seal already, or why it is not, in the words of the reader."""

    def __init__(self, name: str, enclosed: Enclosed | None, problem: str = "") -> None:
        super().__init__(file=io.BytesIO(), name=name, size=enclosed.size if enclosed else 0)
        self.enclosed, self.problem = enclosed, problem


class Sealing(FileUploadHandler):
    """What cannot be kept is read to its end, so that the browser hears why."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.kept: list[Enclosed] = []
        self._arriving: Arriving | None = None
        self._problem, self._number, self._together = "", 0, 0

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self._number, self._problem = self._number + 1, ""
        if self._number > files.MOST_FILES:
            self._problem = f"niet bewaard: voeg ten hoogste {files.MOST_FILES} bestanden tegelijk toe."
            return
        try:
            files.make_room()
            self._arriving = Arriving(self.file_name or "")
        except OSError:
            self._refuse(NO_ROOM)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._together += len(raw_data)
        if self._arriving is None:
            return
        if start + len(raw_data) > files.MOST_EACH or self._together > files.MOST_TOGETHER:
            self._refuse(
                f"te groot: ten hoogste {files.MOST_EACH // files.MEGABYTE} MB per bestand en "
                f"{files.MOST_TOGETHER // files.MEGABYTE} MB samen."
            )
            return
        try:
            self._arriving.add(raw_data)
        except OSError:
            self._refuse(NO_ROOM)

    def file_complete(self, file_size: int) -> Received:
        arriving, self._arriving, enclosed = self._arriving, None, None
        if arriving and not file_size:
            arriving.discard()
            self._problem = "dit bestand is leeg."
        elif arriving:
            try:
                enclosed = arriving.end()
                self.kept.append(enclosed)
            except OSError:
                arriving.discard()
                self._problem = NO_ROOM
        return Received(self.file_name or "", enclosed, self._problem)

    def upload_interrupted(self) -> None:
        """Also called by Django when it stops reading."""
        if self._arriving:
            self._arriving.discard()
            self._arriving = None

    def forget(self) -> None:
        """What waits after the answer was not sent: what belongs to a report by now, stays."""
        self.upload_interrupted()
        for each in self.kept:
            files.forget(each)

    def _refuse(self, why: str) -> None:
        self.upload_interrupted()
        self._problem = why


NO_ROOM = "niet bewaard: er is nu geen ruimte voor bestanden. Uw tekst kunt u wel versturen."
TOO_MUCH = (
    "Er is meer ingevuld of meegestuurd dan dit formulier aanneemt. Er is niets verstuurd. Ga met uw browser terug,"
    " maak de tekst korter of stuur minder bestanden mee, en verstuur opnieuw."
)
BROKEN = "De verbinding viel weg of het bericht was beschadigd. Er is niets verstuurd. Probeer het opnieuw."


def read(request: HttpRequest) -> tuple[Sealing, str]:
    """Reads what was sent; what went wrong, if anything, in the words of the reader. Then nothing of it is kept."""
    sealing = Sealing(request)
    request.upload_handlers = [sealing]
    problem = ""
    try:
        if WHOLE not in request.POST and request.content_type == "multipart/form-data":
            problem = BROKEN
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        problem = TOO_MUCH
    except (MultiPartParserError, UnreadablePostError, OSError):
        problem = BROKEN
    if problem:
        sealing.forget()
    return sealing, problem
