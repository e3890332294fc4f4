"""The loop: every rule gets exactly one result, and only a rule that ran to its end can be green."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from duicheck.errors import NotApplicable, NotAvailable, ParameterNotSet
from duicheck.findings import Fact, Finding, Outcome, RuleResult, Violation

if TYPE_CHECKING:
    from duicheck.model import Dataset
    from duicheck.rules import Rule

__all__ = ["PRINTED", "run"]

PRINTED = 1_000
"""How many findings of one rule are kept; the count is always whole."""


def run(dataset: Dataset, rules: Iterable[Rule], *, printed: int = PRINTED) -> Iterator[RuleResult]:
    """Run each rule over the dataset, in the order of the ids.

    Nothing that a rule raises leaves this function: a part that cannot be had gives
    NOT_CHECKED, a text that does not ask gives NOT_APPLICABLE, anything else CRASHED.
    """
    for rule in sorted(rules, key=lambda rule: rule.id):
        try:
            yield _judge(rule, dataset, printed)
        except NotAvailable as refusal:
            yield RuleResult(rule.id, Outcome.NOT_CHECKED, reason=str(refusal), missing=refusal.roles)
        except (ParameterNotSet, NotApplicable) as refusal:
            yield RuleResult(rule.id, Outcome.NOT_APPLICABLE, reason=str(refusal))
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- the crash of one rule is the result of that rule
            # A rule that calls sys.exit(0) would otherwise end the program green.
            yield RuleResult(rule.id, Outcome.CRASHED, reason=_where(error))


def _judge(rule: Rule, dataset: Dataset, printed: int) -> RuleResult:
    """Run one rule to its end."""
    findings: list[Finding] = []
    touched: set[str] = set()
    count = 0
    for violation in rule.check(**dataset.bind(rule.reads)):
        count += 1
        if isinstance(finess := violation.facts.get("finess_et"), str):
            touched.add(finess)
        if count <= printed:
            findings.append(_stamp(rule, violation))
    outcome = Outcome.FAILED if count else Outcome.PASSED
    return RuleResult(rule.id, outcome, count, tuple(findings), touched=frozenset(touched), severity=rule.severity)


def _stamp(rule: Rule, violation: Violation) -> Finding:
    """Add the paperwork to what a rule yielded."""
    message = rule.message.format_map(_shown(violation.facts))
    return Finding(rule.id, rule.severity, message, violation.at, dict(violation.facts))


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
