"""What a claim says of each requirement, against what the catalogue knows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from duicheck.errors import NotApplicable
from duicheck.findings import Fact, Severity, Violation
from duicheck.rules import rule
from duicheck_segur.catalogue import Catalogue, Exigence, exiger_couloir
from duicheck_segur.declaration import Declaration, ExigenceDeclaree
from duicheck_segur.references import ecrit

__all__ = [
    "condition_non_motivee",
    "exclusives",
    "exigence_ecartee",
    "exigence_non_satisfaite",
    "exigence_oubliee",
    "exigence_sans_preuve",
]

_NOMMEES = 5  # identifiers that a message names; the others are counted


@rule(
    "segur/exigence-sans-preuve",
    severity=Severity.ERROR,
    message="{exigence}, obligatoire, est déclarée satisfaite {manque} ({catalogue}).",
    remedy="Joignez la preuve sous son scénario, ou déclarez l'exigence non satisfaite.",
    since="0.1",
)
def exigence_sans_preuve(declaration: Declaration, connu: Catalogue) -> Iterator[Violation]:
    """Une exigence obligatoire est déclarée satisfaite sans aucune preuve.

    Est obligatoire ce que le catalogue classe CRI (« doit ») et rattache aux DUI ; une préconisation se déclare sans
    preuve. Quand le catalogue donne les scénarios d'une exigence, ce qui est le cas d'un référentiel importé, chacun
    veut la sienne. Le contenu d'une preuve n'est jamais jugé : sa présence et son empreinte le sont.

    Source : convention duicheck, d'après le dossier de preuves du référencement Ségur (exigence, scénario, preuve).
    """
    exiger_couloir(connu, declaration.couloir)
    for exigence in declaration.exigences:
        trouvee = connu.trouver(exigence.id)
        if exigence.etat != "satisfaite" or trouvee is None or not trouvee.obligatoire:
            continue
        if manque := _manque(exigence, trouvee):
            faits = {"exigence": ecrit(exigence.id), "manque": manque, "catalogue": connu.etendue()}
            yield Violation(declaration.at(exigence.pointeur), faits)


def _manque(exigence: ExigenceDeclaree, trouvee: Exigence) -> str | None:
    """What is missing to the proofs of a requirement, in words; None: nothing."""
    if not any(exigence.preuves):
        return "sans aucune preuve"
    joues = {scenario.id.removeprefix("SC.") for scenario in exigence.scenarios if scenario.preuves}
    absents = [scenario for scenario in trouvee.scenarios if scenario.removeprefix("SC.") not in joues]
    return f"sans preuve de {_liste(absents, 'scénarios')}" if absents else None


def _liste(identifiants: Sequence[str], quoi: str) -> str:
    """Some identifiers and how many others: « A, B et 3 autres scénarios »."""
    montres = ", ".join(ecrit(each) for each in identifiants[:_NOMMEES])
    reste = len(identifiants) - _NOMMEES
    return f"{montres} et {reste} autres {quoi}" if reste > 1 else f"{montres} et un autre" if reste == 1 else montres


@rule(
    "segur/exclusives",
    severity=Severity.ERROR,
    message="{exigences} : {cause}.",
    remedy="Déclarez satisfaite la branche qui correspond aux structures équipées, et l'autre non applicable.",
    since="0.1",
)
def exclusives(declaration: Declaration, connu: Catalogue) -> Iterator[Violation]:
    """Deux exigences qui s'excluent sont déclarées toutes les deux, ou aucune ne l'est.

    SC.INS.28A vaut pour les structures qui facturent des actes remboursables, SC.INS.28B pour les autres : une
    solution qui est référentiel d'identité satisfait l'une ou l'autre. Si tout le profil est écarté (chaque exigence
    déclarée « Spécifique DUI référentiel d'identité » est non applicable, avec son motif), la règle est respectée.

    Source : profils « Spécifique DUI référentiel d'identité » des socles de vague 1 (export Squash, SC.INS.28A et
    SC.INS.28B) ; des brouillons, et non le REM publié.
    """
    exiger_couloir(connu, declaration.couloir)
    declarees = _par_exigence(declaration, connu)
    vus: set[frozenset[str]] = set()
    for trouvee in connu.exigences.values():
        groupe = frozenset({trouvee.id, *trouvee.exclusive_de})
        if len(groupe) == 1 or groupe in vus:
            continue
        vus.add(groupe)
        satisfaites = [nom for nom in sorted(groupe) if nom in declarees and declarees[nom].etat == "satisfaite"]
        if len(satisfaites) == 1 or (not satisfaites and _profil_ecarte(groupe, declarees, connu)):
            continue
        presentes = [declarees[nom] for nom in sorted(groupe) if nom in declarees]
        at = declaration.at(presentes[-1].pointeur if presentes else "/exigences")
        cause = "les deux sont déclarées satisfaites, alors qu'elles s'excluent"
        if not satisfaites:
            cause = "aucune n'est déclarée satisfaite, alors que l'une des deux s'applique"
        yield Violation(at, {"exigences": " et ".join(sorted(groupe)), "cause": cause})


def _par_exigence(declaration: Declaration, connu: Catalogue) -> dict[str, ExigenceDeclaree]:
    """The declared requirements by the catalogue's identifier, or their own."""
    trouvees = ((connu.trouver(each.id), each) for each in declaration.exigences)
    return {each.id if trouvee is None else trouvee.id: each for trouvee, each in trouvees}


