"""The generated pages are what the code says, and every name that a reader meets is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from duicheck.docs import glossaire, regles, typographie
from duicheck.docs.__main__ import PAGES, main, stale
from duicheck.docs.checkout import root
from duicheck.formats import schema_names
from duicheck.rules import Rule

ROOT = Path(__file__).parents[1]
RULES = {rule.id: rule for rule in regles.shipped_rules()}

HOW_TO_NAME = """
Un fait sans définition. Avant d'en ajouter une à src/duicheck/docs/faits.toml, choisissez bien le nom :
  1. c'est la même chose qu'une propriété d'un schéma ? prenez ce nom-là (finess_et, indicateur, periode_fin…) ;
  2. un autre fait dit déjà cela ? prenez le sien : evenements, personnes, dossiers, place_precedente… ;
  3. sinon, un mot français du domaine : au singulier pour une valeur, au pluriel pour un nombre de choses,
     en minuscules, sans accent ni abréviation, mots liés par « _ » ; …_attendu(e) pour ce qu'il fallait,
     …_recalcule pour ce que duicheck calcule ;
  4. et si le fait désigne une personne, ou montre une cellule d'un journal ou d'un registre : ôtez-le.
Puis lancez « python -m duicheck.docs ».
Manquent : {missing}"""


def test_the_pages_are_up_to_date() -> None:
    found = [page.as_posix() for page in stale(ROOT)]
    assert not found, f"pages périmées : {', '.join(found)} ; lancez « python -m duicheck.docs »"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_the_same_twice_and_travels_well(page: Path) -> None:
    text = PAGES[page]()
    assert text == PAGES[page]()
    assert "\r" not in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_check_mode_names_the_stale_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few = {path: PAGES[path] for path in (Path("docs/codes.md"), Path("docs/textes.md"))}
    monkeypatch.setattr("duicheck.docs.__main__.PAGES", few)
    monkeypatch.setattr("duicheck.docs.__main__.root", lambda: tmp_path)
    assert main(["--check"]) == 1
    assert "docs/codes.md" in capsys.readouterr().err
    assert not (tmp_path / "docs").exists(), "the check writes nothing"
    assert main([]) == 0
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.md")) == sorted(few)
    assert main(["--check"]) == 0
    (tmp_path / "docs/codes.md").write_text("autre chose\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["--check"]) == 1
    assert capsys.readouterr().err.startswith("docs/codes.md n'est pas à jour")


def test_a_wrong_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--chek"]) == 2
    assert "usage" in capsys.readouterr().err


def test_the_checkout_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if Path(regles.__file__).is_relative_to(ROOT):
        assert root() == ROOT
    else:
        assert root() == Path()


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_explains_itself(rule: Rule) -> None:
    why, source, origin = rule.doc.partition("Source : ")
    assert source, f"{rule.id} : la docstring ne finit pas par « Source : … »"
    assert origin.strip().endswith((".", ")")), f"{rule.id} : la source n'est pas une phrase"
    assert len(why.splitlines()) > 2, f"{rule.id} : la docstring ne dit que son titre ; dites pourquoi"
    assert rule.doc.splitlines()[0].endswith("."), f"{rule.id} : la première ligne est une phrase, elle sert de titre"
    assert rule.remedy.endswith("."), f"{rule.id} : que faut-il faire ? une phrase"
    assert re.fullmatch(r"\d+\.\d+", rule.since)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_has_its_section_and_its_cases(rule: Rule) -> None:
    page = (ROOT / regles.PAGE).read_text(encoding="utf-8")
    section = page.partition(f"\n### {rule.id}\n")[2].partition("\n### ")[0]
    assert typographie.francais(rule.title) in section
    assert "* Enfreinte" in section, f"{rule.id} : il manque un cas où la règle est enfreinte"
    assert "* Respectée" in section, f"{rule.id} : il manque un cas où elle est respectée"


@pytest.mark.parametrize("schema", schema_names())
def test_every_property_of_a_schema_is_defined(schema: str) -> None:
    page = (ROOT / glossaire.PAGE).read_text(encoding="utf-8")
    found = glossaire.properties(schema)
    assert found
    missing = [name for name, definitions in found.items() if not definitions]
    assert not missing, f"schemas/{schema}.schema.json : sans « description » : {', '.join(missing)}"
    absent = [name for name in found if f"| `{name}` |" not in page]
    assert not absent


def test_every_fact_of_a_message_is_defined() -> None:
    used = frozenset().union(*(glossaire.facts_in_message(rule) for rule in RULES.values()))
    missing = sorted(used - glossaire.facts().keys())
    assert not missing, HOW_TO_NAME.format(missing=", ".join(missing))


def test_a_fact_keeps_the_writing_rules() -> None:
    for name, definition in glossaire.facts().items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name), name
        assert definition.text.endswith("."), name


@pytest.mark.parametrize(
    ("plain", "printed"),
    [
        ("oui : « non » ; 5 % !", "oui\u00a0: «\u00a0non\u00a0»\u00a0; 5\u00a0%\u00a0!"),
        ("`a : b` : c", "`a : b`\u00a0: c"),
        ("|---|:--|", "|---|:--|"),
        ("http://a.fr", "http://a.fr"),
    ],
)
def test_french_spacing(plain: str, printed: str) -> None:
    assert typographie.francais(plain) == printed
