"""The tables of a sample, read and rewritten row by row: no cell of a sample needs quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from duicheck.rulebook import Rulebook

__all__ = ["Echantillon", "Ligne"]

Ligne = dict[str, str]
"""A row: heading -> text of the cell."""


class Echantillon(Struct, frozen=True):
    """A written sample, to be spoiled."""

    dossier: Path
    texte: Rulebook
    mesure: date

    def chemin(self, role: str) -> Path:
        """The file of a role."""
        return self.dossier / f"{role}.csv"

    def titres(self, role: str) -> list[str]:
        """The headings of a table."""
        with self.chemin(role).open(encoding="utf-8", newline="") as fichier:
            return fichier.readline().rstrip("\n").split(",")

    def lignes(self, role: str) -> Iterator[Ligne]:
        """The rows of a table, one at a time."""
        with self.chemin(role).open(encoding="utf-8", newline="") as fichier:
            titres = fichier.readline().rstrip("\n").split(",")
            for texte in fichier:
                yield dict(zip(titres, texte.rstrip("\n").split(","), strict=True))

    def premiere(self, role: str, critere: Callable[[Ligne], bool]) -> Ligne:
        """The first row that meets a condition.

        Raises:
            StopIteration: there is none.
        """
        return next(filter(critere, self.lignes(role)))

    def refaire(self, role: str, lignes: Iterable[Ligne], titres: Sequence[str] | None = None) -> None:
        """Write a table anew, as a stream: `lignes` may read the old one."""
        titres = titres or self.titres(role)
        neuf = self.chemin(role).with_suffix(".neuf")
        with neuf.open("w", encoding="utf-8", newline="\n") as fichier:
            fichier.write(",".join(titres) + "\n")
            fichier.writelines(",".join(ligne.get(titre, "") for titre in titres) + "\n" for ligne in lignes)
        neuf.replace(self.chemin(role))

    def changer(self, role: str, critere: Callable[[Ligne], bool], **cellules: str) -> None:
        """Change cells of every row that meets a condition."""
        self.refaire(role, ({**ligne, **cellules} if critere(ligne) else ligne for ligne in self.lignes(role)))

    def changer_une(self, role: str, critere: Callable[[Ligne], bool], **cellules: str) -> None:
        """Change cells of the first row that meets a condition."""
        visee = self.premiere(role, critere)
        self.changer(role, lambda ligne: ligne == visee, **cellules)

    def retirer(self, role: str, critere: Callable[[Ligne], bool]) -> None:
        """Take away every row that meets a condition."""
        self.refaire(role, (ligne for ligne in self.lignes(role) if not critere(ligne)))

    def ajouter(self, role: str, *lignes: Ligne) -> None:
        """Put rows at the end of a table."""
        titres = self.titres(role)
        with self.chemin(role).open("a", encoding="utf-8", newline="\n") as fichier:
            fichier.writelines(",".join(ligne.get(titre, "") for titre in titres) + "\n" for ligne in lignes)

    def manifeste(self, avant: str, apres: str) -> None:
        """Replace words of the manifest, once."""
        chemin = self.dossier / "livraison.toml"
        texte = chemin.read_text(encoding="utf-8")
        chemin.write_text(texte.replace(avant, apres, 1), encoding="utf-8", newline="\n")
