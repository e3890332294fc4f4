"""The identifiers of a claim: their form, whether they nest, whether anybody knows them."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Severity, Violation
from duicheck.langue import N_
from duicheck.rules import rule
from duicheck_segur.catalogue import Catalogue, exiger_couloir
from duicheck_segur.declaration import Declaration
from duicheck_segur.references import Sorte, bien_formee, ecrit, prolonge, racines

__all__ = [
    "exigence_inconnue",
    "identifiant_repete",
    "preuve_sans_scenario",
    "reference_mal_formee",
    "scenario_sans_exigence",
]

_MODELES: dict[Sorte, str] = {
    "exigence": "« SC.DMP.01.MS1 », « SC.MSS/va1.19 » ou « DUI.MSS.20 »",
    "scenario": "celui de l'exigence, un point et deux chiffres",
    "preuve": "celui du scénario, un point et deux chiffres",
}
_NOMS: dict[Sorte, str] = {
    "exigence": N_("d'exigence"),
    "scenario": N_("de scénario"),
    "preuve": N_("de preuve"),
}


def _identifiants(declaration: Declaration) -> Iterator[tuple[str, Sorte, str]]:
    """Every identifier of the claim, in its order: the identifier, of what, the pointer of its object."""
    for exigence in declaration.exigences:
        yield exigence.id, "exigence", exigence.pointeur
        for scenario in exigence.scenarios:
            yield scenario.id, "scenario", scenario.pointeur
            for preuve in scenario.preuves:
                yield preuve.id, "preuve", preuve.pointeur


@rule(
    "segur/reference-mal-formee",
    severity=Severity.ERROR,
    message="« {identifiant} » n'est pas un identifiant {sorte} : il faut {attendu}{proposition}.",
    remedy="Reprenez l'identifiant dans le référentiel d'exigences, lettre pour lettre.",
    since="0.1",
)
def reference_mal_formee(declaration: Declaration, connu: Catalogue) -> Iterator[Violation]:
    """Un identifiant d'exigence, de scénario ou de preuve n'a pas la forme d'un identifiant Ségur.

    Un chapitre en lettres (suivi d'éventuels sous-chapitres), un point, deux chiffres ; devant, « SC. » ou un couloir ;
    derrière, une lettre de variante ou un couloir. Un scénario ajoute un point et deux chiffres à son exigence, une
    preuve autant à son scénario. Les capitales comptent. Quand un identifiant connu est très proche, il est proposé.

    Source : convention duicheck, grammaire déduite des identifiants des exports Squash publics (1 536 lignes) : aucun
    texte ne l'écrit.
    """
    for identifiant, sorte, pointeur in _identifiants(declaration):
        if bien_formee(identifiant, sorte):
            continue
        proche = connu.proche(identifiant) if sorte == "exigence" else None
        faits = {
            "identifiant": ecrit(identifiant),
            "sorte": _NOMS[sorte],
            "attendu": _MODELES[sorte],
            "proposition": "" if proche is None else f", peut-être « {proche} »",
        }
        yield Violation(declaration.at(f"{pointeur}/id"), faits)


@rule(
    "segur/scenario-sans-exigence",
    severity=Severity.ERROR,
    message="Le scénario « {scenario} » ne prolonge pas l'exigence « {exigence} » où il est rangé.",
    remedy="Rangez-le sous son exigence, ou corrigez son numéro.",
    since="0.1",
)
def scenario_sans_exigence(declaration: Declaration, connu: Catalogue) -> Iterator[Violation]:
    """Un scénario de conformité n'est pas numéroté d'après l'exigence qui le porte.

    Son identifiant est celui de l'exigence, un point et deux chiffres ; le préfixe « SC. » peut manquer, comme dans
    les REM, et le nom publié d'une exigence que le catalogue connaît vaut le sien. Un identifiant mal formé relève de
    `segur/reference-mal-formee` et n'est pas signalé deux fois.

    Source : convention duicheck, numérotation constatée dans les exports Squash publics.
    """
    for exigence in declaration.exigences:
        if not bien_formee(exigence.id, "exigence"):
            continue
        trouvee = connu.trouver(exigence.id)
        debuts = racines(exigence.id, () if trouvee is None else trouvee.noms)
        for scenario in exigence.scenarios:
            if bien_formee(scenario.id, "scenario") and not prolonge(scenario.id, debuts):
                faits = {"scenario": ecrit(scenario.id), "exigence": ecrit(exigence.id)}
                yield Violation(declaration.at(f"{scenario.pointeur}/id"), faits)


@rule(
    "segur/preuve-sans-scenario",
    severity=Severity.ERROR,
    message="La preuve « {preuve} » ne prolonge pas le scénario « {scenario} » où elle est rangée.",
    remedy="Rangez-la sous son scénario, ou corrigez son numéro.",
    since="0.1",
)
def preuve_sans_scenario(declaration: Declaration) -> Iterator[Violation]:
    """Une preuve n'est pas numérotée d'après le scénario qui la porte.

    Son identifiant est celui du scénario, un point et deux chiffres : c'est ce qui dit quelle preuve demandée elle
    apporte. Le préfixe « SC. » peut manquer de part ou d'autre. Un identifiant mal formé relève de
    `segur/reference-mal-formee`.

    Source : convention duicheck, numérotation constatée dans les exports Squash publics.
    """
    for exigence in declaration.exigences:
        for scenario in exigence.scenarios:
            if not bien_formee(scenario.id, "scenario"):
                continue
            debuts = racines(scenario.id, [f"SC.{scenario.id}"])
            for preuve in scenario.preuves:
                if bien_formee(preuve.id, "preuve") and not prolonge(preuve.id, debuts):
                    faits = {"preuve": ecrit(preuve.id), "scenario": ecrit(scenario.id)}
                    yield Violation(declaration.at(f"{preuve.pointeur}/id"), faits)


@rule(
    "segur/identifiant-repete",
    severity=Severity.ERROR,
    message="« {identifiant} » est déjà déclaré ligne {ligne} : un même identifiant {sorte} ne se déclare qu'une fois.",
    remedy="Gardez une seule entrée, avec toutes ses preuves.",
    since="0.1",
)
def identifiant_repete(declaration: Declaration, connu: Catalogue) -> Iterator[Violation]:
    """Une exigence, un scénario ou une preuve est déclaré deux fois.

    Deux états pour une même exigence ne se départagent pas, et une preuve comptée deux fois fait croire à deux
    preuves. Une exigence que le catalogue connaît sous deux noms (celui des socles et celui de la vague 1) est la
    même.

    Source : convention duicheck (contrat de données, §1.6 : une entrée par exigence).
    """
    vus: dict[tuple[Sorte, str], str] = {}
    for identifiant, sorte, pointeur in _identifiants(declaration):
        trouvee = connu.trouver(identifiant) if sorte == "exigence" else None
        cle = (sorte, identifiant if trouvee is None else trouvee.id)
        premier = vus.setdefault(cle, pointeur)
        if premier != pointeur:
            faits = {
                "identifiant": ecrit(identifiant),
                "sorte": _NOMS[sorte],
                "ligne": declaration.at(f"{premier}/id").line,
            }
            yield Violation(declaration.at(f"{pointeur}/id"), faits)


@rule(
    "segur/exigence-inconnue",
    severity=Severity.WARNING,
    message="« {exigence} » : {cause}{proposition} ({catalogue}).",
    remedy="Vérifiez l'identifiant dans le REM publié ; « duicheck exigences importer » le prend pour référence.",
    since="0.1",
)
def exigence_inconnue(declaration: Declaration, connu: Catalogue) -> Iterator[Violation]:
    """Une exigence déclarée n'est pas dans le catalogue, ou rien n'y dit qu'elle vise les DUI.

    Le catalogue livré avec duicheck est partiel : des brouillons publics, et non le référentiel d'exigences publié.
    Une exigence qui n'y est pas peut très bien exister : c'est un avertissement, à lever en important le REM
    (`duicheck exigences importer`) et en le joignant à la livraison sous le rôle « exigences ». Une exigence que le
    catalogue connaît sans la rattacher aux DUI est signalée aussi, avec cette raison.

    Source : convention duicheck ; chaque ligne du catalogue dit sa source (docs/exigences.md).
    """
    exiger_couloir(connu, declaration.couloir)
    for exigence in declaration.exigences:
        if not bien_formee(exigence.id, "exigence"):
            continue
        trouvee = connu.trouver(exigence.id)
        if trouvee is not None and trouvee.fondee:
            continue
        proche = connu.proche(exigence.id) if trouvee is None else None
        cause = "elle n'est pas dans le catalogue" if trouvee is None else "rien de public ne la rattache aux DUI"
        faits = {
            "exigence": ecrit(exigence.id),
            "cause": cause,
            "proposition": "" if proche is None else f" ; la plus proche est « {proche} »",
            "catalogue": connu.etendue(),
        }
        yield Violation(declaration.at(f"{exigence.pointeur}/id"), faits)
