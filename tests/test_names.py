"""Nothing in code names a regeling, a municipality or a person: those are data (fixtures/, a database)."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.database import ROOT
from tests.test_house_rules import PACKAGES

OTHER_FILES = ("templates/**/*.html", "templates/**/*.txt", "ui/**/*.css", "ui/**/*.js", "workflows/**/*.typ")


def names() -> set[str]:
    """Of regelingen and municipalities, with and without their first word; of people, whole and by username."""
    found = {"Limburg", "Gelderland"}
    for file in (ROOT / "fixtures").glob("*.toml"):
        data = tomllib.loads(file.read_text())
        if "scheme" not in data:
            continue
        found |= {data["scheme"]["name"], data["scheme"]["code"]}
        for row in data["organisations"]:
            if row["kind"] == "municipality":
                found |= {row["name"], row["name"].removeprefix("gemeente "), row["code"]}
        for row in data["people"]:
            found |= {row["name"], row["username"]}
    return found


def sources() -> Iterator[Path]:
    """The product; benchmarks measure it with the example."""
    for package in PACKAGES:
        if package != "benchmarks":
            yield from (file for file in (ROOT / package).rglob("*.py") if "migrations" not in file.parts)


def words(file: Path) -> Iterator[str]:
    """What stands between quotes. A docstring may give an example."""
    tree = ast.parse(file.read_text())
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def test_no_code_names_a_regeling_a_municipality_or_a_person() -> None:
    known = names()
    whole = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(known) if name != name.lower()))
    found = {
        str(file.relative_to(ROOT)): word
        for file in sources()
        for word in words(file)
        if word in known or whole.search(word)
    }
    assert found == {}


def test_no_page_and_no_style_names_one_either() -> None:
    whole = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names()) if name != name.lower()))
    files = [file for pattern in OTHER_FILES for file in ROOT.glob(pattern)]
    assert {str(file.relative_to(ROOT)): m[0] for file in files if (m := whole.search(file.read_text()))} == {}
