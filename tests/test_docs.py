"""What the documents say is held to the code: words, commands, settings, links and examples."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.db import models

from roles.models import Role
from roles.rules.segregation import DUTY_LABELS
from roles.setup import read
from tests.database import ROOT
from tests.test_house_rules import PACKAGES
from workflows.bpmn.adapter import diagram_of
from workflows.checks import faults
from workflows.flows import ALL
from workflows.tasks import CHANGES

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
GLOSSARY = ROOT / "docs" / "begrippen.md"


@dataclass(frozen=True, slots=True)
class Row:
    dutch: str
    code: str
    source: str


def _tables(file: Path, *header: str) -> Iterator[list[str]]:
    """The rows of the tables that begin with these columns."""
    inside = False
    for line in file.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells[: len(header)] == list(header):
            inside = True
        elif not cells:
            inside = False
        elif inside and not set(line) <= set("|- "):
            yield cells


@cache
def glossary() -> tuple[Row, ...]:
    rows = _tables(GLOSSARY, "Dutch", "code")
    return tuple(Row(dutch, code.strip("`"), source) for dutch, code, _, source in rows)


def _lacking(wanted: dict[str, str]) -> dict[str, str]:
    """What has no row with that code and those words; capitals apart."""
    there = {(row.code, row.dutch.lower()) for row in glossary()}
    return {code: dutch for code, dutch in wanted.items() if (code, dutch.lower()) not in there}


def our_models() -> Iterator[type[models.Model]]:
    for package in PACKAGES:
        if apps.is_installed(package):
            found = apps.get_app_config(package).get_models()
            yield from (model for model in found if not model.__name__.startswith("Historical"))


def _choices(kind: type[Any] = models.TextChoices) -> Iterator[tuple[str, str]]:
    for choices in kind.__subclasses__():
        if choices.__module__.split(".")[0] in PACKAGES:
            yield from ((f"{choices.__qualname__}.{member.name}", str(member.label)) for member in choices)


def _outcomes() -> Iterator[tuple[str, str]]:
    for flow in ALL:
        for node in flow.instance.nodes():
            yield from ((f"{node.name}.{outcome.code}", outcome.label) for outcome in getattr(node, "outcomes", []))


def test_every_model_has_a_row() -> None:
    assert _lacking({model.__name__: str(model._meta.verbose_name) for model in our_models()}) == {}


@pytest.mark.parametrize("flow", ALL, ids=lambda flow: str(flow.code))
def test_every_step_of_a_flow_has_a_row(flow: Any) -> None:
    named = {node.name: node.label for node in flow.instance.nodes() if node.label}
    folded = {node.name for node in flow.instance.nodes() if not node.label}
    assert _lacking(named) == {}
    assert folded - {row.code for row in glossary()} == set()


def test_every_outcome_of_a_step_has_a_row() -> None:
    assert _lacking(dict(_outcomes())) == {}


@pytest.mark.parametrize(
    "name", [file.stem for file in (ROOT / "fixtures").glob("*.toml") if "roles" in read(file.stem)]
)
def test_every_role_of_a_regeling_has_a_row(name: str) -> None:
    assert _lacking({role["code"]: role["label"] for role in read(name)["roles"]}) == {}


def test_every_capacity_choice_and_state_has_a_row() -> None:
    assert _lacking(dict(_choices())) == {}


def test_every_duty_has_a_row() -> None:
    assert _lacking(DUTY_LABELS) == {}


def test_every_row_names_its_source() -> None:
    assert [row.code for row in glossary() if not row.source] == []


def test_what_a_row_names_exists() -> None:
    known = {code for code, _ in (*_choices(), *_outcomes())}
    dotted = {row.code for row in glossary() if "." in row.code}
    assert dotted - known == set()
    words = set(re.findall(r"[\w-]+", "\n".join(file.read_text() for file in _sources())))
    assert {row.code for row in glossary()} - dotted - words == set()


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (file for file in (ROOT / package).rglob("*.py") if "migrations" not in file.parts)
    yield from (ROOT / "fixtures").glob("*.toml")


def test_roles_carry_their_label_as_the_fixture_says(db: None) -> None:
    assert _lacking(dict(Role.objects.values_list("code", "label"))) == {}


def _fenced(file: Path, language: str) -> list[str]:
    """The code blocks of a language; those of a list are indented."""
    blocks = re.findall(rf"^( *)```{language}\n(.*?)^\1```", file.read_text(), re.M | re.S)
    return [dedent(code) for _, code in blocks]


COMMAND = re.compile(r"manage\.py ([a-z_]+)([^`\n#]*)")
COMMANDS = sorted({(name, rest.strip()) for file in DOCUMENTS for name, rest in COMMAND.findall(file.read_text())})


@pytest.mark.parametrize(("name", "rest"), COMMANDS)
def test_every_command_exists_with_its_options(name: str, rest: str) -> None:
    package = get_commands()[name]
    command = load_command_class(package, name) if isinstance(package, str) else package
    parser = command.create_parser("manage.py", name)
    options = [word for word in re.findall(r"--[a-z-]+", rest) if word not in parser._option_string_actions]
    assert options == []


VARIABLE = re.compile(r"environ(?:\.get\(|\[)\"([A-Z_]+)\"|environment\.get\(\"([A-Z_]+)\"")


def test_every_variable_of_the_environment_is_in_the_readme() -> None:
    found = {
        one or other for file in (ROOT / "config").rglob("*.py") for one, other in VARIABLE.findall(file.read_text())
    }
    rows = _tables(ROOT / "README.md", "variable")
    told = {name.strip("`") for cells in rows for name in cells[0].split(", ")}
    assert told - {"OIDC_<ID>_SECRET", "ANYMAIL_<NAME>"} == found


LINK = re.compile(r"!?\[[^\]]*\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)]*))?\)")


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_somewhere(file: Path) -> None:
    astray = []
    for path, anchor in LINK.findall(file.read_text()):
        target = (file.parent / path).resolve() if path else file
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            astray.append(f"{path}#{anchor}")
    assert astray == []


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", file.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


PATH = re.compile(r"`((?:[\w.<>*-]+/)+[\w.<>*-]*)`")


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_file_that_is_named_exists(file: Path) -> None:
    """A path that begins with one of our folders, and is no reference to a flow; `<name>` stands for any."""
    ours = {path.name for path in ROOT.iterdir()} - {"var", "static"}
    named = [path for path in PATH.findall(file.read_text()) if path.split("/")[0] in ours and "/flows." not in path]
    assert [path for path in named if not list(ROOT.glob(re.sub(r"<.*?>", "*", path.rstrip("/"))))] == []


RECIPE = ROOT / "CONTRIBUTING.md"


def test_the_flow_of_the_recipe_is_sound_and_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples in CONTRIBUTING.md run, and the house finds nothing wrong with what they make."""
    scope: dict[str, Any] = {"__name__": "workflows.flows.improvement"}
    for code in _fenced(RECIPE, "python"):
        exec(compile(code, str(RECIPE), "exec"), scope)
    flow = scope["ImprovementFlow"]
    monkeypatch.setitem(CHANGES, flow.code, scope["CHANGES"])
    assert [fault.msg for fault in faults(flow)] == []
    assert {node.name for node in flow.instance.nodes()} <= {node.name for node in diagram_of(flow).nodes}


def test_the_newcomers_commands_stand_in_the_readme_as_promised() -> None:
    lines = [line for block in _fenced(ROOT / "README.md", "sh") for line in block.splitlines()]
    assert {"pip install uv && uv run manage.py demo", "uv run pytest"} <= {
        line.split("  #")[0].rstrip() for line in lines
    }


def test_what_catalogues_read_agrees_with_the_package() -> None:
    """publiccode.yml, by the fields that its standard demands."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    assert (told["softwareVersion"], told["legal"]["license"]) == (project["version"], project["license"])
    assert {"name", "platforms", "developmentStatus", "softwareType", "description", "maintenance"} <= told.keys()
    for text in told["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 500 <= len(text["longDescription"]) <= 10_000
        assert text["features"]


def test_the_licence_is_the_one_that_is_named() -> None:
    assert (ROOT / "LICENSE").read_text().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
