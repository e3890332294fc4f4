"""The pages made from the schemas and from the program leave nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from duicheck.docs import codes, contrat
from duicheck.docs.__main__ import PAGES
from duicheck.docs.typographie import francais
from duicheck.exits import ExitCode
from duicheck.formats import load_schema

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BY_HAND = sorted(path for path in DOCS.rglob("*.md") if path.relative_to(ROOT) not in PAGES)
TABLES = ("indicateurs", "journal", "registre", "decompte", "structures", "tableau_de_bord", "solutions")


@pytest.mark.parametrize("page", BY_HAND, ids=lambda path: path.name)
def test_no_emoji(page):
    assert not re.search("[\U0001f300-\U0001faff\u2600-\u27bf]", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TABLES)
def test_the_contract_shows_every_column(name):
    page = contrat.generate()
    section = re.split(rf"^### 1\.\d .*`{name}`", page, flags=re.MULTILINE)[1].partition("\n### ")[0]
    schema = load_schema(name)
    for column in schema["properties"]:
        needed = " obligatoire " if column in schema["required"] else ""
        assert f"| `{column}` |{needed}" in section


def test_the_contract_has_a_line_for_every_role_and_leaves_no_mark():
    page = contrat.generate()
    assert "{{" not in page
    entries = load_schema("manifest")["properties"]["fichiers"]["items"]["properties"]
    assert all(f"| `{role}` | " in page for role in entries["role"]["enum"])


def test_a_condition_that_no_table_can_show_is_refused(monkeypatch):
    schema = {"allOf": [{"if": {"properties": {"type": {"const": "x"}}}, "then": {"minProperties": 2}}]}
    monkeypatch.setattr(contrat, "load_schema", lambda _: schema)
    with pytest.raises(NotImplementedError, match="minProperties"):
        list(contrat._conditions("journal"))


def test_every_code_has_its_advice_and_its_example():
    page = codes.generate()
    for code in ExitCode:
        assert f"| {int(code)} | `{code.name}` | {francais(code.doc)} | " in page
        assert (f"$ echo $?\n{int(code)}\n" in page) == (code is not ExitCode.INTERNE)
