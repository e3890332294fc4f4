"""Cases for rules: a delivery that is right, the smallest patch that makes it wrong, what the rule must say.

For plugin authors. One TOML file per rule (shape: schemas/cas.schema.json), run by three lines of pytest::

    @pytest.mark.parametrize("case", load_cases(Path("cas")), ids=str)
    def test_case(case):
        assert_case(case)

A case is a copy of its base delivery, patched file by file, and checked by the very path that `duicheck
check` takes. Table patches need a base whose tables are comma-separated UTF-8 with a heading line.
"""

from __future__ import annotations

import csv
import io
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from duicheck.bundle import NAME
from duicheck.engine import PRINTED
from duicheck.errors import UsageError
from duicheck.findings import Finding, Outcome, RuleResult
from duicheck.harness import Options, run_rules
from duicheck.plugins import Plugins, load_plugins

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Case", "assert_case", "load_cases", "patch_delivery", "run_case"]

_PATCHES = ("modifier", "retirer", "ajouter", "renommer", "ecrire", "supprimer", "manifeste", "manifeste_sans")
_OPTIONS = ("texte", "date_mesure", "premiere_mesure", "phase", "hypotheses")
_EXPECTED = ("attendu", "constats", "lieux", "faits", "message", "raison")
_AT = {"fichier": "file", "ligne": "line", "colonne": "column", "pointeur": "pointer"}


@dataclass(frozen=True, slots=True)
class Case:
    """One case of one rule.

    `patches` are applied in order, those of the whole file first; `expected` holds the keys
    `attendu`, and optionally `constats`, `lieux`, `faits`, `message`, `raison`.
    """

    regle: str
    nom: str
    source: Path
    base: Path
    attendu: Outcome
    options: Options = field(default_factory=Options)
    patches: Sequence[tuple[str, Any]] = ()
    expected: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.regle} : {self.nom}"


def load_cases(path: Path) -> list[Case]:
    """The cases of one TOML file, or of every one below a folder, in the order of the paths.

    Raises:
        UsageError: nothing there, or a file that is not a case file; the sentence names file and key.
    """
    files = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
    if not files:
        message = f"{path} : aucun fichier de cas"
        raise UsageError(message)
    return [case for file in files for case in _load(file)]


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
    with TemporaryDirectory(prefix="duicheck-cas-", ignore_cleanup_errors=True) as folder:
        delivery = Path(folder) / "livraison"
        patch_delivery(case, delivery)
        (result,) = run_rules(delivery, plugins, [plugins.rules[case.regle]], case.options)
        return result


def assert_case(case: Case, plugins: Plugins | None = None) -> None:
    """Run a case and compare.

    Raises:
        AssertionError: the rule says something else; the message lists every difference and what was found.
        UsageError: as `run_case`.
    """
    result = run_case(case, plugins)
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
                _MANIFEST[kind](manifest, patch)
            else:
                _FILES[kind](target, patch)
        except (KeyError, OSError, ValueError) as error:
            message = f"{case.source.name}, cas « {case.nom} » : la retouche {kind} ne s'applique pas ({error})"
            raise UsageError(message) from error
    (target / NAME).write_text(_to_toml(manifest), encoding="utf-8", newline="\n")


@cache
def _installed() -> Plugins:
    return load_plugins()


def _load(file: Path) -> list[Case]:
    from duicheck.formats import explain, validator  # noqa: PLC0415 -- jsonschema costs 90 ms

    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{file} : ce n'est pas un fichier de cas lisible ({error})"
        raise UsageError(message) from error
    for problem in explain(validator("cas").iter_errors(_as_json(content))):
        where = f"{problem.pointer}/{problem.column}" if problem.mot_cle == "required" else problem.pointer or "/"
        message = f"{file} : {where} : il faut {problem.attendu}"
        raise UsageError(message)
    return [_case(file, content, entry) for entry in content["cas"]]


