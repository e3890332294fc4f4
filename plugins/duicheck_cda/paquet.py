"""A package of national rules as it lies in a folder: schemas, Schematrons, value sets, terminologies.

The folder is a checkout of the publisher's package, or a repaired copy of it. It is looked at by file names, since
neither its versions nor the copies people make of it have one layout.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct, field

from duicheck.discretion import Discreet
from duicheck.errors import NotAvailable
from duicheck.model import Paquets
from duicheck.rules import reader
from duicheck_cda.conventions import conventions
from duicheck_cda.documents import DocumentsCda
from duicheck_cda.jeux import JeuxDeValeurs, Terminologies

if TYPE_CHECKING:
    from duicheck_cda.schematron import Schema

__all__ = ["PaquetCda", "Profil", "paquet_cda"]

_FICHIERS = 50_000  # a folder that holds more is not a package
_GARDES = frozenset({".sch", ".xsd", ".xml", ".rdf"})
_SCHEMA = re.compile(rb"<(?:[\w.-]+:)?schema[\s>]")
_GABARIT = re.compile(r"""templateId(?:\s*\[\s*@root|/@root)\s*=\s*['"]([0-9.]+)['"]""")
_CODE = re.compile(r"""\A\s*(?:\./)?(?:[\w-]+:)?code\s*\[\s*@code\s*=\s*['"]([^'"]+)['"][^\]]*\]\s*\Z""")
_ENTETE_SEULE = re.compile(r"(?:^|/)(?:[\w-]+:)?ClinicalDocument\s*$")
_VERSION = re.compile(r"_(\d{4}\.\d{2})\.sch\Z", re.IGNORECASE)
_DATEE = re.compile(r"\d{4}\.\d{2}")


class Profil(Struct, frozen=True):
    """The schema of one kind of document: the templates and the code that it demands, and its version, from its name.

    A package holds no table of which schema is for which documents: its own rules on the header tell.
    """

    nom: str
    gabarits: frozenset[str]
    codes: frozenset[str]
    version: str | None

    def convient(self, gabarits: Mapping[str, str | None], code: str | None) -> bool:
        """Whether a document with these templates (root -> version) and this code is of that kind and version."""
        arc = conventions()["gabarits"]["arc_documents"]
        propres = {root for root in self.gabarits if root.startswith(f"{arc}.") and root != f"{arc}.1"}
        if not (propres or self.codes) or not self.gabarits <= gabarits.keys():
            return False
        if self.codes and code not in self.codes:
            return False
        versions = {dit for root in propres if (dit := gabarits[root]) is not None and _DATEE.fullmatch(dit)}
        return not versions or self.version is None or self.version in versions


class PaquetCda(Discreet, frozen=True, dict=True):
    """What folders of national rules hold together. `moteur` is what runs Schematrons: `duicheck` or `saxon`."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"fichiers"})

    dossiers: tuple[Path, ...]
    moteur: str = "duicheck"
    fichiers: Mapping[str, Sequence[Path]] = field(default_factory=dict)

    @classmethod
    def ouvrir(cls, dossiers: Sequence[Path], moteur: str = "duicheck") -> PaquetCda:
        """Look at folders.

        Raises:
            NotAvailable: one is not there, or they hold no rule.
        """
        fichiers: dict[str, list[Path]] = {}
        for dossier in dossiers:
            if not dossier.is_dir():
                message = f"{dossier.name} : ce dossier de règles nationales n'existe pas"
                raise NotAvailable(message)
            for nombre, chemin in enumerate(_parcourir(dossier.resolve())):
                if nombre > _FICHIERS:
                    message = f"{dossier.name} : plus de {_FICHIERS} fichiers, ce n'est pas un paquet de règles"
                    raise NotAvailable(message)
                fichiers.setdefault(chemin.name.lower(), []).append(chemin)
        if not any(nom.endswith((".sch", ".xsd")) for nom in fichiers):
            noms = ", ".join(dossier.name for dossier in dossiers)
            message = f"{noms} : ni schéma XSD ni Schematron dans ce paquet de règles nationales"
            raise NotAvailable(message)
        return cls(tuple(dossier.resolve() for dossier in dossiers), moteur, fichiers)

    @cached_property
    def xsd(self) -> Path | None:
        """The schema of CDA documents, extensions included where there are some."""
        return next((found[0] for nom in conventions()["paquet"]["xsd"] if (found := self.nommes(nom))), None)

    @cached_property
    def schematrons(self) -> Mapping[str, Path]:
        """The main schemas by file name; parts that others include are left out."""
        noms = sorted(nom for nom in self.fichiers if nom.endswith(".sch"))
        principaux = {}
        for nom in noms:
            # An expanded copy stands alone: it is preferred to one that is still in pieces.
            chemins = sorted(self.fichiers[nom], key=lambda chemin: ("expanded" not in chemin.parent.name, str(chemin)))
            premier = next((chemin for chemin in chemins if _est_schema(chemin)), None)
            if premier is not None:
                principaux[premier.name] = premier
        return principaux

    @property
    def entete(self) -> str | None:
        """The schema of the header, by its file name."""
        return self._schematron(conventions()["paquet"]["entete"])

    @property
    def generaux(self) -> list[str]:
        """The schemas of content that apply to every document."""
        return [nom for each in conventions()["paquet"]["generaux"] if (nom := self._schematron(each)) is not None]

    @cached_property
    def profils(self) -> Sequence[Profil]:
        """The schemas of one kind of document each."""
        noms = conventions()["paquet"]
        communs = {each.lower() for each in (noms["entete"], noms["terminologie"], *noms["generaux"])}
        return [_profil(nom, chemin) for nom, chemin in self.schematrons.items() if nom.lower() not in communs]

    @cached_property
    def jeux(self) -> JeuxDeValeurs:
        """The value sets, by their OID."""
        return JeuxDeValeurs(
            [chemin for nom, found in self.fichiers.items() if nom.endswith(".xml") for chemin in found]
        )

    @cached_property
    def terminologies(self) -> Terminologies:
        """The terminologies, by the OID of their code system."""
        return Terminologies(
            [chemin for nom, found in self.fichiers.items() if nom.endswith(".rdf") for chemin in found]
        )

    def nommes(self, nom: str) -> Sequence[Path]:
        """The files of that name, letter case aside."""
        return self.fichiers.get(nom.lower(), ())

    def compiler(self, nom: str) -> Schema:
        """Compile one of the schemas.

        Raises:
            SchematronError: it cannot be run.
        """
        from duicheck_cda.schematron import Resources  # noqa: PLC0415 -- start-up
        from duicheck_cda.schematron import compile as compiler  # noqa: PLC0415

        chemin = self.schematrons[nom]
        racine = next(dossier for dossier in self.dossiers if chemin.is_relative_to(dossier))
        return compiler(chemin, resources=Resources(chemin.parent, racine, self._retrouver))

    def choisir(self, gabarits: frozenset[tuple[str, str | None]], code: str | None) -> Profil | None:
        """The schema for a document with these templates and this code: the most precise, then the latest."""
        par_racine = dict(sorted(gabarits, key=lambda each: (each[0], each[1] or "")))
        possibles = [profil for profil in self.profils if profil.convient(par_racine, code)]
        return max(
            possibles,
            key=lambda profil: (len(profil.gabarits), len(profil.codes), profil.version or "", profil.nom),
            default=None,
        )

    def _schematron(self, nom: str) -> str | None:
        return next((each for each in self.schematrons if each.lower() == nom.lower()), None)

    def _retrouver(self, demande: str) -> Path | None:
        """A file that is not at its place: the only one of its name, or the only content of that name."""
        trouves = self.nommes(PurePosixPath(demande).name)
        if len(trouves) > 1 and len({chemin.read_bytes() for chemin in trouves}) > 1:
            return None
        return trouves[0] if trouves else None


def _parcourir(dossier: Path) -> Iterator[Path]:
    """The files that may be rules, in one order everywhere; links are not followed."""
    for racine, dossiers, noms in os.walk(dossier):
        dossiers[:] = sorted(nom for nom in dossiers if not nom.startswith("."))
        for nom in sorted(noms):
            chemin = Path(racine, nom)
            if chemin.suffix.lower() in _GARDES and not chemin.is_symlink():
                yield chemin


def _est_schema(chemin: Path) -> bool:
    """Whether a file is a schema, and not a pattern that others include."""
    try:
        with chemin.open("rb") as source:
            return _SCHEMA.search(source.read(4096)) is not None
    except OSError:
        return False


def _profil(nom: str, chemin: Path) -> Profil:
    """What the rules on ClinicalDocument demand of its templates."""
    from duicheck_cda.schematron import SchematronError  # noqa: PLC0415 -- start-up
    from duicheck_cda.schematron.source import SCH, load  # noqa: PLC0415

    version = _VERSION.search(nom)
    try:
        racine = load(chemin)
    except SchematronError:
        return Profil(nom, frozenset(), frozenset(), None)  # running it will say why it cannot be
    gabarits: set[str] = set()
    codes: set[str] = set()
    arc = conventions()["gabarits"]["arc_documents"]
    for rule in racine.iter(f"{{{SCH}}}rule"):
        if not _ENTETE_SEULE.search(rule.get("context", "")):
            # `*[templateId/@root="…"]` names the document too, by a template that only documents have.
            dits = _GABARIT.findall(rule.get("context", ""))
            gabarits.update(root for root in dits if root.startswith(f"{arc}."))
            continue
        for each in rule.iter(f"{{{SCH}}}assert"):
            test = each.get("test", "")
            if code := _CODE.match(test):
                codes.add(code[1])
            elif " or " not in test and "not(" not in test and "/" not in test.partition("templateId")[0].strip("./"):
                gabarits.update(_GABARIT.findall(test))
    return Profil(nom, frozenset(gabarits), frozenset(codes), version[1] if version else None)


@reader
def paquet_cda(documents: DocumentsCda, paquets: Paquets) -> PaquetCda:
    """Open the installed packs of national rules; never for a delivery without documents, whatever is installed.

    Raises:
        NotAvailable: there is none, it was altered, or it holds nothing to check with.
    """
    del documents
    return PaquetCda.ouvrir(paquets.dossiers, paquets.moteur)
