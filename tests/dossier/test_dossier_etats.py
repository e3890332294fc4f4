"""The checklist: each state on both sides, never a false « complet », never against the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outils_dossier import (
    COMPLET,
    LACUNAIRE,
    LIVRAISONS,
    copie,
    etats,
    lignes,
    liste,
    projet,
    regle_devenue,
    remplacer,
    sans_piece,
)

from duicheck.dossier.figures import figure_lines, verdict_line
from duicheck.dossier.line import ETATS, Ligne, whole
from duicheck.formats.schemas import validator
from duicheck.harness import Options, check
from duicheck.plugins import load_plugins
from duicheck.rulebook import load_rulebook, shipped_rulebooks
from duicheck_grappe.libelles import CRITERES, SUR_LES_PIECES

TEXTES = {book.id: book for book in (load_rulebook(source) for source in shipped_rulebooks())}


def test_a_complete_dossier() -> None:
    dossier, report = liste(COMPLET)
    assert (dossier["etat"], report["verdict"]) == ("complet", "conforme")
    assert {ligne["etat"] for ligne in lignes(dossier).values() if ligne["obligatoire"]} == {"la"}
    assert lignes(dossier)["autodiagnostic"]["obligatoire"] is False


def test_a_dossier_with_one_of_each_defect() -> None:
    dossier, report = liste(LACUNAIRE, "depot")
    assert (dossier["etat"], report["verdict"]) == ("incomplet", "non_conforme")
    pieces = etats(dossier, "pieces")
    assert {code for code, etat in pieces.items() if etat == "la"} == {
        *("note_presentation", "attestation_mutualisation", "strategie_deploiement"),
        *("conduite_du_changement", "planning_projet", "plan_financement"),
    }
    lacks = {code: lignes(dossier)[code]["raison"] for code, etat in pieces.items() if etat == "manquante"}
    assert lacks == {
        "gouvernance": "son fichier est vide",
        "planning_deploiement": "nommée, mais rien ne se trouve à ce chemin",
        "planning_changement": "elle est absente",
        "lettre_engagement": "elle est absente (le projet nomme « letre_engagement »)",
        "declaration_heures": "elle est absente",
        "autodiagnostic": "elle est absente",
    }
    assert pieces["accord_entite_nationale"] == "a_verifier"
    assert pieces["annuaire"] == pieces["plan_materiel"] == pieces["etat_depenses"] == "sans_objet"
    eligibilite = etats(dossier, "eligibilite")
    assert eligibilite["grappe/depot-hors-fenetre"] == "fausse"
    assert eligibilite["grappe/accord-entite-nationale"] == "a_verifier"
    assert etats(dossier, "segur")["referencement"] == "manquante"
    assert lignes(dossier)["referencement"]["qui"] == ["editeur"]
    assert lignes(dossier)["lettre_engagement"]["qui"] == ["porteur"]


def test_the_pieces_say_what_the_rule_says() -> None:
    """The rule and the lines read one list."""
    dossier, report = liste(LACUNAIRE, "depot")
    found = {each["faits"]["piece"] for each in report["constats"] if each["regle"] == "grappe/piece-manquante"}
    missing = {
        code
        for code, ligne in lignes(dossier, "pieces").items()
        if ligne["etat"] == "manquante" and ligne["obligatoire"]
    }
    assert found == missing


@pytest.mark.parametrize(
    ("reponse", "etat", "ligne"),
    [("", "incertain", "a_verifier"), ("oui", "incomplet", "manquante"), ("non", "complet", "sans_objet")],
)
def test_a_condition_that_nothing_decides_leaves_the_dossier_uncertain(
    tmp_path: Path, reponse: str, etat: str, ligne: str
) -> None:
    livraison = remplacer(copie(tmp_path), "structures.csv", "non,non,non,2025-05-05", f"non,non,{reponse},2025-05-05")
    dossier, _ = liste(livraison)
    assert etats(dossier, "pieces")["accord_entite_nationale"] == ligne
    assert dossier["etat"] == etat


def test_a_piece_that_is_there_is_there_whatever_its_condition(tmp_path: Path) -> None:
    livraison = remplacer(copie(tmp_path), "structures.csv", "non,non,non,2025-05-05", "non,non,,2025-05-05")
    projet(
        livraison,
        lambda document: document["pieces"].append(
            {"code": "accord_entite_nationale", "fichier": "pieces/gouvernance.pdf"}
        ),
    )
    dossier, _ = liste(livraison)
    assert etats(dossier, "pieces")["accord_entite_nationale"] == "la"
    # The rule about the agreement itself still cannot tell.
    assert dossier["etat"] == "incertain"


def test_pieces_that_the_project_does_not_list_are_not_called_missing(tmp_path: Path) -> None:
    livraison = projet(copie(tmp_path), lambda document: document.pop("pieces"))
    dossier, report = liste(livraison, "depot")
    pieces = lignes(dossier, "pieces")
    assert {ligne["etat"] for ligne in pieces.values() if ligne["obligatoire"]} == {"a_verifier"}
    assert (dossier["etat"], report["verdict"]) == ("incertain", "indetermine")
    # A control that is not of a dossier asks for no piece.
    assert check(livraison, load_plugins())["verdict"] == "conforme"


def test_without_a_project_nobody_can_tell_the_pieces() -> None:
    dossier, _ = liste(LIVRAISONS / "petite")
    assert dossier["etat"] == "incomplet"
    assert etats(dossier, "pieces") == {"pieces": "a_verifier"}
    assert etats(dossier, "eligibilite")["projet"] == "manquante"


def test_the_balance_asks_for_its_pieces_and_the_deposit_does_not(tmp_path: Path) -> None:
    livraison = projet(copie(tmp_path), sans_piece("etat_depenses"))
    found = {etape: liste(livraison, etape)[0] for etape in (None, "depot", "solde")}
    assert {etape: each["etat"] for etape, each in found.items()} == {
        None: "complet",
        "depot": "complet",
        "solde": "incomplet",
    }
    assert etats(found["solde"], "pieces")["etat_depenses"] == "manquante"
    assert etats(liste(COMPLET, "solde")[0], "pieces")["etat_depenses"] == "la"


@pytest.mark.parametrize("texte", sorted(TEXTES))
def test_under_every_text_the_list_is_its_own(texte: str) -> None:
    dossier, report = liste(COMPLET, texte=texte)
    assert [error.message for error in validator("dossier").iter_errors(dossier)] == []
    listes = [nom for nom in TEXTES[texte].parameters if nom == "pieces" or nom.startswith("pieces_")]
    asked = {piece["code"] for nom in listes for piece in TEXTES[texte][nom]}
    others = {code for code, ligne in lignes(dossier, "pieces").items() if ligne["clause"] is None}
    assert lignes(dossier, "pieces").keys() - others == asked
    assert dossier["depot"]
    assert dossier["etat"] != "complet" or report["verdict"] == "conforme"


@pytest.mark.parametrize("verdict", ["conforme", "non_conforme", "indetermine"])
def test_a_dossier_is_never_complete_against_its_report(verdict: str) -> None:
    _, report = liste(COMPLET)
    etat = whole([verdict_line({**report, "verdict": verdict})])
    assert etat == {"conforme": "complet", "non_conforme": "incomplet", "indetermine": "incertain"}[verdict]
    accepted = verdict_line({**report, "verdict": "conforme", "sous_derogations": True})
    assert whole([accepted]) == "incertain"


@pytest.mark.parametrize(
    ("cibles", "etat"),
    [("atteintes", "la"), ("non_atteintes", "fausse"), ("indeterminees", "a_verifier"), ("sans_objet", "sans_objet")],
)
def test_targets_are_asked_for_the_balance(cibles: str, etat: str) -> None:
    _, report = liste(COMPLET)
    for etape in (None, "depot", "solde"):
        line = {each.code: each for each in figure_lines({**report, "cibles": cibles}, TEXTES["2025-40"], etape)}
        assert line["cibles"].etat == etat
        assert line["cibles"].obligatoire == (etape == "solde" and etat != "sans_objet")


def test_figures_that_differ_or_cannot_be_checked(tmp_path: Path) -> None:
    wrong = remplacer(copie(tmp_path), "indicateurs.csv", ",9,10,90.00,", ",8,10,80.00,")
    dossier, _ = liste(wrong)
    assert (etats(dossier, "indicateurs")["recalcul"], dossier["etat"]) == ("fausse", "incomplet")
    manifeste = wrong / "livraison.toml"
    manifeste.write_text(
        manifeste.read_text(encoding="utf-8").replace('[[fichiers]]\nrole = "journal"\nchemin = "journal.csv"\n', ""),
        encoding="utf-8",
    )
    found = etats(liste(wrong)[0], "indicateurs")
    assert (found["recalcul"], found["journal"]) == ("a_verifier", "manquante")


def test_what_is_accepted_by_waiver_is_left_to_the_ars(tmp_path: Path) -> None:
    livraison = projet(copie(tmp_path), lambda document: document.update(date_depot="2025-07-16"))
    projet(livraison, lambda document: document.update(date_convention="2025-08-01", date_debut=None))
    before, _ = liste(livraison, "depot")
    assert etats(before, "eligibilite")["grappe/depot-hors-fenetre"] == "fausse"
    with (livraison / "livraison.toml").open("a", encoding="utf-8") as stream:
        stream.write(
            '\n[[derogations]]\nregle = "grappe/depot-hors-fenetre"\nmotif = "Accord écrit."\n'
            'auteur = "ARS"\necheance = 2026-01-01\n'
        )
    dossier, report = liste(livraison, "depot")
    ligne = lignes(dossier)["grappe/depot-hors-fenetre"]
    assert (ligne["etat"], ligne["obligatoire"]) == ("a_verifier", True)
    assert "dérogation" in ligne["raison"]
    assert dossier["etat"] != "complet"
    assert report["sous_derogations"] or report["verdict"] != "conforme"


def test_a_file_about_persons_is_no_piece(tmp_path: Path) -> None:
    """Neither the register itself nor a copy of it under another name."""
    livraison = copie(tmp_path)
    (livraison / "pieces" / "copie.csv").write_bytes((livraison / "registre.csv").read_bytes())
    for fichier in ("registre.csv", "pieces/copie.csv"):
        projet(livraison, sans_piece("gouvernance"))
        projet(
            livraison,
            lambda document, fichier=fichier: document["pieces"].append({"code": "gouvernance", "fichier": fichier}),
        )
        ligne = lignes(liste(livraison)[0])["gouvernance"]
        assert (ligne["etat"], ligne["fichiers"]) == ("fausse", [])


def test_the_stage_asks_for_indicators_or_not() -> None:
    sans = LACUNAIRE
    depot, report = liste(sans, "depot")
    assert etats(depot, "indicateurs")["indicateurs"] == "sans_objet"
    assert "indicateurs" not in report["livraison"]["roles_manquants"]
    entier, report = liste(sans)
    assert etats(entier, "indicateurs")["indicateurs"] == "manquante"
    assert "indicateurs" in report["livraison"]["roles_manquants"]


def test_every_rule_is_in_one_line_or_in_those_of_the_pieces() -> None:
    dossier, report = liste(COMPLET)
    named = [rule for part in dossier["sections"] for ligne in part["lignes"] for rule in ligne["regles"]]
    assert len(named) == len(set(named))
    assert {*named, *SUR_LES_PIECES} == {rule["id"] for rule in report["regles"]}
    codes = [ligne["code"] for part in dossier["sections"] for ligne in part["lignes"]]
    assert len(codes) == len(set(codes))


def test_every_rule_of_the_project_has_the_name_of_its_criterion() -> None:
    ours = {rule for rule in load_plugins().rules if rule.startswith("grappe/")}
    assert {*CRITERES, *SUR_LES_PIECES} == ours


@given(st.lists(st.tuples(st.sampled_from(list(ETATS)), st.booleans())))
def test_complete_only_if_every_required_line_is_there(pairs: list[tuple[str, bool]]) -> None:
    found = whole(Ligne("a", "a", "piece", etat, obligatoire=obligatoire) for etat, obligatoire in pairs)
    required = {etat for etat, obligatoire in pairs if obligatoire}
    if required <= {"la", "sans_objet"}:
        assert found == "complet"
    else:
        assert found == ("incomplet" if required & {"manquante", "fausse"} else "incertain")


def test_check_in_mode_dossier_gives_the_report_of_the_checklist() -> None:
    _, report = liste(LACUNAIRE, "depot")
    assert check(LACUNAIRE, load_plugins(), Options(mode="dossier", etape="depot")) == report


@pytest.mark.parametrize(
    ("regle", "resultat", "attendue", "etat"),
    [
        ("grappe/guichet", "en_erreur", False, "incertain"),
        ("grappe/piece-manquante", "en_erreur", False, "incertain"),
        ("livraison/empreinte-differente", "en_erreur", False, "incertain"),
        ("grappe/guichet", "non_verifiee", True, "incertain"),
        ("grappe/guichet", "non_verifiee", False, "complet"),
        ("identifiants/siren", "non_verifiee", True, "incertain"),
        ("identifiants/siren", "non_verifiee", False, "complet"),
        ("grappe/guichet", "sans_objet", False, "complet"),
    ],
)
def test_a_rule_that_did_not_end_leaves_the_dossier_open_if_the_verdict_waits_for_it(
    regle: str,
    resultat: str,
    attendue: bool,  # noqa: FBT001 -- a parameter of the case
    etat: str,
) -> None:
    dossier = regle_devenue(regle, resultat, attendue=attendue)
    assert dossier["etat"] == etat
    (ligne,) = [each for each in lignes(dossier).values() if regle in each["regles"]]
    assert ligne["etat"] == ("sans_objet" if resultat == "sans_objet" else "a_verifier")
    assert ligne["raison"]
