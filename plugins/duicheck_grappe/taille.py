"""How large a project must be: establishments, organisations, and what 2021 does not fund beyond."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import Grappe, Hypotheses, ProjetDepose
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_grappe.textes import TERRITOIRES, clause, etablissements, lignes_illisibles, seuil

__all__ = ["organismes_insuffisants", "plafond_depasse", "situations_melees", "taille", "taille_opposable"]

_CONDITIONS = {
    "marche_regulier": "régulier au vu du contrat ou du marché du regroupement initial",
    "sans_risque_excessif": "sans risque excessif pour le projet initial (délais, cibles d'usage)",
}
_REGARD = (
    "L'ARS apprécie ce minimum au regard, notamment, de la capacité des porteurs à mener à bien un projet"
    " d'informatisation et de leur maturité en management du système d'information"
)


@rule(
    "grappe/taille",
    severity=Severity.WARNING,
    message="{essms} ESSMS, pour {essms_attendus} « idéalement » ({territoire} ; {clause}). {suite}.",
    remedy="Formez un regroupement plus large, rejoignez une grappe déjà financée, ou préparez avec l'ARS de quoi"
    " justifier cette taille.",
    since="0.1",
)
def taille(grappe: Grappe, projet: ProjetDepose | None, texte: Rulebook) -> Iterator[Violation]:
    """Le projet compte moins d'établissements que le texte n'en souhaite.

    Quinze « idéalement », huit outre-mer et en Corse : ce n'est pas un refus, l'ARS apprécie. Les numéros FINESS
    géographiques sont comptés une fois. Un projet plus petit est recevable s'il rejoint un regroupement déjà financé,
    de façon régulière et sans risque excessif pour celui-ci : la règle est alors respectée quand le projet affirme les
    deux conditions (`elargissement`), et dit sinon laquelle manque. Le webinaire de 2024 parle de condition impérative
    sans dire si l'ARS peut l'apprécier, et ne donne pas de seuil réduit. En 2021 le minimum est opposable :
    `grappe/taille-opposable`. Un projet qui mêle l'Hexagone et l'outre-mer suit l'hypothèse `seuil_mixte`.

    Source : 2023-13, annexe 3 C 5 (« idéalement quinze structures » ; « les ARS apprécieront ces minima ») ; 2025-40,
    §4.2 D ; 2024-15, webinaire, « Qu'est ce qu'une grappe ? » et A 2.
    """
    if texte.get("essms_minimum_opposable"):
        message = "le texte oppose ce minimum au projet : voir grappe/taille-opposable"
        raise NotApplicable(message)
    attendus = seuil(texte, "essms_minimum", reduit=grappe.seuil_reduit)
    if not _trop_petite(grappe, attendus):
        return
    suite = _suite(projet, texte)
    if suite is None:
        return
    faits: dict[str, Fact] = {
        "essms": grappe.taille,
        "essms_attendus": attendus,
        "territoire": TERRITOIRES[grappe.seuil_reduit],
        "clause": clause(texte, "essms_minimum"),
        "suite": suite,
    }
    yield Violation(grappe.lieu, faits)


def _trop_petite(grappe: Grappe, attendus: int) -> bool:
    """Whether there are too few.

    Raises:
        NotAvailable: rows that could not be read would be enough.
    """
    if grappe.taille < attendus <= grappe.taille + grappe.illisibles:
        message = f"structures : {lignes_illisibles(grappe.illisibles)}, et la taille en dépend"
        raise NotAvailable(message, frozenset({"structures"}))
    return grappe.taille < attendus


def _suite(projet: ProjetDepose | None, texte: Rulebook) -> str | None:
    """What the ARS will look at; None where the project joins a funded grappe as the text wants it."""
    conditions: tuple[str, ...] = texte.get("rejoindre_grappe_conditions", ())
    if not conditions:
        return "La source n'en dit pas plus : voyez avec l'ARS si elle peut l'apprécier"
    enumeration = " et ".join(_CONDITIONS[code] for code in conditions)
    if projet is None or not projet.rejoint_grappe_financee:
        return f"{_REGARD} ; un projet plus petit peut rejoindre une grappe financée, si c'est {enumeration}"
    if projet.elargissement is None:
        return f"Le projet rejoint une grappe financée, et ne dit pas si l'élargissement est {enumeration}"
    manquent = [_CONDITIONS[code] for code in conditions if not projet.elargissement[code]]
    if not manquent:
        return None
    return f"Le projet rejoint une grappe financée, mais l'élargissement n'est pas {' ni '.join(manquent)}"


@rule(
    "grappe/taille-opposable",
    severity=Severity.ERROR,
    message="{essms} ESSMS : une grappe en réunit au moins {essms_attendus} ({territoire} ; {clause}).",
    remedy="Réunissez d'autres établissements : sous ce nombre, le projet n'est pas éligible.",
    since="0.1",
)
def taille_opposable(
    grappe: Grappe, projet: ProjetDepose | None, texte: Rulebook, hypotheses: Hypotheses
) -> Iterator[Violation]:
    """Une grappe n'a pas le nombre d'établissements sans lequel le texte ne la finance pas.

    En 2021 seules sont éligibles, pour une acquisition, les grappes d'au moins quinze ESSMS (huit outre-mer et en
    Corse). Les projets de mise en conformité n'y sont pas soumis, ni le changement de solution d'un organisme « moyen
    ou grand » qui dépose seul : le texte ne mesure pas cette taille, l'hypothèse `changement_de_solution` le fait.

    Source : 2021-amorcage, « Projets éligibles » 1 (« ne pourront ainsi être éligibles que »).
    """
    _exiger_grappe(grappe, projet, texte, hypotheses)
    attendus = seuil(texte, "essms_minimum", reduit=grappe.seuil_reduit)
    if _trop_petite(grappe, attendus):
        faits: dict[str, Fact] = {
            "essms": grappe.taille,
            "essms_attendus": attendus,
            "territoire": TERRITOIRES[grappe.seuil_reduit],
            "clause": clause(texte, "essms_minimum"),
        }
        yield Violation(grappe.lieu, faits)


@rule(
    "grappe/organismes-insuffisants",
    severity=Severity.ERROR,
    message="Organismes gestionnaires : {organismes}, et une grappe en réunit au moins {organismes_attendus}"
    " ({territoire} ; {clause}).",
    remedy="Associez un autre organisme gestionnaire : sous ce nombre, le projet n'est pas éligible.",
    since="0.1",
)
def organismes_insuffisants(
    grappe: Grappe, projet: ProjetDepose | None, texte: Rulebook, hypotheses: Hypotheses
) -> Iterator[Violation]:
    """Une grappe ne réunit pas assez d'organismes gestionnaires.

    Trois au moins en 2021, deux outre-mer et en Corse, avec les mêmes exceptions que `grappe/taille-opposable`. Les
    organismes sont ceux du projet et ceux de la liste des structures, par leur SIREN. Les textes suivants ne fixent pas
    de nombre.

    Source : 2021-amorcage, « Projets éligibles » 1 (« au moins trois organismes gestionnaires »).
    """
    texte.parameter("organismes_minimum")
    _exiger_grappe(grappe, projet, texte, hypotheses)
    attendus = seuil(texte, "organismes_minimum", reduit=grappe.seuil_reduit)
    muets = sum(un.organisme_siren is None for un in grappe.etablissements)
    if len(grappe.organismes) >= attendus:
        return
    if muets or grappe.illisibles:
        message = f"structures : {etablissements(muets + grappe.illisibles)} sans SIREN d'organisme gestionnaire"
        raise NotAvailable(message, frozenset({"structures"}))
    faits: dict[str, Fact] = {
        "organismes": len(grappe.organismes),
        "organismes_attendus": attendus,
        "territoire": TERRITOIRES[grappe.seuil_reduit],
        "clause": clause(texte, "organismes_minimum"),
    }
    yield Violation(grappe.lieu, faits)


def _exiger_grappe(grappe: Grappe, projet: ProjetDepose | None, texte: Rulebook, hypotheses: Hypotheses) -> None:
    """Let off the projects that need not be a grappe.

    Raises:
        ParameterNotSet, NotApplicable: the text lays no such duty, or not on this project.
        NotAvailable: what kind of project it is cannot be told.
    """
    if not texte["essms_minimum_opposable"]:
        message = f"le texte n'oppose pas ce minimum : voir grappe/taille ({clause(texte, 'essms_minimum_opposable')})"
        raise NotApplicable(message)
    soumises = frozenset(texte["seuil_situations"])
    situations = {un.situation for un in grappe.etablissements}
    if None in situations and not situations & soumises:
        message = "structures : la situation des établissements (acquisition ou montée de version) n'est pas dite"
        raise NotAvailable(message, frozenset({"structures"}))
    if not situations & soumises:
        ou = clause(texte, "seuil_situations")
        message = f"projet de mise en conformité : le minimum ne vaut que pour les acquisitions ({ou})"
        raise NotApplicable(message)
    if hypotheses.get("changement_de_solution") == "organisme_du_seuil" and _depose_seul(grappe, projet, texte):
        ou = clause(texte, "essms_minimum")
        message = f"changement de solution d'un organisme seul, assez grand : la grappe n'est pas demandée ({ou})"
        raise NotApplicable(message)


def _depose_seul(grappe: Grappe, projet: ProjetDepose | None, texte: Rulebook) -> bool:
    """Whether one organisation, as large as a grappe, changes its solution."""
    if projet is None or len(grappe.organismes) != 1:
        return False
    (organisme,) = grappe.organismes
    limite = seuil(texte, "essms_minimum", reduit=organisme.seuil_reduit)
    change = all(un.solution_actuelle is not None for un in grappe.etablissements)
    return change and organisme.nombre_essms is not None and organisme.nombre_essms >= limite


@rule(
    "grappe/plafond-depasse",
    severity=Severity.WARNING,
    message="{essms} ESSMS : le texte en finance {essms_finances} au plus ({clause}).",
    remedy="Le projet reste possible ; prévoyez que les établissements au-delà ne seront pas financés.",
    since="0.1",
)
def plafond_depasse(grappe: Grappe, texte: Rulebook) -> Iterator[Violation]:
    """Le projet compte plus d'établissements que le texte n'en finance.

    Trente par projet en 2021, pour une acquisition comme pour une mise en conformité. C'est une limite du financement,
    non un refus : un avertissement. Les textes suivants ne bornent pas le nombre, ils diminuent l'aide.

    Source : 2021-amorcage, « Projets éligibles » (« dans la limite de 30 ESMS par projet »).
    """
    plafond = texte["essms_maximum_finances"]
    if grappe.taille > plafond:
        faits: dict[str, Fact] = {
            "essms": grappe.taille,
            "essms_finances": plafond,
            "clause": clause(texte, "essms_maximum_finances"),
        }
        yield Violation(grappe.lieu, faits)
    elif grappe.taille + grappe.illisibles > plafond:
        message = f"structures : {lignes_illisibles(grappe.illisibles)}, et la taille en dépend"
        raise NotAvailable(message, frozenset({"structures"}))


@rule(
    "grappe/situations-melees",
    severity=Severity.ERROR,
    message="Acquisitions : {acquisitions}, montées de version : {montees}, dans un même projet ({clause}).",
    remedy="Faites-en deux projets : le texte ne finance pas les deux ensemble.",
    since="0.1",
)
def situations_melees(grappe: Grappe, texte: Rulebook) -> Iterator[Violation]:
    """Un projet mêle acquisitions et mises en conformité.

    En 2021 un financement correspond à l'un ou à l'autre, « en aucun cas aux deux types de projets ». La mise en
    conformité est la montée de version des textes suivants, qui admettent les projets mixtes.

    Source : 2021-amorcage, « Projets éligibles » 2.
    """
    if not texte["situations_exclusives"]:
        message = "le texte admet les projets mixtes"
        raise NotApplicable(message)
    situations = [un.situation for un in grappe.etablissements]
    acquisitions, montees = situations.count("acquisition"), situations.count("montee_de_version")
    if acquisitions and montees:
        faits: dict[str, Fact] = {
            "acquisitions": acquisitions,
            "montees": montees,
            "clause": clause(texte, "situations_exclusives"),
        }
        yield Violation(grappe.lieu, faits)
    elif muets := situations.count(None):
        message = f"structures : {etablissements(muets)} sans situation dite"
        raise NotAvailable(message, frozenset({"structures"}))
