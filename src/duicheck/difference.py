"""What changed between two reports: a comparison of two JSON values that knows which lists have keys.

Nothing is judged again, and nothing is passed over: two reports are identical exactly when no change is found,
whatever properties later versions add.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

__all__ = ["FORMAT", "compare_reports"]

Json = dict[str, Any]

FORMAT: Final = 1

_KEYS: Final = (("finess_et",), ("role", "chemin"), ("code",), ("id",), ("nom",), ("qui",), ("role", "cause"))
"""What names an item of a list, the first that all items have and that tells them apart."""

_APART: Final = frozenset({"constats"})
"""Lists without keys that have their own comparison."""

_ABSENT: Final = object()


def compare_reports(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> Json:
    """Compare two reports, both valid against their schema.

    Returns:
        `identiques`; `changements`, each with its `section` (a property of the report), its `cle` (the names that
        lead to it: a FINESS number and an indicator code, the id of a rule…), `champ`, `changement` (`apparu`,
        `disparu`, `change`) and the two values; `constats`, by rule, those that appeared, disappeared or only moved
        to another line. The values are those of the reports.
    """
    changements = [
        change
        for section in dict.fromkeys([*avant, *apres])
        if section not in _APART
        for change in _changes(section, avant.get(section, _ABSENT), apres.get(section, _ABSENT))
    ]
    constats = _findings(avant["constats"], apres["constats"])
    return {
        "format": FORMAT,
        "identiques": not changements and not constats,
        "verdict": {"avant": avant["verdict"], "apres": apres["verdict"]},
        "cibles": {"avant": avant["cibles"], "apres": apres["cibles"]},
        "changements": changements,
        "constats": constats,
    }


def _changes(section: str, avant: object, apres: object) -> Iterator[Json]:
    for path, one, other in _walk(avant, apres, ()):
        names = [number for number, step in enumerate(path) if isinstance(step, _Name)]
        last = names[-1] + 1 if names else 0
        yield {
            "section": section,
            "cle": [str(path[number]) for number in names],
            "champ": ".".join(path[last:]) or None,
            "changement": "apparu" if one is _ABSENT else "disparu" if other is _ABSENT else "change",
            "avant": None if one is _ABSENT else one,
            "apres": None if other is _ABSENT else other,
        }


class _Name(str):
    """A step of a path that names an item of a list."""

    __slots__ = ()


def _walk(avant: object, apres: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object, object]]:
    """The deepest places where two values differ."""
    if avant is not _ABSENT and apres is not _ABSENT and _frozen(avant) == _frozen(apres):
        return
    pairs: list[tuple[str, object, object]] | None = None
    if isinstance(avant, dict) and isinstance(apres, dict) and not _is_figure(avant, apres):
        pairs = [(name, avant.get(name, _ABSENT), apres.get(name, _ABSENT)) for name in dict.fromkeys([*avant, *apres])]
    elif isinstance(avant, list) and isinstance(apres, list):
        pairs = _paired(avant, apres)
    if pairs is None:
        yield path, avant, apres
        return
    for name, one, other in pairs:
        yield from _walk(one, other, (*path, name))


def _is_figure(avant: Mapping[str, object], apres: Mapping[str, object]) -> bool:
    """A numerator and its denominator are read together: 45 / 50 became 46 / 50."""
    return "numerateur" in avant and "numerateur" in apres


def _paired(avant: Sequence[object], apres: Sequence[object]) -> list[tuple[str, object, object]] | None:
    """The items of two lists, by name; None where nothing names them."""
    for keys in _KEYS:
        one, other = _by_name(avant, keys), _by_name(apres, keys)
        if one is not None and other is not None:
            return [(name, one.get(name, _ABSENT), other.get(name, _ABSENT)) for name in dict.fromkeys([*one, *other])]
    return None


def _by_name(items: Sequence[object], keys: Sequence[str]) -> dict[str, object] | None:
    found: dict[str, object] = {}
    for item in items:
        if not isinstance(item, dict) or not all(isinstance(item.get(key), str) for key in keys):
            return None
        found[_Name(" ".join(item[key] for key in keys))] = item
    return found if len(found) == len(items) else None


def _findings(avant: Sequence[Json], apres: Sequence[Json]) -> Json:
    """The findings of each rule that are not the same on both sides.

    What differs by its line alone has moved: a row added at the top of a file makes no new defect.
    """
    gone, come = _without_twins(avant, apres, _frozen)
    disparus, apparus = _without_twins(gone, come, _without_line)
    moved = Counter(finding["regle"] for finding in come) - Counter(finding["regle"] for finding in apparus)
    rules = sorted({*moved, *(finding["regle"] for finding in [*disparus, *apparus])})
    return {
        rule: {
            "apparus": [finding for finding in apparus if finding["regle"] == rule],
            "disparus": [finding for finding in disparus if finding["regle"] == rule],
            "deplaces": moved[rule],
        }
        for rule in rules
    }


def _without_twins(
    avant: Sequence[Json], apres: Sequence[Json], alike: Callable[[Json], str]
) -> tuple[list[Json], list[Json]]:
    """What is left of two lists once the items that are alike have been paired off, one by one."""
    return _left(avant, Counter(map(alike, apres)), alike), _left(apres, Counter(map(alike, avant)), alike)


def _left(items: Sequence[Json], twins: Counter[str], alike: Callable[[Json], str]) -> list[Json]:
    left = []
    for item in items:
        key = alike(item)
        if twins[key]:
            twins[key] -= 1
        else:
            left.append(item)
    return left


def _without_line(finding: Json) -> str:
    place = {name: value for name, value in finding["lieu"].items() if name not in {"ligne", "pointeur"}}
    return _frozen({**finding, "lieu": place})


def _frozen(value: object) -> str:
    """A value as text, equal for equal values: 1 is neither true nor 1.0."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
