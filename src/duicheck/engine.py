"""The loop: every rule gets exactly one result, and only a rule that ran to its end can be green."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from duicheck.errors import NotApplicable, NotAvailable, ParameterNotSet
from duicheck.findings import Fact, Finding, Outcome, RuleResult, Violation
from duicheck.interruption import heed
from duicheck.model import Derogations

if TYPE_CHECKING:
    from duicheck.model import Dataset, Derogation
    from duicheck.rules import Rule

__all__ = ["PRINTED", "run"]

PRINTED = 1_000
"""How many findings of one rule are kept; the count is always whole."""


def run(dataset: Dataset, rules: Iterable[Rule], *, printed: int = PRINTED) -> Iterator[RuleResult]:
    """Run each rule over the dataset, in the order of the ids.

    Nothing that a rule raises leaves this function: a part that cannot be had gives
    NOT_CHECKED, a text that does not ask gives NOT_APPLICABLE, anything else CRASHED.
    The waivers of the dataset cover violations one by one: never a rule that could not be checked.
    """
    ordered = sorted(rules, key=lambda rule: rule.id)
    dataset.begin(rule.reads for rule in ordered)
    last = {rule.id for rule in ordered if dataset.waits(rule.reads)}
    early = {rule.id: _result(rule, dataset, printed) for rule in ordered if last and rule.id not in last}
    for rule in ordered:
        yield early[rule.id] if rule.id in early else _result(rule, dataset, printed)


def _result(rule: Rule, dataset: Dataset, printed: int) -> RuleResult:
    """What one rule says, whatever it raises."""
    if rule.replaced_by is not None:
        reason = f"règle retirée ; {rule.replaced_by} la remplace"
        return RuleResult(rule.id, Outcome.NOT_APPLICABLE, reason=reason)
    try:
        return _judge(rule, dataset, printed)
    except NotAvailable as refusal:
        return RuleResult(rule.id, Outcome.NOT_CHECKED, reason=str(refusal), missing=refusal.roles)
    except (ParameterNotSet, NotApplicable) as refusal:
        return RuleResult(rule.id, Outcome.NOT_APPLICABLE, reason=str(refusal))
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- the crash of one rule is the result of that rule
        heed(error)
        # A rule that calls sys.exit(0) would otherwise end the program green.
        return RuleResult(rule.id, Outcome.CRASHED, reason=_where(error))


def _judge(rule: Rule, dataset: Dataset, printed: int) -> RuleResult:
    """Run one rule to its end."""
    findings: list[Finding] = []
    tally: Counter[tuple[str | None, str | None]] = Counter()
    spared: set[str] = set()
    count = 0
    waivers = _Waivers(dataset.find(Derogations), rule)
    for violation in rule.check(**dataset.bind(rule.reads)):
        count += 1
        waiver = waivers.cover(violation)
        named = violation.facts.get("finess_et")
        finess = named if isinstance(named, str) else None
        if waiver is None:
            tally[violation.at.file, finess] += 1
        elif finess is not None:
            spared.add(finess)
        if count <= printed:
            findings.append(_stamp(rule, violation, waiver))
    return RuleResult(
        rule.id,
        Outcome.FAILED if count else Outcome.PASSED,
        count,
        tuple(findings),
        touched=frozenset(finess for _, finess in tally if finess is not None),
        severity=rule.severity,
        waived=dict(waivers.waived),
        spared=frozenset(spared),
        lapsed=dict(waivers.lapsed),
        incomplete=rule.incomplete,
        reads=dataset.roles(rule.reads),
        fixer=rule.fixer,
        tally=dict(tally),
    )


class _Waivers:
    """The waivers of one rule, and how many of its violations each covers."""

    def __init__(self, derogations: Derogations | None, rule: Rule) -> None:
        found = [] if derogations is None or not rule.waivable else list(derogations.de(rule.id))
        self._valid: list[tuple[int, Derogation]] = []
        self._expired: list[tuple[int, Derogation]] = []
        for rank, each in found:
            expired = derogations is not None and derogations.echue(each)
            (self._expired if expired else self._valid).append((rank, each))
        self.waived: Counter[int] = Counter()
        self.lapsed: Counter[int] = Counter()

    def cover(self, violation: Violation) -> int | None:
        """The position of the first valid waiver that covers a violation; None where it counts."""
        for rank, each in self._valid:
            if each.couvre(violation):
                self.waived[rank] += 1
                return rank
        for rank, each in self._expired:
            if each.couvre(violation):
                self.lapsed[rank] += 1
                break
        return None


def _stamp(rule: Rule, violation: Violation, waiver: int | None) -> Finding:
    """Add the paperwork to what a rule yielded."""
    message = rule.message.format_map(_shown(violation.facts))
    return Finding(rule.id, rule.severity, message, violation.at, dict(violation.facts), waiver)


def _shown(facts: Mapping[str, Fact]) -> dict[str, str]:
    """The facts as a French reader expects them in a sentence."""
    return {name: _show(value) for name, value in facts.items()}


def _show(value: Fact) -> str:
    if value is None:
        return "(vide)"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return f"{value:%d/%m}/{value.year:04}"
    if isinstance(value, float):
        return str(value).replace(".", ",")
    return str(value)


def _where(error: BaseException) -> str:
    """Name the crash by its type and place. Its text is left out: it may quote a cell of the data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        code = trace.tb_frame.f_code
        place = f" dans {trace.tb_frame.f_globals.get('__name__', '?')}.{code.co_name}, ligne {trace.tb_lineno}"
    return f"la règle s'est arrêtée sur une erreur de programme ({type(error).__name__}{place})"
