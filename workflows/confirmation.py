"""Opdrachtbevestiging: what was granted and accepted, on paper, kept as a document of the case (domain §5.1.9)."""

from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.utils.formats import date_format
from django.utils.timezone import localtime

from audit.models import ChainHead
from audit.roots import last_root
from cases import selectors as cases
from cases.models import Ballot, Case, Classification, Commission
from cases.services import documents
from cases.services.documents import Paper
from roles.authorize import Authority
from roles.models import Appointment, Person, in_place_of
from roles.rules.money import euros
from workflows.engine import Work
from workflows.models import CaseTask
from workflows.nodes import Collective
from workflows.papers import render

DECIDING = {"decide", "consent", "consult"}
MEDIA_TYPE = "application/pdf"


def confirm_commission(work: Work) -> None:
    """Draw it up and keep it, in the act that accepts."""
    name = f"Opdrachtbevestiging {work.case.number}"
    content = ContentFile(render("commission_confirmation", data_of(work), made_at=work.now))
    paper = Paper(
        title=name, classification=Classification.INTERNAL, filename=f"{name}.pdf", media_type=MEDIA_TYPE,
        content=content,
    )  # fmt: skip
    version = documents.add_document(case=work.case, step=work.node.name, by=work.actor, at=work.now, paper=paper)
    work.documents.append(version.sha256)


def data_of(work: Work) -> dict[str, Any]:
    """In the words of `commission_confirmation.typ`. A fixed number of queries."""
    case, by, commission = work.case, work.actor, cases.written_out(work.commission)
    shares = [share for share in cases.shares(commission) if share.takes_part]
    named = [(role, getattr(commission, role)) for role in cases.WHO_IS_WHO]
    return {
        "title": f"Opdrachtbevestiging {case.number}",
        "scheme": str(case.scheme),
        "subject": str(case.title),
        "clients": [str(share.organisation) for share in shares],
        "contractor": str(case.scheme),
        "domain": commission.get_domain_display(),
        "scale": commission.get_scale_display(),
        "accepted_on": _moment(work.now),
        "accepted_by": _signed(by),
        "mandate": work.mandate,
        "people": [
            {"role": _capital(Commission, role), "name": f"{held.person}, {held.position.role}"}
            for role, held in named
            if held is not None
        ],
        **{name: str(getattr(commission, name) or "") for name in (*cases.WAT_VRAAG, *cases.HOE_VOORSTEL)},
        "term": f"{_day(commission.start_date)}, {commission.years} jaar",
        "shares": [{"name": str(share.organisation), "amount": euros(share.annual_amount)} for share in shares],
        "total": euros(commission.annual_amount),
        "cost": "" if commission.cost is None else euros(commission.cost),
        "hours": "" if commission.hours is None else f"{commission.hours} uur",
        "criteria": [
            {
                "criterion": str(row.criterion), "norm": str(row.norm), "measurement": str(row.measurement),
                "measured_on": _day(row.measured_on),
            }
            for row in cases.criteria(commission)
        ],
        "decisions": _decisions(work),
        "documents": _documents(case),
        "evidence": _evidence(case),
    }  # fmt: skip


def _signed(by: Authority) -> str:
    """The role that accepts; where somebody stands in, both by name."""
    if by.stood_in_by_id is None:
        return by.role_label
    holder = Appointment.objects.select_related("person__name").get(pk=by.appointment_id)
    return f"{by.role_label}: {in_place_of(holder, Person.objects.get(pk=by.stood_in_by_id))}"


def _decisions(work: Work) -> list[dict[str, str]]:
    """Of bodies, by their ballots; of one office or college, by its step."""
    ballots = {ballot.task: ballot for ballot in cases.ballots(work.case) if ballot.state == Ballot.State.CONFIRMED}
    taken = CaseTask.objects.filter(process=work.process, part="", status="DONE").exclude(finished=None)
    found = []
    for task in taken.select_related("position__role", "position__body", "organisation").order_by("finished", "id"):
        node: Any = task.flow_task
        step = work.process.label_of(node)
        if task.pk in ballots:
            found.append(_by_body(step, node, ballots[task.pk]))
        elif getattr(node, "duty", "") in DECIDING and not isinstance(node, Collective) and task.position is not None:
            found.append({
                "step": step, "decision": node.outcome(task.outcome).label, "by": str(task.position),
                "on": _moment(task.finished), "result": "",
            })  # fmt: skip
    return found


def _by_body(step: str, node: Any, ballot: Ballot) -> dict[str, str]:
    return {
        "step": step,
        "decision": str(node.outcome(ballot.proposal).label),
        "by": str(ballot.body.name),
        "on": _day(ballot.meeting_date) if ballot.meeting_date else _moment(ballot.confirmed_at),
        "result": str(ballot.tally.get("explanation", "")),
    }


def _documents(case: Case) -> list[dict[str, str]]:
    """Every version that there is; of what is secret not even the title."""
    return [
        {
            "title": "Geheim stuk" if document.classification == Classification.SECRET else str(document.title),
            "version": str(version.number), "sha256": version.sha256,
        }
        for document in reversed(cases.documents(case))
        for version in reversed(document.versions.all())
    ]  # fmt: skip


def _evidence(case: Case) -> dict[str, str]:
    """How far the chain of the case had come, and the last root that was signed before."""
    head, root = ChainHead.objects.get(pk=case.chain), last_root()
    return {
        "acts": str(head.seq),
        "hash": bytes(head.hash).hex(),
        "root": f"nr. {root.number}, {_moment(datetime.fromisoformat(root.at))}" if root else "nog geen",
        "digest": root.digest() if root else "",
    }


def _capital(model: type[Commission], field: str) -> str:
    label = str(getattr(model, field).field.verbose_name)
    return label[:1].upper() + label[1:]


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _moment(at: datetime | None) -> str:
    return f"{date_format(localtime(at), 'j F Y, H.i')} uur" if at else ""
