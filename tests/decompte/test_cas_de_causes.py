"""Who counts, who does not and why, one trap at a time: the cases of cas_de_causes.toml, worked out by hand.

They are delivered together, by hypotheses, each in establishments of its own; what one leaks into another shows.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from calculs import CODES, Parts, calculer
from msgspec.structs import asdict

from duicheck.model import CauseComptee, NonComptes
from duicheck_indicateurs import comptage
from duicheck_indicateurs.comptage import Comptage, non_comptes_de_la_livraison
from duicheck_indicateurs.lots import par_lots

CAS = [
    {"rang": rang, **un}
    for rang, un in enumerate(tomllib.loads(Path(__file__).with_name("cas_de_causes.toml").read_text("utf-8"))["cas"])
]
EXPORTES = "ABC"
"""The establishments of the export; the cases name another one Z."""


def _finess(cas: dict[str, Any], lettre: str) -> str:
    return f"01{cas['rang']:06d}{ord(lettre) - ord('A'):01X}" if lettre in EXPORTES else f"01{cas['rang']:06d}Z"


def _nom(cas: dict[str, Any], nom: str) -> str | None:
    return f"{nom}-{cas['rang']}" if nom else None


def _sejour(cas: dict[str, Any], ligne: dict[str, Any]) -> dict[str, Any]:
    return {
        "finess_et": _finess(cas, ligne.get("ou", "A")),
        "id_personne": _nom(cas, ligne.get("personne", "P")),
        "id_dossier": _nom(cas, ligne.get("dossier", "D")),
        "date_entree": ligne.get("entree", date(2020, 1, 1)),
        "date_sortie": ligne.get("sortie"),
        "projet_possible": ligne.get("projet", True),
    }


def _evenement(cas: dict[str, Any], rang: int, ligne: dict[str, Any]) -> dict[str, Any]:
    return {
        "finess_et": _finess(cas, ligne.get("ou", "A")),
        "id_evenement": _nom(cas, ligne.get("id", f"E{rang}")),
        "id_dossier": _nom(cas, ligne.get("dossier", "D")),
        "horodatage": ligne["le"],
        "type": ligne["type"],
        "etat": ligne.get("etat"),
        "canal": ligne.get("canal"),
        "date_evenement": ligne.get("jour"),
        "id_objet": _nom(cas, ligne.get("objet", "")),
    }


def _compte(cas: dict[str, Any], ligne: dict[str, Any]) -> tuple[Any, ...]:
    return (
        _finess(cas, ligne.get("ou", "A")),
        ligne.get("indicateur", cas["indicateur"]),
        _nom(cas, ligne["quoi"]),
        ligne.get("du", date(2025, 6, 15)),
        ligne.get("au", date(2025, 9, 14)),
    )


@cache
def _livraison(hypotheses: tuple[tuple[str, str], ...]) -> tuple[Parts, Comptage, NonComptes]:
    """Every case under these hypotheses, in one delivery."""
    siens = [cas for cas in CAS if tuple(cas.get("hypotheses", {}).items()) == hypotheses]
    parts = calculer(
        [_evenement(cas, rang, ligne) for cas in siens for rang, ligne in enumerate(cas["journal"])],
        [_sejour(cas, ligne) for cas in siens for ligne in cas["registre"]],
        # In no order of theirs, as an export may be.
        {(_finess(cas, lettre), code): (0, 0) for cas in siens[::-1] for lettre in EXPORTES for code in CODES},
        texte="2025-40",
        mesure=date(2025, 9, 15),
        hypotheses=dict(hypotheses),
        decompte=[_compte(cas, ligne) for cas in siens for ligne in cas.get("decompte", ())],
        rejets=(1, 1),
    )
    compte = parts.calcul.comptage
    assert isinstance(compte, Comptage), compte
    non_comptes = non_comptes_de_la_livraison.build(comptage=compte)
    # The list is in the database of the tests, which the next delivery overwrites.
    groupes = list(non_comptes.groupes())
    return parts, compte, NonComptes(non_comptes.nombres, lambda: iter(groupes))


def _obtenu(cas: dict[str, Any]) -> dict[str, Any]:
    """What the computation says of the indicator of a case, in the shape of the case; empty parts are left out."""
    _, compte, non_comptes = _livraison(tuple(cas.get("hypotheses", {}).items()))
    lettres = {_finess(cas, lettre): lettre for lettre in (*EXPORTES, "Z")}
    obtenu: dict[str, Any] = {"non_comptes": {}, "a_tort": {}, "oublies": {}, "lignes": {}}
    for groupe in non_comptes.groupes():
        if groupe.finess_et in lettres and groupe.indicateur == cas["indicateur"]:
            noms = [identifiant.removesuffix(f"-{cas['rang']}") for identifiant in groupe.identifiants]
            obtenu["non_comptes"].setdefault(lettres[groupe.finess_et], {})[groupe.cause] = noms
    for (finess, code), face in (compte.faces or {}).items():
        if finess in lettres and code == cas["indicateur"]:
            obtenu["a_tort"][lettres[finess]] = _nombres(face.a_tort)
            obtenu["oublies"][lettres[finess]] = _nombres(face.oublies)
            obtenu["lignes"][lettres[finess]] = face.lignes
    if "latitudes" in cas:
        obtenu["latitudes"] = {lettre: asdict(compte.latitudes[_finess(cas, lettre)]) for lettre in cas["latitudes"]}
    return {
        partie: pleines for partie, une in obtenu.items() if (pleines := {ou: quoi for ou, quoi in une.items() if quoi})
    }


def _nombres(causes: Iterable[CauseComptee]) -> dict[str, int]:
    return {cause.cause: cause.nombre for cause in causes}


@pytest.mark.parametrize("cas", CAS, ids=lambda cas: cas["nom"])
def test_le_cas_se_compte_comme_a_la_main(cas: dict[str, Any]) -> None:
    parties = ("non_comptes", "a_tort", "oublies", "lignes", "latitudes")
    assert _obtenu(cas) == {partie: cas[partie] for partie in parties if partie in cas}


def test_les_entiers_suivent_les_numeros_des_etablissements() -> None:
    parts, _, _ = _livraison(())
    numeros = [finess for finess, _ in parts.calcul.resultats]
    assert numeros == sorted(numeros)


def _petite(
    *,
    atteint: bool,
    decompte: list[tuple[str, str, str]] | None = None,
    personnes: int = 1,
    rejets: tuple[int, int] = (0, 0),
) -> Comptage:
    """One person, or none, who counts everywhere or nowhere; a message that failed; and nobody who asks for names."""
    cas = {"rang": 0, "indicateur": "mssante"}
    jour = datetime(2025, 7, 1, tzinfo=UTC)
    compte = [
        {"type": "projet_personnalise", "etat": "actif"},
        {"type": "evenement_agenda", "etat": "realise", "jour": jour.date()},
        {"type": "message_mssante", "etat": "envoye", "canal": "professionnelle"},
        {"type": "alimentation_dmp", "etat": "succes"},
    ]
    journal = [{"type": "message_mssante", "etat": "echec", "canal": "professionnelle"}, *(compte if atteint else ())]
    parts = calculer(
        [_evenement(cas, rang, {"le": jour, **ligne}) for rang, ligne in enumerate(journal)],
        [_sejour(cas, {})] * personnes,
        {(_finess(cas, "A"), code): (1, 1) for code in CODES},
        texte="2025-40",
        mesure=date(2025, 9, 15),
        decompte=decompte,
        rejets=rejets,
        nommer=False,
    )
    assert isinstance(parts.calcul.comptage, Comptage), parts.calcul.comptage
    return parts.calcul.comptage


def test_qui_n_est_pas_compte_n_est_cherche_que_si_l_on_s_en_sert() -> None:
    assert not _petite(atteint=True).non_comptes.nombres
    # Without anybody there is no rate to reach: the message that failed is said whatever the other establishments are.
    assert _petite(atteint=False, personnes=0).non_comptes.nombres == {("010000000", "mssante"): {"echec": 1}}
    assert ("010000000", "mssante") in _petite(atteint=False).non_comptes.nombres
    assert _petite(atteint=True, decompte=[]).faces is not None
    assert not _petite(atteint=True).latitudes
    for rejets in ((1, 0), (0, 1)):
        assert _petite(atteint=True, rejets=rejets).latitudes


def test_la_taille_des_lots_ne_change_rien(monkeypatch: pytest.MonkeyPatch) -> None:
    _, dans_un_lot, _ = _livraison(())
    monkeypatch.setattr(comptage, "_LOT", 8)
    monkeypatch.setattr(comptage, "_PAQUET", 3)
    _, dans_plusieurs, liste = _livraison.__wrapped__(())
    assert dans_plusieurs.faces == dans_un_lot.faces
    assert liste.nombres == dans_un_lot.non_comptes.nombres
    listees = {(un.finess_et, un.indicateur, un.cause): len(un.identifiants) for un in liste.groupes()}
    assert listees == {(*cle, cause): n for cle, causes in liste.nombres.items() for cause, n in causes.items()}


@pytest.mark.parametrize(
    ("tailles", "lots"),
    [
        ((), []),
        ((2, 3, 1), ["AB", "C"]),  # 5 is not more than 5
        ((3, 3, 3), ["A", "B", "C"]),
        ((1, 4, 5, 1, 3, 2), ["AB", "C", "DE", "F"]),
        ((9, 1, 1), ["A", "BC"]),  # a bigger one is alone
        ((1, 9, 1), ["A", "B", "C"]),
        ((1, 1, 1, 1, 1), ["ABCDE"]),
    ],
)
def test_un_lot_tient_dans_la_place_qu_il_a(tailles: tuple[int, ...], lots: list[str]) -> None:
    assert ["".join(lot) for lot in par_lots(zip("ABCDEF", tailles, strict=False), 5)] == lots
