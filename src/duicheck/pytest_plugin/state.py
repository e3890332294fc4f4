"""What one run of pytest knows: the deliveries that were asked for, the settings that hold, the reports."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from msgspec import Struct

from duicheck import __version__
from duicheck.bundle import NAME
from duicheck.cli.program import LANGUAGE
from duicheck.cli.streams import prepare
from duicheck.errors import DuicheckError, UsageError
from duicheck.harness import Options, check
from duicheck.interruption import listening
from duicheck.langue import SOURCE, current, read_day, speak
from duicheck.plugins import Plugins, load_plugins
from duicheck.reglages import Reglages, choose, find_settings
from duicheck.reglages.known import SETTINGS
from duicheck.texts import find_rulebook, load_rulebooks

if TYPE_CHECKING:
    from duicheck.pytest_plugin.nodes import DeliveryFile

__all__ = ["Asked", "Result", "State", "state_of"]

Json = Mapping[str, Any]

_SAID: Final = ("texte", "date_mesure", "premiere_mesure", "phase", "role", "exiger_cibles", "strict")
"""Settings that an option of pytest says by itself."""


class Result(Struct, frozen=True):
    """What a check came to: a report, or the sentence that says why there is none."""

    report: Json | None
    sentence: str = ""


class Asked(Struct, frozen=True):
    """One delivery to check. `place` is the file that stands for it among the collected ones, if there is one."""

    path: Path
    place: Path | None
    options: Options
    disabled: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    exiger_cibles: bool = False
    strict: bool = False

    def checks_as(self, other: Asked) -> bool:
        """Whether the other gives the same report: nothing but what is asked of it differs."""
        ours, theirs = ((each.path, each.options, each.disabled, each.required) for each in (self, other))
        return ours == theirs

    @property
    def plugins(self) -> Plugins:
        """What to check with."""
        return _plugins(self.disabled, self.required)


class State:
    """The deliveries of a run, each checked once."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._asked: list[Asked] = []
        self._results: list[tuple[Asked, Result]] = []
        self._said = _options_of(config)
        _speak(config)
        prepare(sys.__stdout__, sys.__stderr__)  # a console that is not UTF-8 gets the nearest characters

    def begin(self, handed: str | None) -> None:
        """Take the deliveries of the command line; `handed`: in a worker of xdist, what its controller found.

        Raises:
            pytest.UsageError: an option, a variable or a setting cannot be used.
        """
        folder = self._config.invocation_params.dir
        paths = dict.fromkeys(folder / path for path in self._config.getoption("duicheck"))
        self._asked = [self._told(self.asked(path)) for path in paths]
        if handed is not None:
            found = [Result(each["report"], each["sentence"]) for each in json.loads(handed)]
            self._results = list(zip(self._asked, found, strict=True))

    def asked(self, path: Path, said: Mapping[str, Any] | None = None, *, given: bool = False) -> Asked:
        """A delivery with the settings that hold for it.

        Args:
            path: the delivery.
            said: what is said for it, by name of setting; it wins over the options of pytest.
            given: whether `said` comes from the code of a test, where a mistake is that test's.

        Raises:
            pytest.UsageError: a setting cannot be used; `duicheck.UsageError` where `given`.
        """
        try:
            settings = self._settings(path, said or {})
        except UsageError as error:
            if given:
                raise
            raise pytest.UsageError(str(error)) from None
        place = path / NAME if path.is_dir() else path
        return Asked(
            path=path,
            place=place if place.is_file() else None,
            options=settings.options(),
            disabled=tuple(settings["sans_extensions"]),
            required=tuple(settings["extensions_exigees"]),
            exiger_cibles=settings["exiger_cibles"],
            strict=settings["strict"],
        )

    def _settings(self, path: Path, said: Mapping[str, Any]) -> Reglages:
        hypotheses = {**self._said.get("hypotheses", {}), **(said.get("hypotheses") or {})}
        ours = {**self._said, **{name: value for name, value in said.items() if value is not None}}
        return choose({**ours, "hypotheses": hypotheses}, os.environ, find_settings(self._config.rootpath, path))

    def _told(self, asked: Asked) -> Asked:
        """The delivery, if it may be checked as it was asked for: what is wrong with the call is no test.

        Raises:
            pytest.UsageError: no text, or an unknown one; a plugin that cannot be loaded.
        """
        options = asked.options
        if asked.place == asked.path and asked.path.suffix.lower() != ".zip":
            missing = [
                option
                for option, value in (
                    ("--duicheck-texte", options.texte),
                    ("--duicheck-date-mesure", options.date_mesure),
                )
                if value is None
            ]
            if missing:
                message = f"{asked.path.name} : un fichier seul n'a pas de manifeste : précisez {' et '.join(missing)}"
                raise pytest.UsageError(message)
        try:
            plugins = asked.plugins
            if options.texte is not None:
                find_rulebook(load_rulebooks(plugins), options.texte)
        except DuicheckError as error:
            raise pytest.UsageError(str(error)) from None
        return asked

    def arguments(self, arguments: Sequence[str]) -> list[str]:
        """The arguments of pytest, and the files of the deliveries that none of them selects tests of."""
        folder = self._config.invocation_params.dir
        named = {(folder / argument.partition("::")[0]).resolve() for argument in arguments if "::" in argument}
        places = [asked.place for asked in self._asked if asked.place is not None]
        return [*arguments, *(str(place) for place in places if place.resolve() not in named)]

    def check_all(self) -> None:
        """Check every delivery of the command line that was not checked yet."""
        for asked in self._asked:
            self.result(asked)

    def result(self, asked: Asked) -> Result:
        """What the check of a delivery came to; it is made once."""
        for other, result in self._results:
            if asked.checks_as(other):
                return result
        result = run(asked)
        self._results.append((asked, result))
        return result

    def handed(self) -> str:
        """What the workers of xdist need: every result, as JSON."""
        results = [self.result(asked) for asked in self._asked]
        return json.dumps([{"report": result.report, "sentence": result.sentence} for result in results])

    def file(self, path: Path, parent: pytest.Collector) -> DeliveryFile | None:
        """The collector of the delivery that this file stands for, if there is one."""
        for asked in self._asked:
            if asked.place is not None and asked.place.resolve() == path.resolve():
                return self._node(asked, parent, path)
        return None

    def unplaced(self, session: pytest.Session) -> list[pytest.Item]:
        """The tests of the deliveries that no file stands for."""
        nodes = [self._node(asked, session, asked.path) for asked in self._asked if asked.place is None]
        return [item for node in nodes for item in node.collect()]

    def _node(self, asked: Asked, parent: pytest.Collector, path: Path) -> DeliveryFile:
        from duicheck.pytest_plugin.nodes import DeliveryFile  # noqa: PLC0415 -- it needs this module

        name = _relative(path, self._config.rootpath)
        return DeliveryFile.from_parent(parent, path=path, nodeid=name, asked=asked, result=self.result(asked))


