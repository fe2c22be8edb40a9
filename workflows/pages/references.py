"""What each municipality keeps of a commission itself, and which raden know of it, for the case's pages."""

from dataclasses import dataclass

from cases import selectors as cases
from cases.models import Case, MunicipalReference
from roles.models import Organisation
from workflows.pages.casefile import CaseFile


@dataclass(frozen=True, slots=True)
class Row:
    organisation: Organisation
    known: MunicipalReference | None
    mine: bool  # may this visitor change it?
    paper: str  # what the raad got, where the visitor may read its title


class References:
    """Two queries. None for a case that is no commission: its municipalities keep theirs at the commission."""

    def __init__(self, file: CaseFile) -> None:
        self.rows: list[Row] = []
        if file.case.kind != Case.Kind.COMMISSION or file.commission is None:
            return
        known = cases.references(file.commission)
        aligning = file.process.bindings.get("municipal_alignment") or {}
        held = {hat.position.pk for hat in file.visitor.hats}
        titles = {shown.document.pk: shown.title for shown in file.documents if shown.readable}
        for share in sorted(cases.shares(file.commission), key=lambda share: share.organisation.name):
            row = known.get(share.organisation_id)
            if share.takes_part or row is not None:
                self.rows.append(Row(
                    share.organisation, row, mine=aligning.get(str(share.organisation_id)) in held,
                    paper=titles.get(row.informed_with_id or 0, "") if row else "",
                ))  # fmt: skip

    @property
    def informed(self) -> int:
        return sum(1 for row in self.rows if row.known and row.known.informed_on)
