"""A case on its delivery: patch a copy, run the rule, compare."""

from __future__ import annotations

import atexit
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec.structs import replace

from duicheck.bundle import NAME
from duicheck.engine import PRINTED
from duicheck.errors import UsageError
from duicheck.findings import Finding, RuleResult
from duicheck.harness import check, run_rules
from duicheck.plugins import Plugins, load_plugins
from duicheck.report import to_bytes
from duicheck.rules import Rule
from duicheck.testing.cases import Case
from duicheck.testing.files import FILE_PATCHES
from duicheck.testing.manifests import MANIFEST_PATCHES, to_toml

__all__ = ["assert_case", "patch_delivery", "run_case"]

_AT = {"fichier": "file", "ligne": "line", "colonne": "column", "pointeur": "pointer"}


def run_case(case: Case, plugins: Plugins | None = None) -> RuleResult:
    """Patch a copy of the base delivery, run the case's rule over it, return its result.

    Args:
        case: from `load_cases`.
        plugins: what to take the rule and the readers from; by default the installed plugins.

    Raises:
        UsageError: no plugin brings the rule, or a patch finds nothing to change.
        DeliveryError, RulebookError: the patched delivery cannot be opened.
    """
    plugins = plugins or _installed()
    if case.regle not in plugins.rules:
        message = f"{case.source.name} : aucune extension n'apporte la règle « {case.regle} »"
        raise UsageError(message)
    (result,) = _results(case, plugins, [plugins.rules[case.regle]])
    return result


def _results(case: Case, plugins: Plugins, rules: Iterable[Rule]) -> list[RuleResult]:
    """What some rules say of the delivery of a case."""
    with TemporaryDirectory(prefix="duicheck-cas-", ignore_cleanup_errors=True) as folder:
        delivery = Path(folder) / "livraison"
        patch_delivery(case, delivery)
        # Never the packs of the machine that runs the case.
        options = replace(case.options, paquets=_pack(case.paquet) if case.paquet else Path(folder) / "paquets")
        if case.precedent is not None:
            options = replace(options, precedent=_earlier_report(case.precedent, Path(folder), plugins))
        return run_rules(delivery, plugins, rules, options)


def _earlier_report(case: Case, folder: Path, plugins: Plugins) -> Path:
    """Check the delivery of the earlier measure, and write its report as `duicheck check` does."""
    patch_delivery(case, folder / "precedente")
    report = folder / "precedent.json"
    report.write_bytes(to_bytes(check(folder / "precedente", plugins, case.options)))
    return report


def assert_case(case: Case, plugins: Plugins | None = None) -> RuleResult:
    """Run a case, compare, and return what the rule said.

    Raises:
        AssertionError: the rule says something else; the message lists every difference and what was found.
        UsageError: as `run_case`.
    """
    result = run_case(case, plugins)
    _assert_as_expected(case, result)
    return result


def _assert_as_expected(case: Case, result: RuleResult) -> None:
    differences = list(_compare(case, result))
    if differences:
        found = "\n".join(f"    {_place(finding)} {finding.message}" for finding in result.findings) or "    (aucun)"
        lines = "\n".join(f"  - {difference}" for difference in differences)
        message = f"{case}\n{lines}\n  constats :\n{found}\n  fichier : {case.source}"
        raise AssertionError(message)


def patch_delivery(case: Case, target: Path) -> None:
    """Write the base delivery of a case, patched, into a folder that does not exist yet.

    Raises:
        UsageError: a patch finds nothing to change.
    """
    shutil.copytree(case.base, target)
    manifest = tomllib.loads((target / NAME).read_text(encoding="utf-8"))
    for kind, patch in case.patches:
        try:
            if kind.startswith("manifeste"):
                MANIFEST_PATCHES[kind](manifest, patch)
            else:
                FILE_PATCHES[kind](target, patch)
        except (KeyError, OSError, ValueError) as error:
            message = f"{case.source.name}, cas « {case.nom} » : la retouche {kind} ne s'applique pas ({error})"
            raise UsageError(message) from error
    (target / NAME).write_text(to_toml(manifest), encoding="utf-8", newline="\n")


@cache
def _installed() -> Plugins:
    return load_plugins()


@cache
def _pack(source: Path) -> Path:
    """The folder where the pack of a case is installed: once for all its cases, and gone with the program."""
    from duicheck.paquets.adding import add  # noqa: PLC0415 -- few cases need one

    folder = TemporaryDirectory(prefix="duicheck-paquets-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    add(source, Path(folder.name))
    return Path(folder.name)


def _compare(case: Case, result: RuleResult) -> Iterator[str]:
    """What differs between the result and what the case expects, one sentence each."""
    expected = case.expected
    if result.outcome is not case.attendu:
        reason = f" ({result.reason})" if result.reason else ""
        yield f"attendu : {case.attendu}, obtenu : {result.outcome}{reason}"
    count = expected.get("constats", len(expected["lieux"]) if "lieux" in expected else None)
    if count is not None and count != result.count:
        yield f"constats attendus : {count}, obtenus : {result.count}"
    if result.count > PRINTED:
        yield f"plus de {PRINTED} constats : un cas doit être petit"
    yield from _compare_places(expected.get("lieux", ()), result.findings)
    yield from _compare_facts(expected.get("faits", ()), result.findings)
    if "message" in expected and not any(expected["message"] in finding.message for finding in result.findings):
        yield f"aucun message ne contient « {expected['message']} »"
    if "raison" in expected and expected["raison"] not in (result.reason or ""):
        yield f"la raison ne contient pas « {expected['raison']} » : {result.reason}"


def _compare_places(places: Sequence[Mapping[str, Any]], findings: Sequence[Finding]) -> Iterator[str]:
    for number, (place, finding) in enumerate(zip(places, findings, strict=False), 1):
        for key, value in place.items():
            found = getattr(finding.at, _AT[key])
            if found != value:
                yield f"constat {number}, {key} : attendu {value!r}, obtenu {found!r}"


def _compare_facts(facts: Sequence[Mapping[str, Any]], findings: Sequence[Finding]) -> Iterator[str]:
    if len(facts) > len(findings):
        yield f"faits attendus pour {len(facts)} constats, obtenus : {len(findings)}"
    for number, (wanted, finding) in enumerate(zip(facts, findings, strict=False), 1):
        for name, value in wanted.items():
            found = finding.facts.get(name, "(absent)")
            if found != value:
                yield f"constat {number}, fait {name} : attendu {value!r}, obtenu {found!r}"


def _place(finding: Finding) -> str:
    parts = [finding.at.file, finding.at.line, finding.at.column, finding.at.pointer]
    return ":".join(str(part) for part in parts if part is not None) or "(livraison)"
