"""What the record of a meeting may say, given how the body votes (domain §4)."""

from roles.rules import council
from roles.rules.decision import Form
from roles.rules.verdict import Granted, Refused, Verdict


def may_say(
    *, by_law: bool, basis: str, form: str, second_call: bool, by_name: bool, counted: bool, explanation: str
) -> Verdict:
    """`by_name`: votes of members are given; `counted`: only numbers are."""
    if not by_law and (form not in (Form.HAMMERED, Form.VOTES) or second_call):
        return Refused("De besluitregel van dit gremium kent deze vorm van vergaderen niet.", basis)
    if form == Form.HAMMERED and by_name:
        return Refused("Bij een hamerstuk is er geen stem per lid: niemand vroeg stemming.", basis)
    if (form == Form.SECRET) != counted:
        return Refused(
            "Geef bij een geheime stemming de aantallen, en bij een andere de stemmen per lid.", council.PERSONS
        )
    if form == Form.SECRET and not explanation.strip():
        return Refused(
            "Schrijf in de toelichting over welke benoeming, voordracht of aanbeveling van personen is gestemd. Over "
            "iets anders wordt niet geheim gestemd.",
            council.PERSONS,
        )
    return Granted()
