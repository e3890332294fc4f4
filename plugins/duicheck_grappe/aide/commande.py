"""`duicheck aide`: what the project would receive, establishment by establishment, and what that rests on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duicheck.errors import DuicheckError, NotAvailable, UsageError
from duicheck.langue import SOURCE, speaking
from duicheck.model import Dataset, Hypotheses, Livraison, Mesures, Projet, Structures, Territoires, Textes
from duicheck.rulebook import Rulebook

if TYPE_CHECKING:
    from duicheck.model.grappe import Grappe
    from duicheck.rules import Rule
    from duicheck_grappe.aide.contexte import Contexte

__all__ = ["command", "contexte_de"]

_ETROIT, _LARGE = 72, 110
_HORS_CHAMP = "identifiants/categorie-hors-champ"


@click.command(
    "aide", short_help="Calcule l'aide du projet, établissement par établissement.", options_metavar="[OPTIONS]"
)
@click.argument("chemin", metavar="LIVRAISON", type=click.Path(path_type=Path))
@click.option("--texte", metavar="ID", help="Calcule sous un autre texte que celui de la livraison.")
@click.option("--format", "sortie", type=click.Choice(["text", "json"]), default="text", help="Ce qui est écrit.")
def command(*, chemin: Path, texte: str | None, sortie: str) -> None:
    """Calcule l'aide d'après le projet et la liste des structures.

    Chaque montant vient avec sa formule et la clause du texte ; ce qui ne se calcule pas (un devis, des heures qui
    manquent) est dit, et le total est alors encadré. Ce que le texte laisse ouvert suit des hypothèses nommées, et ce
    que chaque autre valeur changerait est écrit. Le même projet est mis à côté sous chaque texte.

    Ce n'est pas une décision : l'ARS instruit, et peut réduire. Le code de retour est 0 dès que le calcul a pu être
    fait.
    """
    from duicheck import Options, examine, load_plugins  # noqa: PLC0415 -- the help page does without
    from duicheck_grappe.aide.calcul import calculer  # noqa: PLC0415
    from duicheck_grappe.aide.sortie_json import en_json  # noqa: PLC0415
    from duicheck_grappe.aide.sortie_texte import en_texte  # noqa: PLC0415
    from duicheck_grappe.aide.variantes import comparer, hypotheses_en_jeu  # noqa: PLC0415

    if chemin.is_file() and chemin.suffix.lower() != ".zip":
        message = f"{chemin} : donnez le dossier ou le zip d'une livraison, avec son projet et sa liste des structures"
        raise UsageError(message)
    plugins = load_plugins()
    # Formulas are French, amounts included: the document is, and a reader's language says them again.
    with examine(chemin, plugins, Options(texte=texte)) as dataset, speaking(SOURCE):
        contexte = contexte_de(dataset, plugins.rules.get(_HORS_CHAMP))
        aide = calculer(contexte)
        enjeux, textes = hypotheses_en_jeu(contexte), comparer(contexte, aide)
    if sortie == "json":
        document = en_json(aide, enjeux, textes)
        click.echo((json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8"), nl=False)
        return
    largeur = shutil.get_terminal_size((80, 24)).columns
    click.echo(en_texte(aide, enjeux, textes, max(_ETROIT, min(_LARGE, largeur))), nl=False)


def contexte_de(dataset: Dataset, hors_champ: Rule | None = None) -> Contexte:
    """What a delivery says of a project, for its aid to be computed.

    Args:
        dataset: the delivery, read.
        hors_champ: the rule that names the establishments outside the programme, where some plugin has it.

    Raises:
        UsageError: the delivery has no project or no list of establishments that could be read.
    """
    from duicheck_grappe.aide.contexte import Contexte  # noqa: PLC0415 -- the help page does without
    from duicheck_grappe.lecture import grappe, projet_depose  # noqa: PLC0415

    try:
        structures, document = dataset.get(Structures), dataset.get(Projet)
        projet = projet_depose.build(document)
        territoires = dataset.get(Territoires)
        comptees: dict[tuple[str, str | None], Grappe] = {}

        def compter(texte: Rulebook, hypotheses: Hypotheses) -> Grappe:
            cle = texte.id, hypotheses.get("seuil_mixte")
            if cle not in comptees:
                comptees[cle] = grappe.build(structures, projet, territoires, texte, hypotheses)
            return comptees[cle]

        compter(dataset.get(Rulebook), dataset.get(Hypotheses))
    except NotAvailable as refus:
        message = f"l'aide se calcule sur un projet et sa liste des structures, et il manque : {refus}"
        raise UsageError(message) from None
    return Contexte(
        texte=dataset.get(Rulebook),
        hypotheses=dataset.get(Hypotheses),
        projet=projet,
        compter=compter,
        textes=dataset.get(Textes),
        mesures=_mesures(dataset),
        hors_champ=_hors_champ(dataset, hors_champ),
    )


def _mesures(dataset: Dataset) -> Mesures | None:
    """The indicators, where the delivery has figures that could be read."""
    if not dataset.get(Livraison).roles & {"indicateurs", "journal"}:
        return None
    try:
        return dataset.get(Mesures)
    except DuicheckError:
        return None


def _hors_champ(dataset: Dataset, regle: Rule | None) -> dict[str, str]:
    """The establishments that a rule leaves outside the programme, with its words."""
    if regle is None:
        return {}
    try:
        constats = list(regle.check(**dataset.bind(regle.reads)))
    except DuicheckError:
        return {}
    return {str(constat.facts["finess_et"]): regle.message.format(**constat.facts) for constat in constats}
