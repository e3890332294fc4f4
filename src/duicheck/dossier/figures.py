"""The lines of the figures and of the whole: equal to the log, targets reached, verdict. Read, never judged again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from duicheck.dossier.line import A_VERIFIER, FAUSSE, LA, SANS_OBJET, Ligne
from duicheck.errors import ParameterNotSet
from duicheck.langue import _, n_
from duicheck.render.french import integer
from duicheck.render.headline import TARGETS, rows_of, targets_why, verdict, verdict_why
from duicheck.rulebook import Rulebook

__all__ = ["figure_lines", "verdict_line"]

Json = Mapping[str, Any]

_TARGETS: Final = {"atteintes": LA, "non_atteintes": FAUSSE, "indeterminees": A_VERIFIER, "sans_objet": SANS_OBJET}
_VERDICTS: Final = {"conforme": LA, "non_conforme": FAUSSE, "indetermine": A_VERIFIER}


def figure_lines(report: Json, texte: Rulebook, etape: str | None) -> Iterator[Ligne]:
    """The export against the log, and the targets.

    Targets are asked for the balance, where the text pays on them; before, they are only shown.
    """
    exported = any(file["role"] == "indicateurs" for file in report["livraison"]["fichiers"])
    rows = list(rows_of(report))
    if not exported and etape == "depot":
        why = _("les usages se mesurent pendant le projet, et décident du solde")
        yield Ligne("recalcul", _("Export égal au recalcul"), "bilan", SANS_OBJET, obligatoire=False, raison=why)
        yield Ligne("cibles", _("Cibles d'usage"), "bilan", SANS_OBJET, obligatoire=False, raison=why)
        return
    answers = [row["conforme"] for row in rows]
    wrong, unknown = answers.count(False), answers.count(None)
    if wrong:
        etat, known = FAUSSE, wrong
        why = n_(
            "{n} indicateur exporté sur {total} n'est pas celui que donne le journal",
            "{n} indicateurs exportés sur {total} ne sont pas ceux que donne le journal",
            wrong,
        )
    elif unknown or not rows:
        etat, known = A_VERIFIER, len(rows) - unknown
        why = n_("{n} indicateur vérifié sur {total}", "{n} indicateurs vérifiés sur {total}", known)
    else:
        etat, known = LA, len(rows)
        why = n_(
            "l'indicateur exporté est celui que donne le journal",
            "les {n} indicateurs exportés sont ceux que donne le journal",
            known,
        )
    why = why.format(n=integer(known), total=integer(len(rows)))
    do = {
        FAUSSE: _("Demandez à l'éditeur d'expliquer ou de corriger les écarts ; le rapport dit d'où ils viennent."),
        A_VERIFIER: _("Joignez l'export, le journal et le registre : sans eux, rien ne se recalcule."),
    }.get(etat)
    who = ("editeur",) if do else ()
    yield Ligne(
        "recalcul", _("Export égal au recalcul"), "bilan", etat, obligatoire=True, raison=why, que_faire=do, qui=who
    )
    yield _targets(report, texte, etape)


def _targets(report: Json, texte: Rulebook, etape: str | None) -> Ligne:
    etat = _TARGETS[report["cibles"]]
    do = {
        FAUSSE: _("Faites progresser l'usage avant le solde : le rapport dit combien il manque, et où."),
        A_VERIFIER: _("Joignez de quoi mesurer les usages."),
    }.get(etat)
    return Ligne(
        code="cibles",
        intitule=_("Cibles d'usage"),
        nature="bilan",
        etat=etat,
        obligatoire=etape == "solde" and etat != SANS_OBJET,
        raison=f"{_(TARGETS[report['cibles']][1]).lower()} — {targets_why(report)}".rstrip("."),
        clause=_clause(texte),
        que_faire=do,
        qui=("etablissement",) if do else (),
    )


def _clause(texte: Rulebook) -> str | None:
    """Where the text ties the payment to the targets, if it does."""
    try:
        section = texte.parameter("versement_lie_aux_cibles").source.section
    except ParameterNotSet:
        return None
    return f"{texte.id}, « {section} »"


def verdict_line(report: Json) -> Ligne:
    """The verdict of the whole check: a dossier cannot be complete against it."""
    etat = _VERDICTS[report["verdict"]]
    # What is owed to waivers is for the ARS to accept.
    if etat == LA and report["sous_derogations"]:
        etat = A_VERIFIER
    return Ligne(
        code="verdict",
        intitule=_("Verdict du contrôle"),
        nature="bilan",
        etat=etat,
        obligatoire=True,
        raison=f"{verdict(report)[1].lower()} — {verdict_why(report)}".rstrip("."),
    )
