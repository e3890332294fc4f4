"""Invented extracts: the shapes of the real ones, and no line of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stdnum import luhn

EN_TETE = "finess;etalab;110;2025-08-01"


def numero(prefixe: str) -> str:
    """A number of nine characters with its key, from its first eight."""
    return prefixe + luhn.calc_check_digit(prefixe.replace("A", "1").replace("B", "2"))


def ligne(  # one line of cs1100502
    et: str,
    ej: str = "",
    *,
    nom: str = "ETABLISSEMENT INVENTE",
    departement: str = "01",
    commune: str = "01000 VILLE",
    categorie: str = "500",
    libelle: str = "EHPAD",
    agregat: str = "4401",
    siret: str = "",
    ouverture: str = "1990-01-01",
) -> str:
    champs = [""] * 32
    champs[0] = "structureet"
    champs[1], champs[2], champs[3] = et, ej, nom
    champs[13], champs[15] = departement, commune
    champs[18], champs[19], champs[20], champs[22] = categorie, libelle, agregat, siret
    champs[28] = ouverture
    return ";".join(champs)


def extrait(chemin: Path, lignes: Iterable[str], *, en_tete: str = EN_TETE, encodage: str = "utf-8") -> Path:
    chemin.write_text("\n".join([en_tete, *lignes]) + "\n", encoding=encodage, newline="\n")
    return chemin


def grand_extrait(chemin: Path, combien: int) -> list[str]:
    """An extract of many establishments; their numbers."""
    numeros = [numero(f"{1 + rang % 95:02d}{rang // 95:06d}") for rang in range(combien)]
    with chemin.open("w", encoding="utf-8", newline="\n") as flux:
        flux.write(EN_TETE + "\n")
        for rang, et in enumerate(numeros):
            ej = numeros[rang - rang % 4][:2] + "9" + numeros[rang - rang % 4][3:8]
            flux.write(
                ligne(et, numero(ej), nom=f"MAISON INVENTEE NO {rang}", siret=f"{732829320:09d}{rang % 99999:05d}")
                + "\n"
            )
        for rang, et in enumerate(numeros):
            flux.write(f"geolocalisation;{et};{800000 + rang}.1;6500000.2;1,ATLASANTE,100,IGN;2025-08-01\n")
    return numeros
