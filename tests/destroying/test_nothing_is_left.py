"""Words are planted in every text, file name, document and plain column of cases that are played through; when those
cases are destroyed, no form of any of them is anywhere in a dump of every table, nor in any file that is kept."""

import base64
import gzip
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import connections
from django.urls import reverse
from pytest_django import Settings

from audit.models import Text
from audit.services import acting
from audit.verify import verify
from cases.models import Case, Destruction, DocumentVersion, RetentionHold
from cases.services.documents import Paper
from cases.services.municipal import Reference
from config.demo.players import add_paper, hat, holder
from escalation.models import Mail
from escalation.services import outbox
from roles.models import Scheme, StepBinding
from tests.client import Client
from tests.destroying.play import approved, keeper, years_later
from tests.escalation.mailing import give_addresses
from tests.workflows import buy, play
from workflows import afterwards, services
from workflows.destroying import holds, lists
from workflows.destroying.belongings import PLAIN
from workflows.destroying.carrying_out import carry_out
from workflows.exporting import forget
from workflows.procurements import procurements

# Of every text that is written, one word is its own.
PLANT = """
    CREATE SEQUENCE planted;
    CREATE OR REPLACE FUNCTION audit_write_text(chain text, content text) RETURNS bigint LANGUAGE plpgsql
      SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE written bigint;
    BEGIN
      INSERT INTO audit_text (chain, content)
        VALUES (chain, content || ' zqt' || lpad(nextval('planted')::text, 6, '0') || 'x7') RETURNING id INTO written;
      RETURN written;
    END $$
"""
WORD = re.compile(r"zq[a-z]+\d{6}x7")
BYTES, OWN, INFORMED, REFERENCE = "zqbytes000001x7", "zqown000002x7", "zqinf000003x7", "zqref000004x7"
NAME = "zqname000005x7"

OF_A_CASE = (
    "case", "case-content", "case-decisions", "case-documents", "case-people", "case-history", "bpmn", "comment",
    "add-document", "recuse", "escalate", "hold-retention",
)  # fmt: skip
LISTS = (
    "cases", "whose-turn", "dashboard", "procurements", "contracts", "planning", "calendar", "improvements", "meetings",
    "registers", "audit", "conformance", "destructions",
)  # fmt: skip


def _paper() -> Paper:
    return Paper(
        title="Bijlage", classification="confidential", filename=f"{NAME}.txt", media_type="text/plain",
        content=ContentFile(f"Dit is {BYTES}, en dat blijft onder ons.".encode()),
    )  # fmt: skip


