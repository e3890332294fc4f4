"""Running Schematrons over one document after the other, in this process or as a worker of another.

As a program (`python -m duicheck_cda.executant`) it reads one JSON line per document and answers with one: a package
first, then documents. A worker of our own, and not `multiprocessing`: nothing of the caller's `__main__` is run again,
a worker that dies takes one document with it, and one that hangs can be killed.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from duicheck_cda.lecture import lire
from duicheck_cda.paquet import PaquetCda
from duicheck_cda.schematron import Report, Schema, SchematronError

__all__ = ["Executant", "Resultat", "Travail"]


class Travail(Struct, frozen=True):
    """One document (a file, or its bytes) and the schemas to run over it, by file name."""

    source: Path | bytes
    schemas: Sequence[str]

    @property
    def taille(self) -> int:
        """The size in bytes; 0 for a file that is not there any more."""
        if isinstance(self.source, bytes):
            return len(self.source)
        return self.source.stat().st_size if self.source.is_file() else 0

    def as_json(self) -> dict[str, Any]:
        """As one JSON value."""
        if isinstance(self.source, bytes):
            return {"octets": base64.b64encode(self.source).decode("ascii"), "schemas": list(self.schemas)}
        return {"fichier": str(self.source), "schemas": list(self.schemas)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Travail:
        """What `as_json` wrote."""
        source = base64.b64decode(value["octets"]) if "octets" in value else Path(value["fichier"])
        return cls(source, tuple(value["schemas"]))


class Resultat(Struct, frozen=True):
    """What came of one document: a report for each schema, or the French reason why there is none."""

    rapports: Mapping[str, Report]
    raisons: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """As one JSON value."""
        rapports = {nom: rapport.as_json() for nom, rapport in self.rapports.items()}
        return {"rapports": rapports, "raisons": dict(self.raisons)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Resultat:
        """What `as_json` wrote."""
        rapports = {nom: Report.from_json(rapport) for nom, rapport in value["rapports"].items()}
        return cls(rapports, value["raisons"])


class Executant:
    """Runs schemas of a package; each is compiled once."""

    def __init__(self, paquet: PaquetCda) -> None:
        self._paquet = paquet
        self._schemas: dict[str, Any] = {}

    def faire(self, travail: Travail) -> Resultat:
        """Run the schemas over a document. Whatever goes wrong is a reason, never an exception."""
        rapports: dict[str, Report] = {}
        raisons: dict[str, str] = {}
        try:
            arbre = lire(travail.source).arbre
        except Exception as error:  # noqa: BLE001 -- a document must not stop the others
            return Resultat({}, dict.fromkeys(travail.schemas, _arret(error)))
        for nom in travail.schemas:
            try:
                if arbre is None:
                    raisons[nom] = "le document n'a pas pu être relu"
                else:
                    rapports[nom] = self._schema(nom).validate(arbre)
            except SchematronError as error:
                raisons[nom] = str(error)
            except Exception as error:  # noqa: BLE001 -- as above
                raisons[nom] = _arret(error)
        return Resultat(rapports, raisons)

    def _schema(self, nom: str) -> Any:  # noqa: ANN401 -- a Schema, or SaxonC's
        found = self._schemas.get(nom)
        if found is None:
            try:
                found = self._compiler(nom)
            except SchematronError as error:
                found = error
            self._schemas[nom] = found
        if isinstance(found, SchematronError):
            raise found
        return found

    def _compiler(self, nom: str) -> Any:  # noqa: ANN401
        schema: Schema = self._paquet.compiler(nom)
        if self._paquet.moteur == "saxon":
            from duicheck_cda.schematron.saxon import Saxon  # noqa: PLC0415 -- an extra

            return Saxon(schema)
        return schema


def _arret(error: BaseException) -> str:
    """The kind of a crash: its text may quote the document."""
    return f"le contrôle s'est arrêté sur une erreur de programme ({type(error).__name__})"


def main() -> None:
    """Serve one caller, on standard input and output."""
    sortie, sys.stdout = sys.stdout, sys.stderr  # what a library may print must not look like an answer
    premier = json.loads(sys.stdin.readline())
    executant = Executant(PaquetCda.ouvrir([Path(each) for each in premier["dossiers"]], premier["moteur"]))
    sortie.write("{}\n")
    sortie.flush()
    for ligne in sys.stdin:
        resultat = executant.faire(Travail.from_json(json.loads(ligne)))
        sortie.write(json.dumps(resultat.as_json()) + "\n")
        sortie.flush()


if __name__ == "__main__":
    main()