def _profil_ecarte(groupe: frozenset[str], declarees: dict[str, ExigenceDeclaree], connu: Catalogue) -> bool:
    """Whether the claim waives, with a reason, both branches and all else that it declares of their profile."""
    profils = {connu.exigences[nom].profil for nom in groupe if nom in connu.exigences}
    socle = {(profil or "").partition(",")[0] for profil in profils}
    siennes = [
        each
        for nom, each in declarees.items()
        if nom in connu.exigences and (connu.exigences[nom].profil or "").partition(",")[0] in socle
    ]
    ecartees = all(each.etat == "non_applicable" and each.motif for each in siennes)
    return groupe <= declarees.keys() and ecartees


@rule(
    "segur/condition-non-motivee",
    severity=Severity.ERROR,
    message="{exigence}{precision} est déclarée non applicable sans motif.",
    remedy="Dites en une phrase pourquoi la condition n'est pas remplie.",
    since="0.1",
)
def condition_non_motivee(declaration: Declaration, connu: Catalogue) -> Iterator[Violation]:
    """Une exigence est écartée sans que la déclaration dise pourquoi.

    Une exigence conditionnelle (« SI … ALORS … », ou d'un profil spécifique) ne s'applique pas à toutes les solutions ;
    encore faut-il dire quelle condition n'est pas remplie, sans quoi l'instructeur ne peut pas en juger. Vaut pour
    toute exigence déclarée non applicable, que le catalogue la connaisse ou non.

    Source : colonne « Exigence conditionnelle » et textes « SI … ALORS … » des exports Squash ; le motif est une
    convention de duicheck (contrat de données, §1.6).
    """
    for exigence in declaration.exigences:
        if exigence.etat != "non_applicable" or exigence.motif is not None:
            continue
        trouvee = connu.trouver(exigence.id)
        precision = ", conditionnelle," if trouvee is not None and trouvee.conditionnelle else ""
        yield Violation(declaration.at(exigence.pointeur), {"exigence": ecrit(exigence.id), "precision": precision})


