"""May a running case go on in another version of its flow? Plain Python, over what is open in it.

Only what is open goes along. What was done stays as it was done: its rows keep the version of their day.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

BODY = "BODY"  # a step in which a body decides; viewflow's own type of task says "HUMAN"
JOIN = "JOIN"  # where the branches of a splitting meet


@dataclass(frozen=True, slots=True)
class Place:
    """A step, gateway or join of one version; `split` is the splitting in which it lies or which it closes, if any.

    `branch` is which of its branches, `by` whose step it is, `term` how long there is for it; `outcomes` maps code
    to label.
    """

    name: str
    label: str
    kind: str
    by: str = ""
    outcomes: Mapping[str, str] = field(default_factory=dict, hash=False)
    term: str = ""
    split: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a flow, as far as running cases have to do with it."""

    flow: str
    number: int
    places: Mapping[str, Place]
    aliases: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str) -> Place | None:
        """The step that an earlier version called this."""
        return self.places.get(self.aliases.get(name, name))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that is open in a case: with the splitting of which it holds a token, and what is put to the vote in it.

    `admitted`: the target lets it into a splitting from outside, because this case has nothing for the other branches.
    """

    step: str
    split: str = ""
    proposal: str = ""
    admitted: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one step, in words that hold no case content."""

    code: str
    step: str
    words: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen to a case: where its open steps go; what stands in the way; what will be different."""

    steps: Mapping[str, str]
    obstacles: Sequence[Finding] = ()
    remarks: Sequence[Finding] = ()

    @property
    def possible(self) -> bool:
        return not self.obstacles


def plan(
    here: Version, there: Version, waiting: Collection[Waiting], *, unbound: Collection[str] = (),
    missing: Collection[str] = (),
) -> Plan:  # fmt: skip
    """Both versions, what is open, the steps to which the regeling binds nobody, and the facts that the case lacks."""
    open_steps = sorted(set(waiting), key=lambda each: (each.step, each.split, each.proposal))
    obstacles = [found for each in open_steps for found in _obstacles(here, there, each)]
    obstacles += [
        Finding("unbound", name, f"De regeling wijst voor stap ‘{_label(there, name)}’ niemand aan.")
        for name in sorted(unbound)
    ]
    obstacles += [Finding("missing", "", words) for words in sorted(missing)]
    steps = {each.step: found.name for each in open_steps if (found := there.find(each.step))}
    remarks = [said for name in steps for said in _remarks(here, there, name)]
    return Plan(steps, tuple(dict.fromkeys(obstacles)), tuple(remarks))


def _obstacles(here: Version, there: Version, each: Waiting) -> Iterator[Finding]:
    was, will, label = here.places[each.step], there.find(each.step), f"‘{here.places[each.step].label}’"
    if will is None:
        words = f"{label} staat open en bestaat niet in versie {there.number}."
        yield Finding("vanished", each.step, words)
        return
    if was.kind != will.kind:
        words = f"{label} is in versie {there.number} een ander soort stap."
        yield Finding("kind", each.step, words)
    if was.by != will.by:
        words = f"{label} is open, en is in versie {there.number} van een ander soort rol."
        yield Finding("doer", each.step, words)
    if each.proposal and each.proposal not in will.outcomes:
        proposal = was.outcomes.get(each.proposal, each.proposal)
        words = f"Over {label} wordt gestemd, en ‘{proposal}’ is daar in versie {there.number} geen uitkomst."
        yield Finding("proposal", each.step, words)
    yield from _split_obstacles(there, each, was, will)


def _split_obstacles(there: Version, each: Waiting, was: Place, will: Place) -> Iterator[Finding]:
    """A token of a splitting is met behind it; one that has none is never waited for, nor are the other branches."""
    label = f"‘{was.label}’"
    held = was.split if was.kind == JOIN else each.split
    split = there.find(held) if held else None
    if held and split is None:
        words = f"{label} hoort bij een splitsing die versie {there.number} niet kent."
        yield Finding("split", each.step, words)
    elif split is not None and will.split != split.name:
        words = f"{label} hoort in versie {there.number} niet meer bij de splitsing waarin deze zaak is."
        yield Finding("split", each.step, words)
    elif will.split and not held and not each.admitted:
        inside = [place for place in there.places.values() if place.split == will.split and place.outcomes]
        beside = _listed([place.label for place in inside if place.branch != will.branch]) or "meer stappen"
        words = f"{label} loopt in versie {there.number} gelijk op met {beside}; dat is in deze zaak niet gevraagd."
        yield Finding("split", each.step, words)


def _remarks(here: Version, there: Version, name: str) -> Iterator[Finding]:
    was, will = here.places[name], there.find(name)
    assert will is not None
    if was.label != will.label:
        yield Finding("label", name, f"‘{was.label}’ heet daar ‘{will.label}’.")
    if was.term != will.term:
        words = f"‘{will.label}’ heeft daar {will.term}, nu {was.term}; de lopende termijn blijft."
        yield Finding("term", name, words)
    if added := [label for code, label in will.outcomes.items() if code not in was.outcomes]:
        yield Finding("outcomes", name, f"‘{will.label}’ kan daar ook eindigen als {_listed(added)}.")
    if gone := [label for code, label in was.outcomes.items() if code not in will.outcomes]:
        yield Finding("outcomes", name, f"‘{will.label}’ kan daar niet meer eindigen als {_listed(gone)}.")


def _label(version: Version, name: str) -> str:
    place = version.find(name)
    return place.label if place else name


def _listed(labels: Sequence[str]) -> str:
    return " of ".join(f"‘{label}’" for label in labels)
