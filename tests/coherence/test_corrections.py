"""Who must put right what: whole counts, one name each, the verdict of each establishment."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from declarees import livraison
from hypothesis import given
from hypothesis import strategies as st

from duicheck import Options, check, load_plugins
from duicheck.corrections import Makers, corrections
from duicheck.engine import PRINTED, run
from duicheck.findings import Fixer, Location, Outcome, RuleResult, Severity, Violation
from duicheck.formats import load_schema, validator
from duicheck.model import Dataset, FichierLivre, Lecture, Livraison
from duicheck.model.roles import CLAIMS, MAKERS
from duicheck.rules import rule
from duicheck.verdict import Judged, judge_establishments

FIXTURES = Path(__file__).parents[2] / "fixtures" / "livraisons"
A, B = "970302287", "010000024"
ROLES = {"indicateurs": "indicateurs.csv", "structures": "structures.csv", "projet": "projet.json", "finess": "f.csv"}


def delivery(*roles: str, exiges: frozenset[str] = frozenset()) -> tuple[Livraison, Lecture]:
    files = [FichierLivre(role, ROLES.get(role, role), "0" * 64, 1, 1, 0, lu=Path(role)) for role in roles]
    said = livraison(*roles, exiges=exiges)
    return said, Lecture(files, frozenset(), lambda _rule: iter(()))


def result(name: str, tally: Mapping[tuple[str | None, str | None], int], **more: Any) -> RuleResult:
    count = sum(tally.values())
    more = {"severity": Severity.ERROR, "outcome": Outcome.FAILED if count else Outcome.PASSED, **more}
    touched = frozenset(finess for _, finess in tally if finess is not None)
    return RuleResult(name, count=count, tally=tally, touched=touched, **more)


def shares(results: list[RuleResult], *roles: str, exiges: frozenset[str] = frozenset()) -> dict[str, Any]:
    said, lecture = delivery(*roles, exiges=exiges)
    judged = judge_establishments(results, said, lecture, None, listed=[A, B])
    found = corrections(
        results,
        said,
        lecture,
        Makers(said, lecture),
        project=Judged("non_conforme", lenient=False),
        establishments=judged,
    )
    whole = {share["qui"]: share for share in found["projet"]["qui"]}
    return {"projet": whole, **{one["finess_et"]: one for one in found["etablissements"]}}


def test_every_role_has_its_maker() -> None:
    declared = load_schema("manifest")["properties"]["fichiers"]["items"]["properties"]["role"]["enum"]
    assert {*declared, *CLAIMS, "piece", "preuve", "manifeste"} <= set(MAKERS)


@pytest.mark.parametrize(
    ("place", "who"),
    [
        ("indicateurs.csv", "editeur"),
        ("livraison.toml", "editeur"),
        ("structures.csv", "porteur"),
        ("projet.json", "porteur"),
        ("f.csv", "controleur"),
        (None, "editeur"),
    ],
)
def test_who_makes_the_file_puts_it_right(place: str | None, who: str) -> None:
    found = shares([result("a/b", {(place, None): 3})], *ROLES)
    assert {name: share["erreurs"] for name, share in found["projet"].items()} == {who: 3}


def test_a_violation_that_stands_nowhere_is_of_whom_the_files_read_are() -> None:
    assert set(shares([result("a/b", {(None, None): 1}, reads=frozenset({"projet"}))], *ROLES)["projet"]) == {"porteur"}
    mixed = frozenset({"projet", "journal"})
    assert set(shares([result("a/b", {(None, None): 1}, reads=mixed)], *ROLES)["projet"]) == {"editeur"}


def test_a_rule_says_who_instead() -> None:
    found = shares([result("a/b", {("indicateurs.csv", A): 2}, fixer=Fixer.ESTABLISHMENT)], *ROLES)
    assert set(found["projet"]) == {"etablissement"}
    assert found[A]["qui"][0]["regles"] == [{"id": "a/b", "gravite": "erreur", "constats": 2}]


def test_what_is_missing_is_asked_of_who_makes_it_and_a_crash_is_ours() -> None:
    results = [
        RuleResult("a/b", Outcome.NOT_CHECKED, missing=frozenset({"journal", "finess"})),
        RuleResult("a/c", Outcome.NOT_CHECKED, missing=frozenset({"paquets"})),
        RuleResult("a/d", Outcome.NOT_CHECKED, missing=frozenset({"structures"})),
        RuleResult("a/e", Outcome.CRASHED),
    ]
    found = shares(results, "indicateurs", "cda", exiges=frozenset({"journal", "registre", "projet"}))
    assert {name: [one["role"] for one in share["a_fournir"]] for name, share in found["projet"].items()} == {
        "editeur": ["journal", "registre"],
        "porteur": ["projet"],
        "controleur": ["paquets"],
        "duicheck": [],
    }
    assert found["projet"]["duicheck"]["pannes"] == ["a/e"]
    assert found[A]["verdict"] == "indetermine"
    assert [(share["qui"], share["a_fournir"]) for share in found[A]["qui"]] == [
        ("editeur", [{"role": "journal", "cause": "absent"}, {"role": "registre", "cause": "absent"}])
    ]


def test_a_document_that_is_there_is_to_be_completed() -> None:
    lacks = RuleResult("a/b", Outcome.NOT_CHECKED, missing=frozenset({"projet"}))
    found = shares([lacks], "projet", exiges=frozenset({"projet"}))
    assert found["projet"]["porteur"]["a_fournir"] == [{"role": "projet", "cause": "a_completer"}]


def test_the_count_is_whole_when_findings_are_capped() -> None:
    @rule("essai/beaucoup", severity=Severity.ERROR, message="{finess_et}", remedy="Rien.", since="0.1")
    def many() -> Iterator[Violation]:
        """Beaucoup."""
        for number in range(3 * PRINTED):
            yield Violation(Location("indicateurs.csv", number + 2), {"finess_et": (A, B)[number % 2]})

    (found,) = run(Dataset({}), [many])
    assert len(found.findings) == PRINTED
    said = shares([found], *ROLES)
    assert said["projet"]["editeur"]["erreurs"] == 3 * PRINTED
    assert [said[one]["qui"][0]["erreurs"] for one in (A, B)] == [PRINTED * 3 // 2] * 2


SEVERITIES = st.sampled_from(list(Severity))
TALLIES = st.dictionaries(
    st.tuples(st.sampled_from([*ROLES.values(), None, "autre.txt"]), st.sampled_from([A, B, None])),
    st.integers(1, 10_000),
    max_size=6,
)


@given(st.lists(st.tuples(TALLIES, SEVERITIES, st.sampled_from([None, *Fixer])), max_size=6))
def test_each_violation_is_counted_once_and_names_its_establishment(drawn: list[Any]) -> None:
    results = [
        result(f"a/b{rank}", tally, severity=severity, fixer=fixer)
        for rank, (tally, severity, fixer) in enumerate(drawn)
    ]
    found = shares(results, *ROLES)
    names = {Severity.ERROR: "erreurs", Severity.WARNING: "avertissements", Severity.INFO: "informations"}
    for severity, key in names.items():
        mine = [one for one in results if one.severity is severity]
        assert sum(share[key] for share in found["projet"].values()) == sum(one.count for one in mine)
        for finess in (A, B):
            named = sum(count for one in mine for (_, who), count in one.tally.items() if who == finess)
            assert sum(share[key] for share in found[finess]["qui"]) == named
    for finess in (A, B):
        wrong = any(one.severity is Severity.ERROR and finess in one.touched for one in results)
        assert found[finess]["verdict"] == ("non_conforme" if wrong else "conforme")


EXTRACT = (
    '{"generatedAt":"2026-09-11T02:00:00Z","pmej":[{"informationsGeneralesPMEJ":{"numFinessPm":"970302022"},"ege":['
    '{"informationsGeneralesEGE":{"numFinessEge":"970302287"}},'
    '{"informationsGeneralesEGE":{"numFinessEge":"010000024","dateFermeture":"2025-06-14"}}]}]}'
)


def test_an_establishment_that_was_closed_is_not_conforme_and_its_neighbour_is(tmp_path: Path) -> None:
    folder = tmp_path / "livraison"
    shutil.copytree(FIXTURES / "petite", folder)
    (folder / "extrait.json").write_text(EXTRACT, encoding="utf-8")
    with (folder / "livraison.toml").open("a", encoding="utf-8") as manifest:
        manifest.write('\n[[fichiers]]\nrole = "finess"\nchemin = "extrait.json"\n')
    report = check(folder, load_plugins())
    assert validator("rapport").is_valid(report)
    verdicts = {one["finess_et"]: one["verdict"] for one in report["corrections"]["etablissements"]}
    assert (verdicts[B], verdicts[A], report["verdict"]) == ("non_conforme", "conforme", "non_conforme")
    assert verdicts == {one["finess_et"]: one["verdict"] for one in report["etablissements"]}


def test_a_field_that_the_claim_does_not_cover_is_of_its_establishment_and_of_the_vendor(tmp_path: Path) -> None:
    folder = tmp_path / "livraison"
    shutil.copytree(FIXTURES / "petite-segur", folder)
    structures = folder / "structures.csv"
    text = structures.read_text(encoding="utf-8")
    structures.write_text(text.replace("732829320,PH,", "732829320,PDE,"), encoding="utf-8")
    found = {one["finess_et"]: one for one in check(folder, load_plugins())["corrections"]["etablissements"]}
    assert (found[B]["verdict"], found[A]["verdict"]) == ("non_conforme", "conforme")
    rules = {share["qui"]: {one["id"] for one in share["regles"]} for share in found[B]["qui"]}
    assert "segur/domaine-non-couvert" in rules["editeur"], "it stands in the list, and the vendor claims the field"


def test_the_report_counts_the_errors_of_every_rule_once() -> None:
    report = check(FIXTURES / "petite-segur", load_plugins(), Options(texte="2023-13"))
    counted = Counter[str]()
    for share in report["corrections"]["projet"]["qui"]:
        counted.update({one["id"]: one["constats"] for one in share["regles"]})
    assert counted == {one["id"]: one["constats"] for one in report["regles"] if one["constats"]}
    assert report["corrections"]["projet"]["verdict"] == report["verdict"] == "non_conforme"
    named = Counter((one["qui"], one["regle"]) for one in report["constats"])
    said = {
        (share["qui"], one["id"]): one["constats"]
        for share in report["corrections"]["projet"]["qui"]
        for one in share["regles"]
    }
    assert named == said, "a finding and the table name the same"


def test_establishments_without_an_export_have_a_verdict_too() -> None:
    report = check(FIXTURES / "petite-grappe", load_plugins())
    assert not report["etablissements"]
    verdicts = [one["verdict"] for one in report["corrections"]["etablissements"]]
    assert (len(verdicts), set(verdicts)) == (15, {"conforme"})