def _case(file: Path, content: Mapping[str, Any], entry: Mapping[str, Any]) -> Case:
    options = {key: source[key] for source in (content, entry) for key in _OPTIONS if key in source}
    patches = [
        (key, patch)
        for source in (content, entry)
        for key in _PATCHES
        if key in source
        for patch in (source[key] if isinstance(source[key], list) else [source[key]])
    ]
    return Case(
        regle=content["regle"],
        nom=entry["nom"],
        source=file,
        base=(file.parent / content["base"]).resolve(),
        attendu=Outcome(entry["attendu"]),
        options=Options(**options),
        patches=patches,
        expected={key: entry[key] for key in _EXPECTED if key in entry},
    )


def _compare(case: Case, result: RuleResult) -> list[str]:
    """What differs between the result and what the case expects, one sentence each."""
    expected = case.expected
    differences = []
    if result.outcome is not case.attendu:
        reason = f" ({result.reason})" if result.reason else ""
        differences.append(f"attendu : {case.attendu}, obtenu : {result.outcome}{reason}")
    count = expected.get("constats", len(expected["lieux"]) if "lieux" in expected else None)
    if count is not None and count != result.count:
        differences.append(f"constats attendus : {count}, obtenus : {result.count}")
    for number, (place, finding) in enumerate(zip(expected.get("lieux", ()), result.findings, strict=False), 1):
        differences += [
            f"constat {number}, {key} : attendu {value!r}, obtenu {getattr(finding.at, _AT[key])!r}"
            for key, value in place.items()
            if getattr(finding.at, _AT[key]) != value
        ]
    if len(expected.get("faits", ())) > len(result.findings):
        differences.append(f"faits attendus pour {len(expected['faits'])} constats, obtenus : {len(result.findings)}")
    for number, (facts, finding) in enumerate(zip(expected.get("faits", ()), result.findings, strict=False), 1):
        differences += [
            f"constat {number}, fait {name} : attendu {value!r}, obtenu {finding.facts.get(name, '(absent)')!r}"
            for name, value in facts.items()
            if name not in finding.facts or finding.facts[name] != value
        ]
    if "message" in expected and not any(expected["message"] in finding.message for finding in result.findings):
        differences.append(f"aucun message ne contient « {expected['message']} »")
    if "raison" in expected and expected["raison"] not in (result.reason or ""):
        differences.append(f"la raison ne contient pas « {expected['raison']} » : {result.reason}")
    if result.count > PRINTED:
        differences.append(f"plus de {PRINTED} constats : un cas doit être petit")
    return differences


def _place(finding: Finding) -> str:
    parts = [finding.at.file, finding.at.line, finding.at.column, finding.at.pointer]
    return ":".join(str(part) for part in parts if part is not None) or "(livraison)"


# -- patches of files ------------------------------------------------------------------------------


def _table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as stream:
        heading, *rows = csv.reader(stream)
    return heading, [dict(zip(heading, row, strict=True)) for row in rows]


