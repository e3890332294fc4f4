"""What traces say as events of the log: which columns each fills, which it cannot, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from duicheck_tddui.traces.audit import Audit
from duicheck_tddui.traces.hl7v2 import Message
from duicheck_tddui.traces.lecture import TracesLues
from duicheck_tddui.traces.recit_audit import raconter_audit
from duicheck_tddui.traces.recit_hl7 import accuses_de, depots, raconter_message
from duicheck_tddui.traces.recits import Contexte, Evenement, HorsSujet

__all__ = ["Contexte", "Evenement", "HorsSujet", "raconter"]


def raconter(fichiers: Sequence[TracesLues], contexte: Contexte) -> Iterator[Evenement | HorsSujet]:
    """Every trace as an event or not, file after file; acknowledgements are matched over all the files."""
    remis = depots(fichiers)
    repondus = {
        accuse.champ(4).strip()
        for lues in fichiers
        for trace in lues.traces
        if isinstance(trace, Message) and trace.type == "ZAM"
        for accuse in accuses_de(trace)
    }
    for lues in fichiers:
        for trace in lues.traces:
            if isinstance(trace, Audit):
                yield raconter_audit(lues.chemin, trace, contexte)
            else:
                yield from raconter_message(lues.chemin, trace, contexte, remis, repondus)
