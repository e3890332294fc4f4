"""Which establishments and indicators the export must hold, and which it holds."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.findings import Fact, Fixer, Location, Severity, Violation
from duicheck.model import Fenetre, Journal, Registre, Structures
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_indicateurs.lignes import Export, Ligne, codes_obligatoires

__all__ = [
    "criteres_socles_insuffisants",
    "etablissement_hors_projet",
    "etablissement_manquant",
    "etablissement_non_exporte",
    "indicateur_manquant",
]


def _par_etablissement(export: Export) -> dict[str, list[Ligne]]:
    """The rows of each establishment, in the order of the files."""
    found: dict[str, list[Ligne]] = {}
    for ligne in export.etablissements:
        found.setdefault(ligne.finess_et, []).append(ligne)
    return found


@rule(
    "indicateurs/indicateur-manquant",
    severity=Severity.ERROR,
    message="{finess_et} : aucune ligne valable pour l'indicateur {indicateur}, que le texte demande.",
    remedy="Ajoutez la ligne, même si le numérateur est zéro.",
    since="0.1",
)
def indicateur_manquant(export: Export, rulebook: Rulebook, structures: Structures | None) -> Iterator[Violation]:
    """Un indicateur obligatoire manque à un établissement de l'export.

    Les cinq indicateurs du texte sont dus pour chaque établissement. Un projet dont la liste des structures ne
    compte que des services de protection juridique des majeurs en doit trois (texte de 2025) ; en 2021 le texte
    n'impose que les trois critères métier, et laisse choisir les autres (`indicateurs/criteres-socles-insuffisants`).
    Le constat est posé sur la première ligne de l'établissement.

    Source : instruction 2023/13, annexe 2 ; AAP 2025, §5 et §4.2 C (PJM) ; AAP 2021, « Critères d'utilisation ».
    """
    obligatoires = codes_obligatoires(rulebook, structures)
    for finess, trouvees in _par_etablissement(export).items():
        presents = {ligne.indicateur for ligne in trouvees}
        for code in obligatoires:
            if code not in presents:
                faits = {"finess_et": finess, "indicateur": code}
                yield Violation(trouvees[0].lieu(export, "indicateur"), faits)


@rule(
    "indicateurs/criteres-socles-insuffisants",
    severity=Severity.ERROR,
    message="{finess_et} ne donne que {criteres} des {criteres_possibles} critères socles ;"
    " il en faut {criteres_attendus}.",
    remedy="Ajoutez les lignes des critères socles que le projet a choisis.",
    since="0.1",
)
def criteres_socles_insuffisants(export: Export, rulebook: Rulebook) -> Iterator[Violation]:
    """Un établissement de 2021 donne moins de deux critères socles.

    Le texte de 2021 fait choisir au moins deux critères parmi la MSSanté, le DMP, l'e-prescription et
    l'e-parcours. Il ne dit pas si le choix vaut pour le projet ou pour chaque établissement : l'aide étant versée
    par établissement, duicheck les attend de chacun ; omettre les mauvais embellirait le total.

    Source : AAP 2021 Grand Est, §3 « Critères d'utilisation », critères liés aux projets socles.
    """
    possibles, minimum = rulebook["criteres_socles"], rulebook["criteres_socles_minimum"]
    for finess, trouvees in _par_etablissement(export).items():
        choisis = {ligne.indicateur for ligne in trouvees} & set(possibles)
        if len(choisis) < minimum:
            faits = {
                "finess_et": finess,
                "criteres": len(choisis),
                "criteres_possibles": ", ".join(possibles),
                "criteres_attendus": minimum,
            }
            yield Violation(trouvees[0].lieu(export, "indicateur"), faits)


@rule(
    "indicateurs/etablissement-manquant",
    severity=Severity.ERROR,
    message="{finess_et} : la liste des structures le compte, et l'export n'en donne aucune ligne valable.",
    remedy="Ajoutez ses lignes à l'export, ou retirez-le de la liste s'il n'est pas financé.",
    since="0.1",
    fixer=Fixer.VENDOR,
)
def etablissement_manquant(export: Export, structures: Structures) -> Iterator[Violation]:
    """Un établissement du projet n'a aucune ligne dans l'export.

    Chaque établissement financé compte ; en taire un embellit le taux du projet.

    Source : AAP 2025, §4.4.1 (l'aide se calcule sur les FINESS géographiques uniques du projet).
    """
    exportes = {ligne.finess_et for ligne in export.etablissements}
    for finess, rowid in structures.rows("SELECT finess_et, min(rowid) FROM structures GROUP BY finess_et ORDER BY 2"):
        if finess not in exportes:
            yield Violation(structures.at(rowid, "finess_et"), {"finess_et": finess})


@rule(
    "indicateurs/etablissement-hors-projet",
    severity=Severity.WARNING,
    message="{finess_et} : l'export le donne, et la liste des structures ne le connaît pas.",
    remedy="Vérifiez le numéro ; complétez la liste des structures, ou retirez l'établissement de l'export.",
    since="0.1",
)
def etablissement_hors_projet(export: Export, structures: Structures) -> Iterator[Violation]:
    """L'export donne un établissement qui n'est pas dans la liste des structures.

    C'est souvent une faute de frappe dans un numéro, ou un numéro juridique à la place du géographique. Ses
    chiffres entreraient dans le total du projet sans en être.

    Source : AAP 2025, §4.4.1 (les FINESS géographiques des établissements parties au projet) ; avertissement par
    convention de duicheck, car la liste peut être en retard sur le projet.
    """
    connus = {finess for (finess,) in structures.rows("SELECT DISTINCT finess_et FROM structures")}
    for finess, trouvees in _par_etablissement(export).items():
        if finess not in connus:
            yield Violation(trouvees[0].lieu(export, "finess_et"), {"finess_et": finess})


@rule(
    "indicateurs/etablissement-non-exporte",
    severity=Severity.WARNING,
    message="{finess_et} est au registre ou au journal (séjours : {sejours}, événements : {evenements},"
    " dans la fenêtre), et n'a aucune ligne valable dans l'export.",
    remedy="Ajoutez ses lignes à l'export, ou joignez la liste des structures qui dit qu'il n'est pas du projet.",
    since="0.1",
)
def etablissement_non_exporte(
    export: Export,
    registre: Registre | None,
    journal: Journal | None,
    structures: Structures | None,
    fenetre: Fenetre,
) -> Iterator[Violation]:
    """Le registre ou le journal connaît un établissement que l'export passe sous silence.

    Taire un mauvais établissement embellit les totaux. Avec une liste des structures, c'est elle qui dit ce que
    l'export doit contenir, et cette règle est sans objet. Ne comptent que les séjours qui touchent la fenêtre et
    les événements qui y tombent, au plus large des fuseaux.

    Source : convention duicheck ; AAP 2025, §4.4.1 (tous les établissements du projet comptent).
    """
    if structures is not None:
        message = "la liste des structures dit quels établissements l'export doit donner"
        raise NotApplicable(message)
    if registre is None and journal is None:
        message = "journal : absent de la livraison ; registre : absent de la livraison"
        raise NotAvailable(message, frozenset({"registre", "journal"}))
    exportes = {ligne.finess_et for ligne in export.etablissements}
    sejours, evenements = _sejours(registre, fenetre), _evenements(journal, fenetre)
    for finess in sorted({*sejours, *evenements} - exportes):
        compte_sejours, place_sejour = sejours.get(finess, (0, None))
        compte_evenements, place_evenement = evenements.get(finess, (0, None))
        faits: dict[str, Fact] = {"finess_et": finess, "sejours": compte_sejours, "evenements": compte_evenements}
        yield Violation(place_sejour or place_evenement or Location(), faits)


def _sejours(registre: Registre | None, fenetre: Fenetre) -> dict[str, tuple[int, Location]]:
    """Establishment -> how many stays touch the window, and the place of the first."""
    if registre is None:
        return {}
    found = registre.rows(
        "SELECT finess_et, count(*), min(rowid) FROM registre"
        " WHERE date_entree <= $fin AND (date_sortie IS NULL OR date_sortie >= $debut) GROUP BY finess_et",
        {"debut": fenetre.debut, "fin": fenetre.fin},
    )
    return {finess: (count, registre.at(rowid, "finess_et")) for finess, count, rowid in found}


def _evenements(journal: Journal | None, fenetre: Fenetre) -> dict[str, tuple[int, Location]]:
    """Establishment -> how many events fall in the window of some time zone, and the place of the first."""
    if journal is None:
        return {}
    debut = min(debut for debut, _ in fenetre.bornes.values())
    fin = max(fin for _, fin in fenetre.bornes.values())
    found = journal.rows(
        "SELECT finess_et, count(*), min(rowid) FROM journal"
        " WHERE horodatage >= $debut AND horodatage < $fin GROUP BY finess_et",
        {"debut": debut, "fin": fin},
    )
    return {finess: (count, journal.at(rowid, "finess_et")) for finess, count, rowid in found}
