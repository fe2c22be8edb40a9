"""What is read of a case for an export: all of it, in few queries, and never more than the reader may have."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case, Document, DocumentVersion
from tests.database import after
from tests.pages.world import World, worlds
from workflows import secrecy
from workflows.exporting.record import SYSTEM, Reader, Record, read, reader_of
from workflows.pages.frame import Visitor
from workflows.selectors.sight import confidential_in, visible

pytestmark = [pytest.mark.django_db, after(worlds)]


@pytest.fixture
def world(played: Any) -> World:
    found: World = played["limburg-noord"]
    return found


def reader(username: str) -> Reader:
    return reader_of(User.objects.get(username=username).pk)


def only(case: Case, who: Reader = SYSTEM) -> Record:
    [found] = read([case.pk], reader=who)
    return found


def test_every_kind_of_case_can_be_read(world: World) -> None:
    ids = list(Case.objects.order_by("pk").values_list("pk", flat=True))
    found = list(read(ids, reader=SYSTEM))
    assert [record.case_id for record in found] == ids
    assert {record.kind for record in found} == set(Case.objects.values_list("kind", flat=True))
    assert all(record.acts and record.tasks for record in found)


def test_an_act_says_who_in_which_hat_and_whether_in_time(world: World) -> None:
    record = only(world.closed)
    [decided] = [act for act in record.acts if act.step == "pho_decision" and act.verb == "confirm"]
    assert (decided.by.name, decided.by.capacity, decided.in_time) == ("Ilse Wijnen", "client", True)
    assert decided.label
    assert decided.hash
    [taken] = [each for each in record.decisions if each.step == "pho_decision"]
    assert len(taken.votes) == 7


def test_it_takes_as_many_queries_for_many_cases_as_for_one(world: World) -> None:
    def counted(ids: list[int]) -> int:
        who = reader("victor")
        with CaptureQueriesContext(connection) as captured:
            assert list(read(ids, reader=who))
        return len(captured)

    many = list(Case.objects.order_by("pk").values_list("pk", flat=True)[:40])
    bought = [record.case_id for record in read(many, reader=reader("victor")) if record.procured]
    assert counted(many) <= counted([world.voting.pk, *bought[-1:]]) + 5  # contracts and criteria, once there are


def test_who_does_not_see_a_case_reads_nothing(world: World) -> None:
    assert list(read([world.small.pk], reader=reader("els"))) == []
    assert list(read([world.small.pk], reader=reader("marleen")))


PEOPLE = ("noor", "gijs", "linda", "els", "marleen", "margriet", "victor", "bea", "mallory", "roy", "wim")


@pytest.mark.parametrize("username", PEOPLE)
def test_a_reader_has_the_documents_that_their_pages_open_and_no_others(world: World, username: str) -> None:
    me = Visitor(User.objects.get(username=username))
    seen = list(visible(me.scopes).select_related("process").order_by("pk"))
    found = list(read([case.pk for case in seen], reader=reader(username)))
    assert [record.case_id for record in found] == [case.pk for case in seen]
    for case, record in zip(seen, found, strict=True):
        levels = secrecy.readable(case.process, me.hats_in(case), confidential=confidential_in(me.scopes, case))
        papers = {paper.pk: paper.classification in levels for paper in case.documents.filter(of_tender=None)}
        assert {document.id for document in record.documents} == {pk for pk, may in papers.items() if may}
        assert record.withheld == sum(not may for may in papers.values())


def test_nothing_of_a_withheld_document_is_in_the_record(world: World) -> None:
    secret = Document.objects.get(case=world.voting, classification="secret")
    [version] = DocumentVersion.objects.filter(document=secret)
    found = repr(only(world.voting, reader("linda")))
    assert version.sha256 not in found
    assert str(secret.title) not in found
    assert version.sha256 in repr(only(world.voting, reader("gijs")))
