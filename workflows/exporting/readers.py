"""For whom cases are read: one person with their rights of this moment, or the system, which the command line is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from audit.services import SYSTEM as NOBODY
from cases.models import Case, Classification, ConflictDeclaration, TenderDocument
from roles import selectors as roles
from roles.models import Person, Position
from roles.models.bodies import Capacity
from roles.selectors import Hat, Scope
from workflows.models import CaseProcess
from workflows.nodes import Collective
from workflows.secrecy import ALWAYS, bound_positions
from workflows.selectors.sight import confidential_cases, lasting, visible

EVERYTHING = frozenset(Classification)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """`person` is None for the system: it has everything but what lies under seal, which nobody can read.

    Whoever stands in for a part reads what is confidential on pages only: an export is not a part.
    """

    actor: str
    name: str
    person: int | None = None
    scopes: tuple[Scope, ...] = ()
    hats: tuple[Hat, ...] = ()

    @property
    def supervises(self) -> bool:
        """An auditor: each case that they take along leaves a record, as each page that they read does."""
        return any(hat.position.role.capacity == Capacity.SUPERVISOR for hat in self.hats)

    def cases(self) -> QuerySet[Case]:
        return Case.objects.all() if self.person is None else visible(self.scopes)

    def levels(self, processes: Collection[CaseProcess]) -> dict[int, frozenset[str]]:
        """The classifications that they may read, by case: the rule of `workflows.secrecy`, for many. Two queries."""
        ids = [process.case_id for process in processes]
        if self.person is None:
            return dict.fromkeys(ids, EVERYTHING)
        trusted, bodies = confidential_cases(self.scopes, ids), _bodies(processes)
        return {process.case_id: self._levels(process, process.case_id in trusted, bodies) for process in processes}

    def _levels(self, process: CaseProcess, trusted: bool, bodies: Mapping[int, int]) -> frozenset[str]:
        if not trusted:
            return ALWAYS
        deciding = {bodies.get(position) for position in _deciding(process)}
        bound = bound_positions(process)
        part = any(hat.position.pk in bound or hat.position.body_id in deciding for hat in self.hats)
        return ALWAYS | {Classification.CONFIDENTIAL} | ({Classification.SECRET} if part else frozenset())

    def kept_back(self, case_ids: Collection[int]) -> set[int]:
        """Documents that came with a tender, unless they declared no interest (Aw 2012 art. 1.10b). Two queries."""
        if self.person is None:
            return set()
        papers = TenderDocument.objects.filter(document__case__in=case_ids).select_related("tender__procurement")
        said: dict[tuple[int, int], bool] = {}
        mine = Q(declared_by__person=self.person, stood_in_by=None) | Q(stood_in_by=self.person)
        for each in ConflictDeclaration.objects.filter(mine, procurement__case__in=case_ids):
            key = (each.procurement_id, each.round)
            said[key] = said.get(key, False) or each.conflicted
        of = ((paper, paper.tender.procurement) for paper in papers)
        return {paper.document_id for paper, bought in of if said.get((bought.pk, bought.round), True)}


SYSTEM = Reader(actor=NOBODY, name="het systeem (opdrachtregel)")


def reader_of(user_id: int) -> Reader:
    """With the rights of today, of whoever has this account; noodtoegang is for pages only. Four queries."""
    person = Person.objects.select_related("name").get(user=user_id)
    hats = tuple(hat for hat in roles.hats(user_id) if hat.whole)
    scopes = tuple(lasting(roles.scopes(user_id)))
    return Reader(actor=person.actor, name=str(person), person=person.pk, scopes=scopes, hats=hats)


def _deciding(process: CaseProcess) -> Iterable[int]:
    nodes = (node for node in process.flow_class.instance.nodes() if isinstance(node, Collective))
    return (process.bindings[node.name] for node in nodes if process.bindings.get(node.name))


def _bodies(processes: Iterable[CaseProcess]) -> dict[int, int]:
    """The body of each position that decides in one of these. One query."""
    wanted = {position for process in processes for position in _deciding(process)}
    return dict(Position.objects.filter(pk__in=wanted).values_list("pk", "body"))
