"""Place the findings of a SARIF log in the repository, where GitHub looks for them.

duicheck writes paths relative to the delivery, wherever it is; GitHub wants them relative to the top of the repository,
and refuses a result without a place. A finding on the delivery as a whole goes to its manifest, and one inside a zip
to the zip. Standard library only.

Usage: situer.py SARIF DELIVERY [--annotations]
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

ROOT = "LIVRAISON"
MANIFEST = "livraison.toml"
LEVELS = {"error": "error", "warning": "warning", "note": "notice"}
SHOWN = 10  # GitHub shows no more annotations of a level for one step


def main(arguments: list[str]) -> int:
    """Rewrite the log in its place; with `--annotations`, also say the findings as workflow commands."""
    log, delivery = Path(arguments[0]), Path(arguments[1])
    content = json.loads(log.read_text(encoding="utf-8"))
    top = Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()
    place = delivery.resolve()
    if not place.is_relative_to(top):
        print("::warning title=duicheck::la livraison est hors du dépôt : ses constats n'y ont pas de place")  # noqa: T201
        return 0
    for run in content["runs"]:
        _place(run, place.relative_to(top), folder=place.is_dir(), archive=place.suffix.lower() == ".zip")
    log.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    if "--annotations" in arguments[2:]:
        for line in annotations(content):
            print(line)  # noqa: T201 -- workflow commands are read from stdout
    return 0


def _place(run: dict[str, Any], delivery: Path, *, folder: bool, archive: bool) -> None:
    """Make every path of a run relative to the repository; give a place to the results that have none."""
    run.pop("originalUriBaseIds", None)
    within = delivery if folder else delivery.parent
    whole = delivery / MANIFEST if folder else delivery
    for artifact in run.get("artifacts", ()):
        _move(artifact["location"], within, delivery if archive else None)
    for result in run["results"]:
        places = result.setdefault("locations", [])
        if not places:
            places.append({})
        for location in places:
            physical = location.setdefault("physicalLocation", {"artifactLocation": {"uri": _uri(whole)}})
            at = physical["artifactLocation"]
            if at.get("uriBaseId") == ROOT:
                _move(at, within, delivery if archive else None)
            if archive:
                at.pop("index", None)
                physical.pop("region", None)
            physical.setdefault("region", {"startLine": 1})


def _move(at: dict[str, Any], within: Path, archive: Path | None) -> None:
    """One path: below the folder of the delivery, or the archive that holds it."""
    if at.pop("uriBaseId", None) == ROOT:
        at["uri"] = _uri(archive if archive is not None else within / unquote(at["uri"]))


def _uri(path: Path) -> str:
    return quote(path.as_posix(), safe="/")


def annotations(content: Mapping[str, Any]) -> Iterator[str]:
    """The findings that count, as workflow commands; those that GitHub would not show are counted."""
    said: Counter[str] = Counter()
    for run in content["runs"]:
        for result in run["results"]:
            if result.get("suppressions"):
                continue
            level = LEVELS[result["level"]]
            said[level] += 1
            if said[level] <= SHOWN:
                physical = result["locations"][0]["physicalLocation"]
                file = _property(unquote(physical["artifactLocation"]["uri"]))
                line, title = physical["region"]["startLine"], _property(result["ruleId"])
                yield f"::{level} file={file},line={line},title={title}::{_data(result['message']['text'])}"
    hidden = sum(count - SHOWN for count in said.values() if count > SHOWN)
    if hidden:
        yield f"::notice title=duicheck::{hidden} autres constats sont dans les rapports"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
