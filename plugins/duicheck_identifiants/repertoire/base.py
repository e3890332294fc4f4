"""Looking establishments up in a loaded extract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from duicheck_identifiants.repertoire.numeros import candidats
from duicheck_identifiants.repertoire.puits import COLONNES_EJ, COLONNES_ET, Remarque, SourceExtrait

if TYPE_CHECKING:
    import duckdb

__all__ = ["Entite", "Etablissement", "Repertoire"]

_PROCHES = 5  # near numbers that are proposed: real ones seldom have more than three


class Etablissement(Struct, frozen=True):
    """An establishment (ET) of the extract; what it does not say is None. `departement` is the INSEE code."""

    numero: str
    numero_ej: str | None
    nom: str | None
    departement: str | None
    commune: str | None
    categorie: str | None
    libelle: str | None
    siret: str | None
    ouverture: date | None
    fermeture: date | None


class Entite(Struct, frozen=True):
    """A legal entity (EJ) of the extract. Its SIREN may come from the SIRET of its establishments."""

    numero: str
    nom: str | None
    siren: str | None
    fermeture: date | None


class Repertoire:
    """A loaded extract, read-only.

    Args:
        ouvrir: gives a connection to its tables, for one question. A file is open no longer than that: others may
            load a newer one meanwhile, which Windows would refuse.
    """

    role: ClassVar[str] = "finess"

    def __init__(self, ouvrir: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]) -> None:
        self._ouvrir = ouvrir
        with ouvrir() as connexion:
            lignes = connexion.execute("SELECT * FROM sources").fetchall()
        self.sources: Sequence[SourceExtrait] = [SourceExtrait(*ligne) for ligne in lignes]

    @property
    def date_extrait(self) -> date | None:
        """The day of the oldest of its files: what it says is true up to then; None where a file does not say."""
        jours = [source.date_extrait for source in self.sources]
        return None if None in jours else min(jour for jour in jours if jour is not None)

    @property
    def nom(self) -> str:
        """What it is, in words, with its date."""
        jour = self.date_extrait
        if jour is None:
            return "l'extrait FINESS (sans date)"
        date = f"{jour:%d/%m}/{jour.year:04}"
        return f"l'extrait FINESS du {date}"

    @property
    def complet(self) -> bool:
        """Whether an establishment that is not in it can be said not to exist."""
        return any(source.complet for source in self.sources)

    @property
    def fermes(self) -> bool:
        """Whether it keeps establishments that have closed."""
        return any(source.fermes and source.complet for source in self.sources)

    def etablissements(self, numeros: Iterable[str]) -> Mapping[str, Etablissement]:
        """Those of these numbers that are establishments."""
        return {
            ligne[0]: Etablissement(*ligne)
            for ligne in self._demande(
                f"SELECT {', '.join(COLONNES_ET)} FROM etablissements WHERE numero IN (SELECT unnest(?))", numeros
            )
        }

    def entites(self, numeros: Iterable[str]) -> Mapping[str, Entite]:
        """Those of these numbers that are legal entities."""
        return {
            ligne[0]: Entite(*ligne)
            for ligne in self._demande(
                f"SELECT {', '.join(COLONNES_EJ)} FROM entites WHERE numero IN (SELECT unnest(?))", numeros
            )
        }

    def de_l_entite(self, numeros: Iterable[str]) -> Mapping[str, list[str]]:
        """The establishments of each legal entity, sorted."""
        trouves: dict[str, list[str]] = {}
        sql = (
            "SELECT numero_ej, numero FROM etablissements WHERE numero_ej IN (SELECT unnest(?)) ORDER BY numero_ej,"
            " numero"
        )
        for entite, numero in self._demande(sql, numeros):
            trouves.setdefault(entite, []).append(numero)
        return trouves

    def proches(self, textes: Iterable[str]) -> Mapping[str, list[Etablissement]]:
        """For each text, the establishments whose number one slip makes of it, most likely first, five at most."""
        essais = {texte: list(candidats(texte)) for texte in textes}
        connus = self.etablissements({numero for numeros in essais.values() for numero in numeros})
        return {
            texte: [connus[numero] for numero in numeros if numero in connus][:_PROCHES]
            for texte, numeros in essais.items()
        }

    def remarques(self, *, ecartees: bool | None = None, limite: int | None = None) -> list[Remarque]:
        """What was remarked when it was loaded, in the order of the files."""
        ou = "" if ecartees is None else f" WHERE ecartee = {ecartees}"
        combien = "" if limite is None else f" LIMIT {limite}"
        with self._ouvrir() as connexion:
            lignes = connexion.execute(f"SELECT * FROM remarques{ou} ORDER BY rowid{combien}").fetchall()
        return [Remarque(*ligne) for ligne in lignes]

    def comptes(self) -> tuple[int, int]:
        """How many establishments and legal entities it holds."""
        with self._ouvrir() as connexion:
            sql = "SELECT (SELECT count(*) FROM etablissements), (SELECT count(*) FROM entites)"
            ((etablissements, entites),) = connexion.execute(sql).fetchall()
        return etablissements, entites

    def _demande(self, sql: str, numeros: Iterable[str]) -> list[tuple]:  # type: ignore[type-arg]  # rows of any shape
        cherches = sorted(set(numeros))
        if not cherches:
            return []
        with self._ouvrir() as connexion:
            return connexion.execute(sql, [cherches]).fetchall()