_STATE: Final = pytest.StashKey[State]()


def state_of(config: pytest.Config) -> State:
    """The state of a run.

    Raises:
        pytest.UsageError: an option cannot be used.
    """
    if _STATE not in config.stash:
        config.stash[_STATE] = State(config)
    return config.stash[_STATE]


def run(asked: Asked) -> Result:
    """Check a delivery; whatever goes wrong is a sentence, never the text of an error that may quote the data."""
    try:
        # As rapport.json has it: the workers of xdist read the same.
        with listening():
            report = check(asked.path, asked.plugins, asked.options)
    except DuicheckError as error:
        return Result(None, str(error))
    except Exception as error:  # noqa: BLE001 -- a defect of ours is one failing test
        return Result(None, _internal(error))
    return Result(report)


def _relative(path: Path, root: Path) -> str:
    """The path as node ids have it; pytest names nothing that is outside of its root."""
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _internal(error: Exception) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "duicheck" in frame.filename]
    place = f" dans {frames[-1].name}, {Path(frames[-1].filename).name} ligne {frames[-1].lineno}" if frames else ""
    return f"erreur interne de duicheck {__version__} ({type(error).__name__}{place}) ; signalez-la, sans données"


@cache
def _plugins(disabled: tuple[str, ...], required: tuple[str, ...]) -> Plugins:
    return load_plugins(disabled=disabled, required=required)


def _speak(config: pytest.Config) -> None:
    """What the program does with its variable, until the end of this run.

    Raises:
        pytest.UsageError: no such language.
    """
    before = current()
    try:
        speak(os.environ.get(LANGUAGE) or SOURCE)
    except UsageError as error:
        message = f"{LANGUAGE} : {error}"
        raise pytest.UsageError(message) from None
    config.add_cleanup(lambda: speak(before))


def _options_of(config: pytest.Config) -> dict[str, Any]:
    """What the options of pytest say, by name of setting."""
    said = {name: config.getoption(f"duicheck_{name}") for name in _SAID}
    if said["date_mesure"] is not None:
        said["date_mesure"] = _or_usage(
            read_day(said["date_mesure"]), "date-mesure", "une date, par exemple 2025-09-15"
        )
    for name in ("phase", "role"):
        if said[name] is not None and said[name] not in SETTINGS[name].choices:
            _or_usage(None, name, f"une de ces valeurs : {', '.join(SETTINGS[name].choices)}")
    said["hypotheses"] = _pairs(config.getoption("duicheck_hypotheses"))
    return said


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, _, value = text.partition("=")
        _or_usage((name and value) or None, "hypothese", "la forme NOM=VALEUR")
        _or_usage(found.setdefault(name, value) == value or None, "hypothese", f"une seule valeur pour « {name} »")
    return found


def _or_usage(value: Any, option: str, wanted: str) -> Any:  # noqa: ANN401 -- what the option holds
    if value is None:
        message = f"--duicheck-{option} : il faut {wanted}"
        raise pytest.UsageError(message)
    return value
