"""The rule about how pseudonyms are made."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Severity, Violation
from duicheck.model import Registre
from duicheck.rulebook import Rulebook
from duicheck.rules import rule

__all__ = ["pseudonyme_previsible"]

_CONSECUTIFS = """
    WITH ids AS (SELECT DISTINCT {colonne} AS id FROM registre WHERE {colonne} IS NOT NULL),
    fins AS (SELECT id, regexp_extract(id, '[0-9]{{1,18}}$') AS fin FROM ids),
    parties AS (
        SELECT CASE WHEN fin = '' THEN '' ELSE left(id, length(id) - length(fin)) END AS debut,
               try_cast(fin AS BIGINT) AS nombre
        FROM fins),
    ecarts AS (SELECT nombre - lag(nombre) OVER (PARTITION BY debut ORDER BY nombre) AS ecart FROM parties)
    SELECT (SELECT count(*) FROM ids), count(*) FILTER (ecart = 1), (SELECT count(DISTINCT debut) FROM parties)
    FROM ecarts
"""
"""Distinct pseudonyms, how many follow another one by one, and under how many beginnings."""

_EMPREINTES = """
    WITH ids AS (SELECT DISTINCT lower({colonne}) AS id FROM registre WHERE length({colonne}) = {longueur})
    SELECT count(*) FROM ids
    WHERE id IN (SELECT {fonction}(i::VARCHAR) FROM range({entiers}) AS entiers(i))
       OR id IN (
        SELECT {fonction}(finess_et || lpad(i::VARCHAR, 4, '0'))
        FROM (SELECT DISTINCT finess_et FROM registre LIMIT {etablissements}), range(10000) AS entiers(i))
"""
"""How many pseudonyms are the digest of a small integer, or of an establishment's number and a counter."""

_FONCTIONS = {"md5": 32, "sha1": 40, "sha256": 64}  # DuckDB's digests, and how long their hexadecimal is
_PAR_ETABLISSEMENT = 10_000


@rule(
    "confidentialite/pseudonyme-previsible",
    severity=Severity.WARNING,
    waivable=False,
    message="{colonne} : {previsibles} pseudonymes sur {pseudonymes} se devinent ({cause}).",
    remedy="Tirez les pseudonymes au hasard, ou calculez-les par un HMAC dont la clé reste dans l'établissement.",
    since="0.1",
)
def pseudonyme_previsible(registre: Registre, texte: Rulebook) -> Iterator[Violation]:
    """Les pseudonymes se devinent.

    Deux façons. Des numéros consécutifs : qui connaît un dossier connaît ses voisins, et l'ordre des admissions.
    L'empreinte sans sel (MD5, SHA-1, SHA-256) d'un petit nombre, ou d'un numéro FINESS suivi d'un compteur : on les
    essaie toutes en une seconde, ce que cette règle fait. L'empreinte d'un NIR se retrouve aussi, en quelques minutes
    de calcul : la règle ne l'essaie pas, et ne prouve donc pas qu'un pseudonyme est sûr.

    Source : avis 05/2014 du groupe de l'article 29 sur les techniques d'anonymisation, §4 (pseudonymisation) ; les
    seuils sont ceux de la convention « Pseudonymes prévisibles ».
    """
    minimum, part, entiers = (
        texte["pseudonymes_minimum"],
        texte["pseudonymes_consecutifs"],
        texte["pseudonymes_entiers"],
    )
    juges = 0
    for colonne in ("id_personne", "id_dossier"):
        ((pseudonymes, suivants, debuts),) = registre.rows(_CONSECUTIFS.format(colonne=colonne))
        if pseudonymes < minimum:
            continue
        juges += 1
        ((rowid,),) = registre.rows(f"SELECT min(rowid) FROM registre WHERE {colonne} IS NOT NULL")
        at = registre.at(rowid, colonne)
        # Each run of consecutive numbers has a first one, which follows none.
        if 100 * suivants >= part * (pseudonymes - debuts) and suivants:
            faits = {"colonne": colonne, "previsibles": suivants + debuts, "pseudonymes": pseudonymes}
            yield Violation(at, {**faits, "cause": "numéros consécutifs"})
            continue
        previsibles, fonction = _empreintes(registre, colonne, entiers)
        if previsibles:
            faits = {"colonne": colonne, "previsibles": previsibles, "pseudonymes": pseudonymes}
            yield Violation(at, {**faits, "cause": f"empreinte {fonction} sans sel d'un petit nombre"})
    if not juges:
        message = f"moins de {minimum} pseudonymes : trop peu pour voir comment ils sont faits"
        raise NotApplicable(message)


def _empreintes(registre: Registre, colonne: str, entiers: int) -> tuple[int, str]:
    """How many pseudonyms of a column are digests of a small space, and by which function; (0, "") for none."""
    longueurs = registre.rows(
        f"SELECT DISTINCT length({colonne}) FROM registre WHERE regexp_full_match({colonne}, '[0-9A-Fa-f]{{32,64}}')"
    )
    for fonction, longueur in _FONCTIONS.items():
        if (longueur,) in longueurs:
            ((trouves,),) = registre.rows(
                _EMPREINTES.format(
                    colonne=colonne,
                    longueur=longueur,
                    fonction=fonction,
                    entiers=entiers,
                    etablissements=max(1, entiers // _PAR_ETABLISSEMENT),
                )
            )
            if trouves:
                return trouves, fonction.upper()
    return 0, ""