@pytest.fixture
def cases(committed: None, settings: Settings, tmp_path: Path) -> list[Case]:
    """A commission with what was bought for it, up to the award: tenders, scores, letters; votes, remarks, a hold."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    give_addresses()
    with connections["owner"].cursor() as cursor:
        cursor.execute(PLANT)
    case = play.submitted()
    play.align(case)
    add_paper(holder(case, "intake"), case, _paper())
    services.comment(**play.who(holder(case, "intake")), case_id=case.pk, words="Let op.")
    play.take_in(case)
    while case.is_running:
        play.straight_on(case)
        case.refresh_from_db()
    _note_reference(case)
    buying = procurements(case).get()
    buy.on_to("contract_drafting", buying)
    services.withdraw(**play.who(holder(buying, "knowledge")), case_id=buying.pk, reason="Toch niet nodig.")
    _deliver()
    return [buying, case]


def _note_reference(case: Case) -> None:
    me = hat("soraya")
    afterwards.note_reference(
        **play.who(me), case_id=case.pk, organisation_id=me.position.body.organisation_id or 0,
        reference=Reference(own_reference=OWN, college_on=None, council_on=None, informed_on=play.in_days(-1),
                            informed_by=INFORMED, informed_with=None),
    )  # fmt: skip


def _deliver() -> None:
    outbox.claim()
    for letter in Mail.objects.all():
        outbox.deliver(mail_id=letter.pk, attempt=0)


def _words(chains: Iterable[str]) -> set[str]:
    told = Text.objects.filter(chain__in=chains, content__isnull=False).values_list("content", flat=True)
    return {word for content in told if content for word in WORD.findall(content)}


def _plain() -> set[str]:
    """What stands in a column of its own, in any of these cases."""
    rows = (row for model in PLAIN for row in model._default_manager.all())
    return {str(getattr(row, name)) for row in rows for name in row.plain_words} - {""}  # type: ignore[attr-defined]


def _forms(word: str) -> Iterator[bytes]:
    """As it would stand in a dump or a file: as it is, in UTF-16, in base64 wherever it begins, in hexadecimals."""
    for plain in (word.encode(), word.encode("utf-16-le")):
        yield plain
        yield plain.hex().encode()
        for before in range(3):
            whole = base64.b64encode(b"\0" * before + plain)
            yield whole[4 if before else 0 : len(whole) - 4]


def _tables() -> Iterator[tuple[str, bytes]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        for (table,) in cursor.fetchall():
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                yield table, b"".join(bytes(part) for part in copy).lower()


def _files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            content = file.read_bytes()
            yield str(file), str(file).encode() + content
            if content[:2] == b"\x1f\x8b":
                yield f"{file} (gzip)", gzip.decompress(content)
            if zipfile.is_zipfile(io.BytesIO(content)):
                with zipfile.ZipFile(io.BytesIO(content)) as packed:
                    for name in packed.namelist():
                        yield f"{file} ({name})", name.encode() + packed.read(name)


def _found(words: Iterable[str], tmp_path: Path) -> dict[str, set[str]]:
    """Word -> where."""
    places = [*_tables(), *_files(tmp_path, Path(settings.MEDIA_ROOT))]
    found: dict[str, set[str]] = {}
    for word in words:
        forms = {form.lower() if form.isalnum() and word.encode() in form else form for form in _forms(word)}
        lowered = {form.lower() for form in forms}
        where = {name for name, content in places if any(f in content or f in content.lower() for f in lowered)}
        if where:
            found[word] = where
    return found


@pytest.mark.long
def test_nothing_is_left(cases: list[Case], tmp_path: Path, client: Client) -> None:
    buying, case = cases
    _bind("approve_destruction", "linda")
    with years_later(12):
        placed = holds.hold(
            keeper=keeper(hat("bram", "db")), case=case, kind=RetentionHold.Kind.DISCLOSURE, ground="Woo-verzoek."
        )
        holds.lift(keeper=keeper(hat("bram", "db")), placed=placed, reason="Afgedaan.")
        chains = [case.chain, buying.chain, *(desk.chain for desk in buying.procurement.desks.all())]
        words = _words(chains) | _plain() | {BYTES, OWN, INFORMED, NAME}
        before = _found(words, tmp_path)
        assert set(before) == words, "each was planted where it can be found"
        assert {"audit_text", "cases_searchentry"} <= set().union(*before.values())
        assert [place for place, content in _files(tmp_path) if case.number.encode() in content], "it was mailed about"
        made = _destroy(case)
    assert made.items.filter(state="destroyed").count() == 2
    assert _found(words, tmp_path) == {}
    assert verify().findings == []
    _looks(client, cases, made)


def _bind(step: str, name: str) -> None:
    """So that there is somebody who did nothing in these cases."""
    with acting(chain="scheme/1", verb="bind_step"):
        position = hat(name).position
        StepBinding.objects.create(
            scheme=Scheme.objects.get(code="limburg-noord"), flow="register", step=step, body=position.body,
            role=position.role,
        )  # fmt: skip


def _destroy(case: Case) -> Destruction:
    made = lists.propose(
        keeper=keeper(hat("bram", "db")), scheme=Scheme.objects.get(pk=case.scheme_id), year=2050, excepted={}
    )
    approved(made, by="linda")
    carry_out(made.pk, forget=forget)
    made.refresh_from_db()
    return made


def _looks(client: Client, cases: list[Case], made: Destruction) -> None:
    """What is left of a case has one page, whatever is asked of it; lists and overviews go on, and nothing breaks."""
    client.force_login(User.objects.get(username="victor"))
    for case in cases:
        version = DocumentVersion.objects.filter(document__case=case).first()
        assert version is not None
        urls = [reverse(name, args=[case.pk]) for name in OF_A_CASE]
        for url in [*urls, reverse("document", args=[case.pk, version.document_id, version.number])]:
            answer = client.get(url)
            assert answer.status_code == 410, url
            assert f"{case.number} is vernietigd" in answer.content.decode()
        trail = client.get(reverse("case-trail", args=[case.pk]))
        assert trail.status_code == 200
        assert "Vernietigd" in trail.content.decode()
    paths = [reverse(name) for name in LISTS]
    for url in [*paths, f"{reverse('search')}?q={cases[0].number}", reverse("list-csv", args=["opdrachten"])]:
        assert client.get(url).status_code == 200, url
    listed = client.get(reverse("destruction", args=[made.pk])).content.decode()
    assert cases[0].number in listed
    paper = client.get(reverse("destruction-certificate", args=[made.pk]))
    assert b"".join(paper.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    client.force_login(User.objects.get(username="mallory"))
    assert client.get(reverse("case", args=[cases[0].pk])).status_code == 404
    assert client.get(reverse("destructions")).status_code == 404


@pytest.mark.django_db
def test_every_plain_word_is_known_of() -> None:
    from audit.triggers import plain_words, tracked_models

    assert {model for model, _ in tracked_models() if plain_words(model)} == set(PLAIN)