@rule(
    "segur/exigence-ecartee",
    severity=Severity.WARNING,
    message="{exigence} est déclarée non applicable, alors que le catalogue n'y met aucune condition ({catalogue}).",
    remedy="Déclarez-la satisfaite avec sa preuve, ou non satisfaite ; si le REM y met une condition, importez-le.",
    since="0.1",
)
def exigence_ecartee(declaration: Declaration, connu: Catalogue) -> Iterator[Violation]:
    """Une exigence obligatoire et sans condition est déclarée non applicable.

    Le profil « Général » s'adresse à toutes les solutions. C'est un avertissement : le catalogue est partiel, et le
    référentiel publié peut avoir ajouté une condition.

    Source : catégories, profils et conditions des exports Squash publics (docs/exigences.md).
    """
    exiger_couloir(connu, declaration.couloir)
    for exigence in declaration.exigences:
        trouvee = connu.trouver(exigence.id)
        if exigence.etat == "non_applicable" and trouvee and trouvee.obligatoire and not trouvee.conditionnelle:
            faits = {"exigence": ecrit(exigence.id), "catalogue": connu.etendue()}
            yield Violation(declaration.at(exigence.pointeur), faits)


@rule(
    "segur/exigence-non-satisfaite",
    severity=Severity.WARNING,
    message="{exigence}, obligatoire, est déclarée non satisfaite par une solution dite référencée ({catalogue}).",
    remedy="Corrigez l'état de l'exigence ou le statut de la solution ; l'ANS ne référence pas sans elle.",
    since="0.1",
)
def exigence_non_satisfaite(declaration: Declaration, connu: Catalogue) -> Iterator[Violation]:
    """Une solution se dit référencée, et déclare ne pas satisfaire une exigence obligatoire.

    Les deux ne vont pas ensemble : soit le référencement n'est pas obtenu, soit l'exigence a été satisfaite depuis.
    C'est un avertissement, car le catalogue est partiel et vient de brouillons. Une solution en cours ou candidate
    peut ne pas encore tout satisfaire : la règle est alors sans objet.

    Source : catégorie CRI (« doit ») des exports Squash publics ; dossier de spécification de référencement.
    """
    exiger_couloir(connu, declaration.couloir)
    if declaration.statut != "referencee":
        message = "la solution ne se dit pas référencée : elle peut ne pas encore tout satisfaire"
        raise NotApplicable(message)
    for exigence in declaration.exigences:
        trouvee = connu.trouver(exigence.id)
        if exigence.etat == "non_satisfaite" and trouvee is not None and trouvee.obligatoire:
            faits = {"exigence": ecrit(exigence.id), "catalogue": connu.etendue()}
            yield Violation(declaration.at(exigence.pointeur), faits)


@rule(
    "segur/exigence-oubliee",
    severity=Severity.INFO,
    message="{nombre_exigences} exigences obligatoires du catalogue ne sont pas dans la déclaration : {exigences}"
    " ({catalogue}).",
    remedy="Déclarez-les avec leur état ; « duicheck exigences » les décrit.",
    since="0.1",
)
def exigence_oubliee(declaration: Declaration, connu: Catalogue) -> Iterator[Violation]:
    """Des exigences obligatoires et sans condition ne sont pas déclarées du tout.

    Une information, en un seul constat : le catalogue est partiel et vient de brouillons, il ne suffit pas à dire
    qu'une déclaration est incomplète. Une exigence que le brouillon marque obsolète n'est pas attendue.

    Source : catégories, profils et statuts des exports Squash publics (docs/exigences.md).
    """
    exiger_couloir(connu, declaration.couloir)
    declarees = _par_exigence(declaration, connu).keys()
    oubliees = [
        each.id
        for each in connu.exigences.values()
        if each.obligatoire and not each.conditionnelle and each.etat_source != "OBSOLETE" and each.id not in declarees
    ]
    if oubliees:
        faits: dict[str, Fact] = {
            "nombre_exigences": len(oubliees),
            "exigences": _liste(oubliees, "exigences"),
            "catalogue": connu.etendue(),
        }
        yield Violation(declaration.at("/exigences"), faits)