def _write_table(path: Path, heading: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows([row.get(name, "") for name in heading] for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def _selected(rows: Sequence[dict[str, str]], where: Mapping[str, str]) -> list[int]:
    """The positions of the rows whose cells are those; all rows for an empty selection."""
    chosen = [number for number, row in enumerate(rows) if all(row[name] == cell for name, cell in where.items())]
    if not chosen:
        message = f"aucune ligne {dict(where)}"
        raise ValueError(message)
    return chosen


def _known(heading: Sequence[str], cells: Mapping[str, str]) -> None:
    for name in cells:
        if name not in heading:
            message = f"colonne {name} inconnue"
            raise ValueError(message)


def _modify(folder: Path, patch: Mapping[str, Any]) -> None:
    heading, rows = _table(folder / patch["fichier"])
    _known(heading, patch["champs"])
    for number in _selected(rows, patch.get("ou", {})):
        rows[number].update(patch["champs"])
    _write_table(folder / patch["fichier"], heading, rows)


def _drop(folder: Path, patch: Mapping[str, Any]) -> None:
    heading, rows = _table(folder / patch["fichier"])
    gone = set(_selected(rows, patch.get("ou", {})))
    _write_table(folder / patch["fichier"], heading, [row for number, row in enumerate(rows) if number not in gone])


def _append(folder: Path, patch: Mapping[str, Any]) -> None:
    heading, rows = _table(folder / patch["fichier"])
    _known(heading, patch.get("champs", {}))
    models = [rows[number] for number in _selected(rows, patch["comme"])] if "comme" in patch else [{}]
    rows += [{**model, **patch.get("champs", {})} for model in models]
    _write_table(folder / patch["fichier"], heading, rows)


def _rename(folder: Path, patch: Mapping[str, Any]) -> None:
    heading, rows = _table(folder / patch["fichier"])
    place = heading.index(patch["intitule"])
    new = [*heading[:place], patch["en"], *heading[place + 1 :]]
    _write_table(folder / patch["fichier"], new, [dict(zip(new, row.values(), strict=True)) for row in rows])


def _replace(folder: Path, patch: Mapping[str, Any]) -> None:
    """The whole content of a file, or one passage of it."""
    path = folder / patch["fichier"]
    encoding = patch.get("encodage", "utf-8")
    if "hexa" in patch:
        content = bytes.fromhex(patch["hexa"])
    elif "passage" in patch:
        before = patch["passage"].encode(encoding)
        content = path.read_bytes()
        if content.count(before) != 1:
            message = f"le passage « {patch['passage']} » est {content.count(before)} fois dans {path.name}"
            raise ValueError(message)
        content = content.replace(before, patch["texte"].encode(encoding))
    else:
        content = patch["texte"].encode(encoding)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _remove(folder: Path, name: str) -> None:
    (folder / name).unlink()


_FILES: dict[str, Callable[[Path, Any], None]] = {
    "modifier": _modify,
    "retirer": _drop,
    "ajouter": _append,
    "renommer": _rename,
    "ecrire": _replace,
    "supprimer": _remove,
}

# -- patches of the manifest -----------------------------------------------------------------------


def _set(manifest: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Merge keys into the manifest; `fichiers` is a table by role, whose entries are merged or added."""
    for key, value in patch.items():
        if key == "fichiers":
            for role, entry in value.items():
                known = next((found for found in manifest["fichiers"] if found["role"] == role), None)
                if known is None:
                    manifest["fichiers"].append({"role": role, **entry})
                else:
                    known.update(entry)
        elif isinstance(value, dict):
            manifest[key] = {**manifest.get(key, {}), **value}
        else:
            manifest[key] = value


def _unset(manifest: dict[str, Any], path: str) -> None:
    """Remove `cle`, `table.cle` or `fichiers.ROLE`."""
    first, _, second = path.partition(".")
    if first == "fichiers":
        kept = [entry for entry in manifest["fichiers"] if entry["role"] != second]
        if len(kept) == len(manifest["fichiers"]):
            raise KeyError(path)
        manifest["fichiers"] = kept
    elif second:
        del manifest[first][second]
    else:
        del manifest[first]


_MANIFEST: dict[str, Callable[[dict[str, Any], Any], None]] = {"manifeste": _set, "manifeste_sans": _unset}


def _to_toml(manifest: Mapping[str, Any]) -> str:
    """A manifest as TOML: scalars first, then tables, then the files."""
    lines = [f"{key} = {_value(value)}" for key, value in manifest.items() if not isinstance(value, dict | list)]
    for key, value in manifest.items():
        if isinstance(value, dict):
            lines += ["", f"[{key}]", *(f"{_quote(name)} = {_value(item)}" for name, item in value.items())]
    for entry in manifest["fichiers"]:
        lines += ["", "[[fichiers]]"]
        lines += [f"{name} = {_value(item)}" for name, item in entry.items() if not isinstance(item, dict)]
        for name, table in entry.items():
            if isinstance(table, dict):
                lines += [f"[fichiers.{name}]", *(f"{_quote(old)} = {_value(new)}" for old, new in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:  # noqa: ANN401 -- a TOML scalar
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | date):
        return str(value)
    return _quote(str(value))


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'


def _as_json(value: Any) -> Any:  # noqa: ANN401 -- any TOML value
    """TOML has dates, JSON Schema has strings."""
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
