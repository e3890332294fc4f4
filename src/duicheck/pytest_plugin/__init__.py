"""pytest and duicheck: deliveries as tests, `*.duicheck.toml` files, and the fixture `duicheck`.

pytest loads this module in every project of every machine where duicheck is installed: nothing is imported here
beside pytest itself, and what the hooks need is imported when somebody asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from duicheck.pytest_plugin.checked import Checker
    from duicheck.pytest_plugin.nodes import DeliveryFile
    from duicheck.pytest_plugin.state import State
    from duicheck.pytest_plugin.tomlfiles import TomlFile

__all__ = ["SUFFIX"]

SUFFIX: Final = ".duicheck.toml"
"""How the name of a collected file ends."""

_INPUT: Final = "duicheck"
"""What the workers of xdist are handed, by that name."""

_MARKER = (
    "duicheck(texte=None, date_mesure=None, premiere_mesure=None, phase=None, hypotheses=None, role=None, mode=None): "
    "ce que la fixture « duicheck » emploie quand l'appel ne le dit pas ; chaque test d'une livraison le porte aussi."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, all by way of the group that `pytest --help` shows."""
    group = parser.getgroup("duicheck", "duicheck, contrôle des livraisons ESMS numérique")
    group.addoption(
        "--duicheck",
        action="append",
        default=[],
        dest="duicheck",
        metavar="LIVRAISON",
        help="Contrôle cette livraison : un test par règle, par indicateur de chaque établissement, et le verdict."
        " Se répète.",
    )
    group.addoption("--duicheck-texte", dest="duicheck_texte", metavar="ID", help="Texte applicable.")
    group.addoption("--duicheck-date-mesure", dest="duicheck_date_mesure", metavar="DATE", help="Date de mesure.")
    group.addoption(
        "--duicheck-premiere-mesure",
        action="store_const",
        const=True,
        dest="duicheck_premiere_mesure",
        help="Première mesure du projet.",
    )
    group.addoption("--duicheck-phase", dest="duicheck_phase", metavar="PHASE", help="Phase du projet (texte de 2021).")
    group.addoption(
        "--duicheck-role", dest="duicheck_role", metavar="ROLE", help="Rôle d'un fichier remis seul : indicateurs…"
    )
    group.addoption(
        "--duicheck-hypothese",
        action="append",
        default=[],
        dest="duicheck_hypotheses",
        metavar="NOM=VALEUR",
        help="Écart à une hypothèse par défaut. Se répète.",
    )
    group.addoption(
        "--duicheck-exiger-cibles",
        action="store_const",
        const=True,
        dest="duicheck_exiger_cibles",
        help="Ajoute un test des cibles, rouge si elles ne sont pas atteintes.",
    )
    group.addoption(
        "--duicheck-strict",
        action="store_const",
        const=True,
        dest="duicheck_strict",
        help="Un avertissement est un test rouge.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; have the deliveries of `--duicheck` collected as files."""
    config.addinivalue_line("markers", _MARKER)
    if config.getoption("duicheck"):
        state = _state(config)
        state.begin(getattr(config, "workerinput", {}).get(_INPUT))
        config.args = state.arguments(config.args)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:  # noqa: ANN401 -- xdist's, which may not be installed
    """Check once, in the controller of xdist, and hand the reports to the workers."""
    if node.config.getoption("duicheck"):
        node.workerinput[_INPUT] = _state(node.config).handed()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Check the deliveries before anything is collected: what a report holds says which tests there are."""
    if session.config.getoption("duicheck"):
        _state(session.config).check_all()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> DeliveryFile | TomlFile | None:
    """A delivery that was asked for, or a `*.duicheck.toml` file."""
    if file_path.name.endswith(SUFFIX):
        from duicheck.pytest_plugin.tomlfiles import TomlFile  # noqa: PLC0415 -- costs nothing to others

        return TomlFile.from_parent(parent, path=file_path, state=_state(parent.config))
    if parent.config.getoption("duicheck"):
        return _state(parent.config).file(file_path, parent)
    return None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> Generator[None]:
    """Add the deliveries that no file stands for, before anybody selects."""
    if session.config.getoption("duicheck"):
        items += _state(session.config).unplaced(session)
    yield


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Why a verdict is not the one that a test expects."""
    checked = sys.modules.get("duicheck.pytest_plugin.checked")
    return None if checked is None else checked.explained(op, left, right)


@pytest.fixture(name="duicheck")
def _duicheck(request: pytest.FixtureRequest) -> Checker:
    """Contrôle une livraison : `duicheck(dossier, texte=…, date_mesure=…).verdict == "conforme"`."""
    from duicheck.pytest_plugin.checked import Checker  # noqa: PLC0415 -- costs nothing to others

    return Checker(_state(request.config), request.node)


def _state(config: pytest.Config) -> State:
    from duicheck.pytest_plugin.state import state_of  # noqa: PLC0415 -- costs nothing to others

    return state_of(config)
