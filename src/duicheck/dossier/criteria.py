"""The lines of the rules: those of the project one by one, the others where they found or lack something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from duicheck.dossier.line import A_VERIFIER, FAUSSE, LA, MANQUANTE, SANS_OBJET, Ligne
from duicheck.dossier.sections import section_of
from duicheck.langue import _, n_, phrase
from duicheck.render.findings import by_rule, place
from duicheck.render.french import counted
from duicheck.render.messages import message
from duicheck.render.undone import absent_roles
from duicheck.render.waivers import waived_by_rule

if TYPE_CHECKING:
    from duicheck.model import PiecesDuDossier
    from duicheck.rules import Rule

__all__ = ["Criteria"]

Json = Mapping[str, Any]

_SOURCE: Final = re.compile(r"\bSource : (.*)\Z", re.DOTALL)
_FOUND: Final = {"erreur": FAUSSE, "avertissement": A_VERIFIER, "information": A_VERIFIER}


class _Named(Struct, frozen=True):
    """One line and its section."""

    section: str
    ligne: Ligne


class Criteria:
    """The rules of a report as lines.

    `pieces` names the criteria of the project; None: nothing does. `awaited`: the rules that the verdict waits for.
    """

    def __init__(
        self, report: Json, rules: Mapping[str, Rule], pieces: PiecesDuDossier | None, awaited: frozenset[str]
    ) -> None:
        self._report = report
        self._rules = rules
        self._names = {} if pieces is None else pieces.criteres
        self._of_pieces = frozenset() if pieces is None else pieces.regles
        self._entries = {entry["id"]: entry for entry in report["regles"]}
        self._findings = by_rule(report)
        self._waived = waived_by_rule(report)
        self._awaited = awaited
        self._who = _who(report)

    def of(self, section: str) -> Iterator[Ligne]:
        """The lines of one section: named criteria, what was found, what was not checked, then all the others."""
        for line in self._lines():
            if line.section == section:
                yield line.ligne

    def _lines(self) -> Iterator[_Named]:
        alone, rest = self._parted()
        for rule in alone:
            yield _Named(section_of([rule]), self._line(rule))
        for (section, reason), ids in self._undone(rest).items():
            rest -= set(ids)
            yield _Named(section, self._group(reason, ids))
        for section, ids in _by_section(rule for rule in self._entries if rule in rest).items():
            yield _Named(section, self._others(section, ids))

    def _parted(self) -> tuple[list[str], set[str]]:
        """The rules that have a line each, in order, and the rest; what the lines of the pieces say is in neither."""
        told = {rule for rule in self._of_pieces & self._entries.keys() if not self._is(rule, "en_erreur")}
        rest = {
            rule
            for rule in self._entries.keys() - told
            if rule not in self._names and not self._is(rule, "enfreinte", "en_erreur")
        }
        order = [*self._names, *self._entries]
        alone = [rule for rule in dict.fromkeys(order) if rule in self._entries and rule not in rest | told]
        return alone, rest

    def _undone(self, rules: Iterable[str]) -> dict[tuple[str, str], list[str]]:
        """Those that were not checked, by section and reason; not those that lack files which nothing asks for."""
        found: dict[tuple[str, str], list[str]] = {}
        for rule in sorted(rules):
            reason = self._entries[rule]["raison"] or ""
            if self._is(rule, "non_verifiee") and (rule in self._awaited or not absent_roles(reason)):
                found.setdefault((section_of([rule]), reason), []).append(rule)
        return found

    def _is(self, rule: str, *outcomes: str) -> bool:
        return self._entries[rule]["resultat"] in outcomes

    def _line(self, rule: str) -> Ligne:
        """One rule by itself."""
        entry = self._entries[rule]
        known = self._rules.get(rule)
        etat, obligatoire, raison = self._state(rule)
        acts = etat not in {LA, SANS_OBJET}
        title = phrase(known.title) if known is not None else rule
        return Ligne(
            code=rule,
            intitule=_(self._names[rule]) if rule in self._names else title,
            nature="controle",
            etat=etat,
            obligatoire=obligatoire,
            raison=raison,
            clause=self._clause(rule),
            que_faire=self._remedy(rule) if acts else None,
            qui=self._who.get(rule, ()) if acts else (),
            regles=(rule,),
            constats=entry["constats"],
        )

    def _state(self, rule: str) -> tuple[str, bool, str | None]:
        """The state of a rule, whether the dossier depends on it, and why."""
        entry, known = self._entries[rule], self._rules.get(rule)
        firm = known is None or known.severity.value == "erreur"
        reason = phrase(entry["raison"]) if entry["raison"] else None
        if entry["resultat"] == "respectee":
            return LA, firm, None
        if entry["resultat"] == "sans_objet":
            return SANS_OBJET, False, reason
        if entry["resultat"] == "en_erreur":
            return A_VERIFIER, True, reason
        if entry["resultat"] == "non_verifiee":
            return A_VERIFIER, rule in self._awaited, reason
        found = self._findings.get(rule, [])
        gravity = found[0]["gravite"] if found else "erreur"
        said = self._found(found[0], known) if found else None
        if said is not None and entry["constats"] > 1:
            more = counted(entry["constats"] - 1, "autre constat", "autres constats")
            said = _("{first} (et {more})").format(first=said, more=more)
        if self._waived[rule] == entry["constats"]:
            why = _("accepté par dérogation, que l'ARS n'est pas tenue de suivre : {said}").format(said=said)
            return A_VERIFIER, gravity == "erreur", why
        etat = MANQUANTE if known is not None and known.incomplete else _FOUND[gravity]
        return etat, gravity == "erreur", said

    @staticmethod
    def _found(finding: Json, rule: Rule | None) -> str:
        """A finding and where it stands."""
        where, said = place(finding["lieu"]), message(finding, rule).rstrip(".")
        return f"{said} ({where})" if where else said

    def _remedy(self, rule: str) -> str | None:
        known = self._rules.get(rule)
        if self._entries[rule]["resultat"] == "en_erreur":
            return _("Signalez la panne : le défaut est dans duicheck ou une extension, pas dans la livraison.")
        if self._entries[rule]["resultat"] == "non_verifiee":
            return _("Donnez ce qui manque, puis relancez le contrôle.")
        return phrase(known.remedy) if known is not None else None

    def _clause(self, rule: str) -> str | None:
        """Where the text says it: what the first finding quotes, else the sources of the rule, this text's alone."""
        found = self._findings.get(rule)
        if found and isinstance(quoted := found[0]["faits"].get("clause"), str):
            return quoted
        known = self._rules.get(rule)
        source = _SOURCE.search(known.doc) if known is not None else None
        if source is None:
            return None
        parts = " ".join(source[1].split()).rstrip(".").split(" ; ")
        texte = self._report["texte"]["id"]
        here = [part for part in parts if part.startswith(texte)]
        # Where other texts say it is of no use to who is told that this one does not ask.
        return " ; ".join(here or ([] if self._is(rule, "sans_objet") else parts)) or None

    def _group(self, reason: str, ids: Iterable[str]) -> Ligne:
        """Rules that were not checked, for one reason."""
        rules = tuple(ids)
        awaited = not self._awaited.isdisjoint(rules)
        lacking = absent_roles(reason)
        told = bool(lacking) and lacking <= set(self._report["livraison"].get("roles_manquants", ()))
        one = n_("{rules} non fait", "{rules} non faits", len(rules)).format(rules=counted(len(rules), "contrôle"))
        return Ligne(
            code=rules[0],
            intitule=one,
            nature="controle",
            etat=A_VERIFIER,
            obligatoire=awaited,
            raison=phrase(reason),
            que_faire=_("Donnez ce qui manque, puis relancez le contrôle.") if awaited and not told else None,
            regles=rules,
        )

    def _others(self, section: str, ids: Iterable[str]) -> Ligne:
        """What is left of a section: rules that passed, or that nobody asks for."""
        rules = tuple(ids)
        outcomes = Counter(self._entries[rule]["resultat"] for rule in rules)
        parts = [
            n_("{n} juste", "{n} justes", count).format(n=count)
            if outcome == "respectee"
            else _("{n} sans objet").format(n=count)
            if outcome == "sans_objet"
            else _("{n} sur des fichiers que la livraison n'a pas, et que rien ne demande").format(n=count)
            for outcome in ("respectee", "sans_objet", "non_verifiee")
            if (count := outcomes[outcome])
        ]
        return Ligne(
            code=f"autres_{section}",
            intitule=counted(len(rules), "contrôle"),
            nature="controle",
            etat=LA if outcomes["respectee"] else SANS_OBJET,
            obligatoire=False,
            raison=", ".join(parts) if len(outcomes) > 1 or not outcomes["respectee"] else None,
            regles=rules,
        )


def _by_section(rules: Iterable[str]) -> dict[str, list[str]]:
    """Rules by the section of their group."""
    found: dict[str, list[str]] = {}
    for rule in rules:
        found.setdefault(section_of([rule]), []).append(rule)
    return found


def _who(report: Json) -> dict[str, tuple[str, ...]]:
    """Who has each rule to put right, as the report says it."""
    found: dict[str, tuple[str, ...]] = {}
    for share in report.get("corrections", {}).get("projet", {}).get("qui", ()):
        for rule in share["regles"]:
            found[rule["id"]] = (*found.get(rule["id"], ()), share["qui"])
    return found
