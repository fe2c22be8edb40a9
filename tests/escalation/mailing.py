"""What tests of mail share: addresses for the cast, and a mail server of a few lines that may fail at first."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Letter

from django.contrib.auth.models import User

from escalation.models import Mail, Message


def give_addresses(*, but: str = "") -> None:
    for user in User.objects.exclude(username=but):
        user.email = f"{user.username}@voorbeeld.test"
        user.save(update_fields=["email"])


def told(name: str) -> list[str]:
    """What somebody has heard so far, in order."""
    found = Message.objects.filter(person__user__username=name).order_by("created_at", "id")
    return list(found.values_list("notice__template", flat=True))


def letter_to(name: str) -> Mail:
    return Mail.objects.filter(person__user__username=name).latest("id")


def words_of(letter: Letter) -> str:
    """All that somebody on the way could read: the head, and each part."""
    head = "\n".join(f"{name}: {value}" for name, value in letter.items())
    parts = [part.get_payload(decode=True) for part in letter.walk() if not part.is_multipart()]
    return "\n".join([head, *(part.decode() for part in parts if isinstance(part, bytes))])


@dataclass
class Received:
    """What the server took in, and what it answers to each whole letter; "250 ok" when nothing else is left."""

    letters: list[Letter] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refuses: str = ""  # an address that it does not know


class Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as Django speaks."""

    def handle(self) -> None:
        received: Received = self.server.received  # type: ignore[attr-defined]
        self._say("220 hier")
        while command := self.rfile.readline().decode().strip():
            match command.split(":")[0].split()[0].upper():
                case "EHLO" | "HELO" | "MAIL" | "RSET":
                    self._say("250 ok")
                case "RCPT" if received.refuses and received.refuses in command:
                    self._say(f"550 <{received.refuses}> bestaat niet")
                case "RCPT":
                    self._say("250 ok")
                case "DATA":
                    self._say("354 ga door")
                    letter = b""
                    while (line := self.rfile.readline()) != b".\r\n":
                        letter += line
                    received.letters.append(message_from_bytes(letter))
                    self._say(received.answers.pop(0) if received.answers else "250 ok")
                case _:
                    self._say("221 dag")
                    return

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@contextmanager
def mail_server() -> Iterator[tuple[int, Received]]:
    """Its port, and what it receives."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        server.received = Received()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], server.received  # type: ignore[attr-defined]
        server.shutdown()
