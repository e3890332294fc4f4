"""Which duty of référencement the text lays on this project: the ordinary one, or that of an exception."""

from __future__ import annotations

from msgspec import Struct

from duicheck.errors import NotApplicable
from duicheck.model import Projet, Structures
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_segur.declaration import Declaration

__all__ = ["Admission", "Regime", "admission", "clause", "dispenser", "regime"]


class Regime(Struct, frozen=True):
    """What a project is, as far as the duty depends on it.

    `champs` are the fields of its establishments; without a list of structures, the domains that the claim covers
    stand for them. `ght`: the porteur is a GHT; None: no project says who the porteur is.
    """

    champs: frozenset[str]
    ght: bool | None

    def seulement(self, champ: str) -> bool:
        """Whether all establishments are of that field."""
        return self.champs == {champ}


@reader
def regime(structures: Structures | None, projet: Projet | None, declaration: Declaration | None) -> Regime:
    """The project's fields and porteur. A row of the list that could not be read may be of any field."""
    ght = None if projet is None else projet.valeur["porteur"]["type"] == "ght"
    if structures is not None and structures.count:
        inconnu = frozenset({"(ligne illisible)"}) if structures.rejected else frozenset()
        return Regime(structures.champs | inconnu, ght=ght)
    domaines = frozenset() if declaration is None else declaration.domaines
    return Regime(domaines, ght=ght)


def clause(texte: Rulebook, parametre: str) -> str:
    """Where the text says it: 2025-40, « 4.2 … > C. … ».

    Raises:
        ParameterNotSet: it does not say it.
    """
    return f"{texte.id}, « {texte.parameter(parametre).source.section} »"


class Admission(Struct, frozen=True):
    """The statuses of référencement that the text takes from this project, and the clause that says so."""

    statuts: tuple[str, ...]
    clause: str


@reader
def admission(regime: Regime, texte: Rulebook) -> Admission:
    """What the text asks of this project. A rule that reads it is `sans_objet` where the text asks nothing.

    Raises:
        ParameterNotSet: the text asks for no référencement.
        NotApplicable: the project has establishments of the field PJM only, and the text lets it off.
    """
    dispenser(regime, texte)
    seul_ahi = regime.seulement("AHI") and "ahi_statuts_admis" in texte.parameters
    parametre = "ahi_statuts_admis" if seul_ahi else "referencement_statuts_admis"
    return Admission(tuple(texte[parametre]), clause(texte, parametre))


def dispenser(regime: Regime, texte: Rulebook) -> None:
    """Let off a project that the text asks no référencement of.

    Raises:
        NotApplicable: it has establishments of the field PJM only, and the text says so.
    """
    if regime.seulement("PJM") and texte.get("pjm_referencement_obligatoire") is False:
        ou = clause(texte, "pjm_referencement_obligatoire")
        message = f"projet du seul champ PJM : aucun logiciel référencé n'est exigé ({ou})"
        raise NotApplicable(message)
