"""What was not checked is said whole where the verdict waits for it, and counted where nobody asked for it."""

from __future__ import annotations

from typing import Any

from duicheck.render.undone import undone

ABSENT = "absent de la livraison"


def rule(name: str, reason: str | None, **more: Any) -> dict[str, Any]:
    return {"id": f"essai/{name}", "resultat": "non_verifiee", "constats": 0, "raison": reason, **more}


def report(verdict: str, *rules: dict[str, Any], missing: tuple[str, ...] = ()) -> dict[str, Any]:
    livraison = {"roles_manquants": list(missing)} if missing else {}
    passed = {"id": "essai/respectee", "resultat": "respectee", "constats": 0, "raison": None}
    return {"verdict": verdict, "livraison": livraison, "regles": [passed, *rules]}


def test_files_that_nobody_asked_for_make_one_group() -> None:
    (group,) = undone(
        report("conforme", rule("a", f"cda : {ABSENT}"), rule("b", f"cda : {ABSENT} ; projet : {ABSENT}"))
    )
    assert group.rules == ("essai/a", "essai/b")
    assert not group.awaited
    assert group.said is not None
    assert "Documents CDA (2\u00a0règles), Projet de la grappe (1\u00a0règle)" in group.said


def test_what_leaves_the_verdict_open_comes_first_and_is_named() -> None:
    found = undone(
        report(
            "indetermine",
            rule("cda", f"cda : {ABSENT}", laisse_ouvert=False),
            rule("journal", f"journal : {ABSENT}", laisse_ouvert=True),
            missing=("journal",),
        )
    )
    assert [(group.rules, group.awaited, group.reason) for group in found] == [
        (("essai/journal",), True, f"journal : {ABSENT}"),
        (("essai/cda",), False, None),
    ]


def test_an_old_report_names_everything_where_its_verdict_is_open() -> None:
    found = undone(report("indetermine", rule("cda", f"cda : {ABSENT}"), rule("journal", f"journal : {ABSENT}")))
    assert [group.awaited for group in found] == [True, True]


def test_a_negative_verdict_waits_for_what_it_owes_and_for_what_is_not_a_file() -> None:
    found = undone(
        report(
            "non_conforme",
            rule("cda", f"cda : {ABSENT}"),
            rule("journal", f"journal : {ABSENT}"),
            rule("lecture", "le fichier ne se lit pas"),
            missing=("journal",),
        )
    )
    assert [(group.rules, group.awaited) for group in found] == [
        (("essai/journal",), True),
        (("essai/lecture",), True),
        (("essai/cda",), False),
    ]


def test_a_reason_that_says_what_to_do_is_kept() -> None:
    reason = f"structures : {ABSENT} ; aucun extrait n'est chargé"
    (group,) = undone(report("conforme", rule("finess", reason)))
    assert (group.reason, group.said, group.awaited) == (reason, None, False)


def test_every_rule_that_was_not_checked_is_in_one_group() -> None:
    rules = [rule(f"r{n}", [None, f"cda : {ABSENT}", "autre"][n % 3], laisse_ouvert=n % 2 == 0) for n in range(12)]
    found = undone(report("indetermine", *rules))
    assert sorted(name for group in found for name in group.rules) == sorted(one["id"] for one in rules)
