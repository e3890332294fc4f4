"""What a check adds to a kept report, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from duicheck.render.findings import place
from duicheck.render.french import accord, counted, typography
from duicheck.render.headline import verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duicheck.baseline import Ratchet

__all__ = ["baseline_lines"]

SHOWN: Final = 5
"""How many new findings are written out."""


def baseline_lines(found: Ratchet, report: Mapping[str, Any], name: str) -> Iterator[str]:
    """The account, line by line: first what is passed over, for that is what nobody must overlook."""
    yield typography(f"BASELINE {name} — {_known(found)} Le verdict du rapport reste : {verdict(report)[1]}.")
    total = sum(found.new.values())
    if total:
        rules = ", ".join(f"{rule} ({count})" for rule, count in found.new.items())
        kind = f", dont {counted(found.new_errors, 'erreur')}" if found.new_errors else ", aucune erreur"
        new = counted(total, "constat nouveau", "constats nouveaux")
        yield typography(f"{new}{kind} : {rules}.")
        for finding in found.examples[:SHOWN]:
            where = place(finding["lieu"])
            yield typography(f"  – {finding['regle']}, {where + ' : ' if where else ''}{finding['message']}")
        if total > min(SHOWN, len(found.examples)):
            yield f"  … et {counted(total - min(SHOWN, len(found.examples)), 'autre')}."
    if found.gone:
        gone = counted(found.gone, "constat connu n'est plus là", "constats connus ne sont plus là")
        yield typography(f"{gone} : écrivez un nouveau baseline pour qu'ils ne puissent pas revenir.")
    if found.lost:
        yield typography(f"Ce que le baseline contrôlait et qui ne l'est plus : {', '.join(found.lost)}.")
    if found.unverified:
        figures = counted(len(found.unverified), "indicateur n'est pas comparé", "indicateurs ne sont pas comparés")
        yield typography(f"{figures} au journal.")


def _known(found: Ratchet) -> str:
    if not found.known:
        return "aucun constat n'était déjà connu."
    errors = f", dont {counted(found.known_errors, 'erreur')}" if found.known_errors else ""
    known = counted(found.known, "constat déjà connu", "constats déjà connus")
    return f"{known}{errors}, {accord(found.known, 'ne compte', 'ne comptent')} pas dans le code de retour."
