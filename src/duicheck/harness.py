"""Where all the pieces meet: a delivery goes in, a report comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from duicheck import __version__
from duicheck.asked import Options, applied, as_dossier, roles_asked
from duicheck.beside import Beside
from duicheck.bundle import open_delivery, read_delivery
from duicheck.bundle.database import ALONE, connecting
from duicheck.derogations import resolve
from duicheck.engine import run
from duicheck.errors import NotAvailable, UsageError
from duicheck.findings import Outcome, RuleResult
from duicheck.interruption import heed
from duicheck.model import (
    Dataset,
    Derogations,
    Diagnostic,
    Encadrement,
    Fenetre,
    Hypotheses,
    Lecture,
    Livraison,
    Mesures,
    NonComptes,
    Paquets,
    Precedent,
    Rapprochements,
    Solutions,
    Structures,
    Textes,
)
from duicheck.paquets.parts import Installed
from duicheck.past import earlier
from duicheck.report import build_report
from duicheck.rulebook import Rulebook
from duicheck.texts import find_rulebook, load_rulebooks
from duicheck.verdict import leaves_open

if TYPE_CHECKING:
    from duicheck.bundle import Delivery
    from duicheck.bundle.reading import Progress
    from duicheck.plugins import Plugins
    from duicheck.rules import Rule

__all__ = ["Checked", "Options", "check", "checked", "examine", "run_rules", "stopped"]

Part = TypeVar("Part")

_STOP = (
    "arrêt du contrôle avant cette règle : des données personnelles sont dans la livraison, ou n'ont pu être cherchées"
)


_SANS_PRECEDENT = "aucun rapport d'une mesure précédente n'a été donné (--precedent RAPPORT)"


class Checked(Struct, frozen=True):
    """A report, the parts that it was made from, and the rules that the verdict waits for or would, were it not set."""

    report: dict[str, Any]
    dataset: Dataset
    awaited: frozenset[str]


def check(  # noqa: PLR0913 -- the last two are for those who keep a proof of what was checked, and with what
    path: Path,
    plugins: Plugins,
    options: Options | None = None,
    progress: Progress | None = None,
    *,
    books: Mapping[str, Rulebook] | None = None,
    opened: Callable[[Delivery], None] | None = None,
) -> dict[str, Any]:
    """Check a delivery and return its report, as the JSON value of rapport.json.

    Args:
        path: a folder, a zip, or one lone file.
        plugins: what to check with.
        options: departures from the manifest; a lone file needs `texte` and `date_mesure`.
        progress: called while files are read.
        books: the texts to judge by, by id; None: those that are installed.
        opened: called once the delivery is open, before anything is read; what it raises ends the check.

    Raises:
        DeliveryError: the delivery cannot be opened, or waives a rule that does not exist.
        UsageError: no text or date of measure, or an unknown one; an unknown hypothesis; a reference day before the
            measure.
        RulebookError: a malformed text.
    """
    with checked(path, plugins, options, progress, books=books, opened=opened) as done:
        return done.report


@contextmanager
def checked(  # noqa: PLR0913 -- as `check`
    path: Path,
    plugins: Plugins,
    options: Options | None = None,
    progress: Progress | None = None,
    *,
    books: Mapping[str, Rulebook] | None = None,
    opened: Callable[[Delivery], None] | None = None,
) -> Iterator[Checked]:
    """Check a delivery, and give its report with what it was made from; the parts last as long as the context.

    For who says more than the report and must not disagree with it.

    Args, Raises: as `check`.
    """
    options = options or Options()
    dossier = options.mode == "dossier"
    if dossier and not any(rule.blocking for rule in plugins.rules.values()):
        message = "un dossier ne se contrôle pas sans les règles de confidentialité ; gardez leur extension"
        raise UsageError(message)
    with _examined(path, plugins, options, progress, books=books, opened=opened) as dataset:
        results = _run_dossier(dataset, plugins) if dossier else list(run(dataset, plugins.rules.values()))
        if dossier and _stops(results, plugins.rules):
            yield _done(_reduced(dataset, plugins, results), dataset, results)
            return
        report = build_report(
            version=__version__,
            plugins=plugins.loaded,
            rulebook=dataset.get(Rulebook),
            livraison=dataset.get(Livraison),
            hypotheses=dataset.get(Hypotheses),
            lecture=dataset.get(Lecture),
            derogations=dataset.get(Derogations),
            fenetre=_quietly(dataset, Fenetre),
            mesures=_quietly(dataset, Mesures),
            diagnostic=_quietly(dataset, Diagnostic),
            rapprochements=_quietly(dataset, Rapprochements),
            encadrement=_quietly(dataset, Encadrement),
            non_comptes=_quietly(dataset, NonComptes),
            avec_identifiants=options.avec_identifiants,
            paquets=dataset.built(Paquets),
            structures=_quietly(dataset, Structures),
            results=results,
        )
        yield _done(report, dataset, results)


def _done(report: dict[str, Any], dataset: Dataset, results: Iterable[RuleResult]) -> Checked:
    exiges = dataset.get(Livraison).exiges
    return Checked(report, dataset, frozenset(each.rule for each in results if leaves_open(each, exiges)))


def stopped(report: Mapping[str, Any], rules: Mapping[str, Rule]) -> bool:
    """Whether a report in mode `dossier` holds nothing but what stopped the check."""
    return any(
        entry["resultat"] == Outcome.NOT_CHECKED and entry["raison"] == _STOP
        for entry in report["regles"]
        if entry["id"] in rules
    )


def _run_dossier(dataset: Dataset, plugins: Plugins) -> list[RuleResult]:
    """The blocking rules first; the others only where these let them."""
    blocking = {name: rule for name, rule in plugins.rules.items() if rule.blocking}
    others = {name: rule for name, rule in plugins.rules.items() if not rule.blocking}
    results = list(run(dataset, blocking.values()))
    if _stops(results, blocking):
        results += [RuleResult(name, Outcome.NOT_CHECKED, reason=_STOP) for name in others]
    else:
        results += run(dataset, others.values())
    return sorted(results, key=lambda result: result.rule)


def _stops(results: Iterable[RuleResult], rules: Mapping[str, Rule]) -> bool:
    """Whether a blocking rule found something, or could not look."""
    return any(
        result.counting or result.outcome in {Outcome.CRASHED, Outcome.NOT_CHECKED}
        for result in results
        if rules[result.rule].blocking
    )


def _reduced(dataset: Dataset, plugins: Plugins, results: list[RuleResult]) -> dict[str, Any]:
    """The report of what stopped the check: no figure, no other finding."""
    return build_report(
        version=__version__,
        plugins=plugins.loaded,
        rulebook=dataset.get(Rulebook),
        livraison=dataset.get(Livraison),
        hypotheses=dataset.get(Hypotheses),
        lecture=dataset.get(Lecture),
        derogations=dataset.get(Derogations),
        fenetre=None,
        mesures=None,
        diagnostic=None,
        rapprochements=None,
        encadrement=None,
        non_comptes=None,
        avec_identifiants=False,
        results=results,
    )


def run_rules(path: Path, plugins: Plugins, rules: Iterable[Rule], options: Options | None = None) -> list[RuleResult]:
    """Run some rules over a delivery, as `check` would, and return their results instead of a report.

    Raises: as `check`.
    """
    with _examined(path, plugins, options or Options(), None) as dataset:
        return list(run(dataset, rules))


@contextmanager
def examine(
    path: Path, plugins: Plugins, options: Options | None = None, progress: Progress | None = None
) -> Iterator[Dataset]:
    """Open and read a delivery as `check` does, and give its parts; they last as long as the context.

    For commands that answer another question than a verdict.

    Raises: as `check`.
    """
    with _examined(path, plugins, options or Options(), progress) as dataset:
        yield dataset


@contextmanager
def _examined(  # noqa: PLR0913 -- as `check`
    path: Path,
    plugins: Plugins,
    options: Options,
    progress: Progress | None,
    *,
    books: Mapping[str, Rulebook] | None = None,
    opened: Callable[[Delivery], None] | None = None,
) -> Iterator[Dataset]:
    """Open and read a delivery, and close everything behind it."""
    with TemporaryDirectory(prefix="duicheck-", ignore_cleanup_errors=True) as folder:
        workdir = Path(folder)
        delivery = open_delivery(path, workdir, role=options.role)
        if opened is not None:
            opened(delivery)
        with connecting(workdir, delivery.size) as connection:
            if books is None:
                books = load_rulebooks(plugins)
            livraison = applied(options, delivery.manifest)
            derogations = resolve(delivery.derogations, plugins.rules, livraison.date_mesure, options.date_du_jour)
            rulebook = find_rulebook(books, livraison.texte)
            hypotheses = Hypotheses(rulebook.choose(livraison.hypotheses), frozenset(livraison.hypotheses))
            reading = read_delivery(delivery, connection, workdir, progress)
            if options.mode == "dossier":
                structures = reading.tables.get(Structures)
                known = structures if isinstance(structures, Structures) else None
                livraison = as_dossier(livraison, roles_asked(rulebook, options.etape, known))
            parts: dict[type, Any] = {
                Livraison: livraison,
                Rulebook: rulebook,
                Textes: Textes(books),
                Hypotheses: hypotheses,
                Lecture: reading.lecture,
                Derogations: derogations,
                **reading.tables,
                **reading.documents,
            }
            absent: dict[type, NotAvailable] = dict(reading.absent)
            if options.precedent is None:
                absent[Precedent] = NotAvailable(_SANS_PRECEDENT, frozenset({"precedent"}))
            else:
                parts[Precedent] = earlier(options.precedent, livraison.date_mesure)
            installed = Installed(options.paquets, options.moteur, connection(), workdir)
            readers = [*plugins.readers, installed.reader()]
            if Solutions.role not in livraison.roles:
                del absent[Solutions]
                readers.append(installed.solutions_reader())
            with Beside(connection()) if delivery.size < ALONE else nullcontext() as beside:
                yield Dataset(parts, absent, readers, None if beside is None else beside.start)


def _quietly(dataset: Dataset, kind: type[Part]) -> Part | None:
    """A part for the report; a rule that reads it has already said why it is missing."""
    try:
        return dataset.get(kind)
    except (Exception, SystemExit) as error:  # noqa: BLE001
        heed(error)
        return None
