"""Defects of identifiers."""

from __future__ import annotations

from collections.abc import Callable

from duicheck_echantillon.defauts.commun import defaut, toute
from duicheck_echantillon.fichiers import Echantillon
from duicheck_echantillon.numeros import cle_luhn

__all__: list[str] = []


def _renommer(echantillon: Echantillon, neuf: Callable[[str], str]) -> None:
    """Give the first establishment another number, everywhere."""
    ancien = echantillon.premiere("indicateurs", toute)["finess_et"]
    for role in ("indicateurs", "journal", "registre"):
        echantillon.changer(role, lambda ligne: ligne["finess_et"] == ancien, finess_et=neuf(ancien))


@defaut("identifiants/finess-mal-forme")
def _finess_mal_forme(echantillon: Echantillon) -> None:
    _renommer(echantillon, lambda ancien: "7X" + ancien[2:])


@defaut("identifiants/finess-cle")
def _finess_cle(echantillon: Echantillon) -> None:
    _renommer(echantillon, lambda ancien: ancien[:-1] + str((int(ancien[-1]) + 1) % 10))


@defaut("identifiants/siren")
def _siren(echantillon: Echantillon) -> None:
    manifeste = (echantillon.dossier / "livraison.toml").read_text(encoding="utf-8")
    bon = manifeste.partition('siren = "')[2][:9]
    echantillon.manifeste(bon, bon[:-1] + str((int(cle_luhn(bon[:-1])) + 1) % 10))
