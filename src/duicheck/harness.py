"""Where all the pieces meet: a delivery goes in, a report comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from duicheck import __version__
from duicheck.bundle import open_delivery, read_delivery
from duicheck.bundle.reading import connect
from duicheck.derogations import resolve
from duicheck.engine import run
from duicheck.errors import NotAvailable, UsageError
from duicheck.findings import Outcome, RuleResult
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
    PiecesDuDossier,
    Precedent,
    Projet,
    Rapprochements,
    Solutions,
    Structures,
    Textes,
    required_roles,
)
from duicheck.paquets.parts import Installed
from duicheck.past import precedent, read_report
from duicheck.report import build_report
from duicheck.rulebook import Rulebook
from duicheck.texts import find_rulebook, load_rulebooks
from duicheck.verdict import leaves_open

if TYPE_CHECKING:
    from duicheck.bundle import Delivery, Manifest
    from duicheck.bundle.reading import Progress
    from duicheck.plugins import Plugins
    from duicheck.rules import Rule

__all__ = ["ETAPES", "MODES", "Checked", "Options", "check", "checked", "examine", "run_rules", "stopped"]

Part = TypeVar("Part")

MODES = ("controle", "dossier")
"""`dossier`: what a project deposits; every role that the text asks for, and nothing personal written on."""

ETAPES = ("depot", "solde")
"""When a dossier is handed in: before anything is measured, or for the balance."""

_STOP = (
    "arrêt du contrôle avant cette règle : des données personnelles sont dans la livraison, ou n'ont pu être cherchées"
)


_SANS_PRECEDENT = "aucun rapport d'une mesure précédente n'a été donné (--precedent RAPPORT)"


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller says beside the manifest; it wins over the manifest. None: not said."""

    texte: str | None = None
    date_mesure: date | None = None
    premiere_mesure: bool | None = None
    phase: str | None = None
    hypotheses: Mapping[str, str] = field(default_factory=dict)
    role: str = "indicateurs"
    avec_identifiants: bool = False  # the report names those who are not counted
    date_du_jour: date | None = None  # the day on which waivers are judged; None: the day of the measure
    mode: str = "controle"  # one of MODES
    etape: str | None = None  # one of ETAPES, of a dossier; None: all that the text asks for, from one end to the other
    precedent: Path | None = None  # the report of an earlier measure
    paquets: Path | None = None  # the folder of the packs; None: where this machine keeps them
    moteur: str = "duicheck"  # what runs Schematrons: duicheck, or saxon


@dataclass(frozen=True, slots=True)
class Checked:
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
        if books is None:
            books = load_rulebooks(plugins)
        livraison = _livraison(delivery.manifest, options)
        derogations = resolve(delivery.derogations, plugins.rules, livraison.date_mesure, options.date_du_jour)
        rulebook = find_rulebook(books, livraison.texte)
        if options.mode == "dossier":
            livraison = _as_dossier(livraison, rulebook, options.etape)
        hypotheses = Hypotheses(rulebook.choose(livraison.hypotheses), frozenset(livraison.hypotheses))
        with closing(connect(workdir, delivery.size)) as connection:
            reading = read_delivery(delivery, connection, workdir, progress)
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
                parts[Precedent] = _precedent(options.precedent, livraison)
            installed = Installed(options.paquets, options.moteur, connection, workdir)
            readers = [*plugins.readers, installed.reader()]
            if Solutions.role not in livraison.roles:
                del absent[Solutions]
                readers.append(installed.solutions_reader())
            yield Dataset(parts, absent, readers)


def _as_dossier(livraison: Livraison, rulebook: Rulebook, etape: str | None) -> Livraison:
    """The delivery with the roles that the text asks of a dossier.

    No manifest declares the pieces: the project's document brings them, and without it there is nothing to ask them of.
    """
    asked = frozenset(rulebook.get("roles_du_depot" if etape == "depot" else "roles_du_dossier", ()))
    brought = {PiecesDuDossier.role} if Projet.role in livraison.roles else set()
    exiges = required_roles(livraison.roles | asked) | asked - {PiecesDuDossier.role} | (asked & brought)
    return replace(livraison, roles=livraison.roles | brought, exiges=exiges)


def _precedent(path: Path, livraison: Livraison) -> Precedent:
    """The earlier measure; one that is not earlier is a mistake."""
    found = precedent(read_report(path))
    if found.date_mesure >= livraison.date_mesure:
        message = (
            f"--precedent : {path} est le rapport d'une mesure du {found.date_mesure}, qui ne précède pas celle-ci "
            f"({livraison.date_mesure})"
        )
        raise UsageError(message)
    return found


def _livraison(manifest: Manifest, options: Options) -> Livraison:
    """The manifest with the caller's choices applied."""
    texte = options.texte or manifest.texte
    date_mesure = options.date_mesure or manifest.date_mesure
    if texte is None or date_mesure is None:
        missing = " et ".join(
            name for name, value in (("--texte", texte), ("--date-mesure", date_mesure)) if value is None
        )
        message = f"un fichier seul n'a pas de manifeste : précisez {missing} (« duicheck textes » donne la liste)"
        raise UsageError(message)
    premiere = manifest.premiere_mesure if options.premiere_mesure is None else options.premiere_mesure
    roles = frozenset(declared.role for declared in manifest.fichiers)
    return Livraison(
        texte=texte,
        date_mesure=date_mesure,
        premiere_mesure=premiere,
        phase=options.phase or manifest.phase,
        editeur=manifest.editeur,
        solution=manifest.solution,
        hypotheses={**manifest.hypotheses, **options.hypotheses},
        roles=roles,
        exiges=required_roles(roles),
        manifeste=manifest.nom,
    )


def _quietly(dataset: Dataset, kind: type[Part]) -> Part | None:
    """A part for the report; a rule that reads it has already said why it is missing."""
    try:
        return dataset.get(kind)
    except Exception:  # noqa: BLE001
        return None
