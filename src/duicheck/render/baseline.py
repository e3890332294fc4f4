"""What a check adds to a kept report, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from duicheck.langue import N_, _, habits, n_, phrase
from duicheck.render.findings import place
from duicheck.render.french import counted, typography
from duicheck.render.headline import verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duicheck.baseline import Ratchet

__all__ = ["baseline_lines"]

SHOWN: Final = 5
"""How many new findings are written out."""


def baseline_lines(found: Ratchet, report: Mapping[str, Any], name: str) -> Iterator[str]:
    """The account, line by line: first what is passed over, for that is what nobody must overlook."""
    head = _("BASELINE {name} — {known} Le verdict du rapport reste : {verdict}.")
    yield typography(head.format(name=name, known=_known(found), verdict=verdict(report)[1]))
    total = sum(found.new.values())
    if total:
        rules = ", ".join(f"{rule} ({count})" for rule, count in found.new.items())
        kind = _of_which(found.new_errors) or _(", aucune erreur")
        new = counted(total, "constat nouveau", "constats nouveaux")
        yield typography(_("{findings}{kind} : {rules}.").format(findings=new, kind=kind, rules=rules))
        for finding in found.examples[:SHOWN]:
            where = place(finding["lieu"])
            said = phrase(finding["message"])
            yield typography(f"  – {finding['regle']}, {where + habits().colon if where else ''}{said}")
        if total > min(SHOWN, len(found.examples)):
            more = counted(total - min(SHOWN, len(found.examples)), "autre")
            yield "  " + _("… et {others}.").format(others=more)
    if found.gone:
        gone = counted(found.gone, "constat connu n'est plus là", "constats connus ne sont plus là")
        text = _("{gone} : écrivez un nouveau baseline pour qu'ils ne puissent pas revenir.")
        yield typography(text.format(gone=gone))
    if found.lost:
        text = _("Ce que le baseline contrôlait et qui ne l'est plus : {lost}.")
        yield typography(text.format(lost=", ".join(found.lost)))
    if found.unverified:
        forms = N_("indicateur n'est pas comparé au journal", "indicateurs ne sont pas comparés au journal")
        yield typography(counted(len(found.unverified), *forms) + ".")


def _known(found: Ratchet) -> str:
    if not found.known:
        return _("aucun constat n'était déjà connu.")
    known = counted(found.known, "constat déjà connu", "constats déjà connus")
    text = n_(
        "{known}{errors}, ne compte pas dans le code de retour.",
        "{known}{errors}, ne comptent pas dans le code de retour.",
        found.known,
    )
    return text.format(known=known, errors=_of_which(found.known_errors))


def _of_which(errors: int) -> str:
    """How many of them are errors, if any."""
    return _(", dont {errors}").format(errors=counted(errors, "erreur")) if errors else ""
