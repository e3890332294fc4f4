"""The format `sarif`: SARIF 2.1.0 (OASIS), for the platforms that show findings beside the files.

A rule that was not checked or crashed is a notification of the tool, never a silence. The figures are in the
property bag of the run, as rapport.json has them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from duicheck.langue import _, current, paragraphs, phrase
from duicheck.model import Renderer
from duicheck.render.characters import printable
from duicheck.render.french import sentence, typography
from duicheck.render.messages import message
from duicheck.render.waivers import granted

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["FINGERPRINT", "sarif_renderer"]

Json = Mapping[str, Any]

DOC = "SARIF 2.1.0, pour les plateformes d'intégration continue."

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT: Final = "LIVRAISON"
"""What paths are relative to: the folder of the delivery, wherever it is."""

FINGERPRINT: Final = "duicheck/v1"
"""Rule, file, column, pointer and facts: what stays when lines move."""

LEVELS: Final = {"erreur": "error", "avertissement": "warning", "information": "note"}
_UNFINISHED: Final = {"non_verifiee": "warning", "en_erreur": "error"}
_FIGURES: Final = (
    "verdict",
    "sous_derogations",
    "cibles",
    "date_mesure",
    "fenetre",
    "texte",
    "hypotheses",
    "etablissements",
    "projet",
    "corrections",
    "derogations",
    "paquets",
    "regles",
)
"""Parts of the report that are copied to the property bag of the run."""

_LINK: Final = re.compile(r"\](?=\()|\{(?=\d+\})")
"""What a viewer would take for a link or a placeholder in a plain message (SARIF 3.11.5 and 3.11.6)."""


def sarif_renderer(rules: Mapping[str, Rule]) -> Renderer:
    """The renderer of SARIF; `rules` by id are the descriptors of the tool."""

    def render(report: Json) -> bytes:
        log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, rules)]}
        return (json.dumps(_clean(log), ensure_ascii=False, indent=2) + "\n").encode("utf-8")

    return Renderer(name="sarif", doc=DOC, render=render)


def _run(report: Json, rules: Mapping[str, Rule]) -> dict[str, Any]:
    grave = {finding["regle"]: finding["gravite"] for finding in report["constats"]}
    ids = list(dict.fromkeys([rule["id"] for rule in report["regles"]] + list(grave)))
    positions = {rule: position for position, rule in enumerate(ids)}
    plugins = [{"name": plugin["nom"], "version": plugin["version"]} for plugin in report["plugins"]]
    return {
        "tool": {
            "driver": {
                "name": "duicheck",
                "version": report["duicheck"]["version"],
                "language": current(),
                "rules": [_descriptor(rule, rules.get(rule), grave.get(rule)) for rule in ids],
            },
            **({"extensions": plugins} if plugins else {}),
        },
        "language": current(),
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"duicheck/{report['texte']['id']}/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": _("Le dossier de la livraison.")}}},
        "invocations": [_invocation(report, positions)],
        "artifacts": [_artifact(file) for file in report["livraison"]["fichiers"]],
        "results": list(_results(report, positions, rules)),
        "properties": {
            **{name: report[name] for name in _FIGURES if name in report},
            "livraison": {"sha256": report["livraison"]["sha256"]},
        },
    }


def _descriptor(name: str, rule: Rule | None, found: str | None) -> dict[str, Any]:
    """A rule as its docstring has it; its id only, and the gravity of its findings, when it is not loaded here."""
    if rule is None:
        return {"id": name, **({"defaultConfiguration": {"level": LEVELS[found]}} if found else {})}
    title, _blank, rest = rule.doc.partition("\n")
    prose, mark, source = rest.rpartition("Source :")
    full = "\n\n".join(map(phrase, paragraphs(prose or rest))) or sentence(phrase(title))
    help_text = [_("Que faire : {remede}").format(remede=sentence(phrase(rule.remedy)))]
    help_text += map(phrase, paragraphs(f"{mark}{source}") if mark else ())
    return {
        "id": name,
        "shortDescription": {"text": sentence(phrase(title))},
        "fullDescription": {"text": typography(full)},
        "help": {"text": "\n\n".join(map(typography, help_text))},
        "defaultConfiguration": {"level": LEVELS[rule.severity.value]},
        "properties": {"since": rule.since, "tags": [name.partition("/")[0]]},
    }


def _invocation(report: Json, positions: Mapping[str, int]) -> dict[str, Any]:
    """`executionSuccessful` is about the program: false as soon as a rule crashed."""
    notes = [
        {
            "associatedRule": {"id": rule["id"], "index": positions[rule["id"]]},
            "level": _UNFINISHED[rule["resultat"]],
            "message": {"text": _plain(sentence(phrase(rule["raison"] or "") or _("Contrôle non fait.")))},
            "properties": {"resultat": rule["resultat"]},
        }
        for rule in report["regles"]
        if rule["resultat"] in _UNFINISHED
    ]
    crashed = any(rule["resultat"] == "en_erreur" for rule in report["regles"])
    return {"executionSuccessful": not crashed, "toolExecutionNotifications": notes}


def _artifact(file: Json) -> dict[str, Any]:
    return {
        "location": {"uri": _uri(file["chemin"]), "uriBaseId": ROOT},
        "length": file["octets"],
        "roles": ["analysisTarget"],
        "hashes": {"sha-256": file["sha256"]},
        "properties": {name: file[name] for name in ("role", "lignes", "rejetees")},
    }


def _results(report: Json, positions: Mapping[str, int], rules: Mapping[str, Rule]) -> Iterator[dict[str, Any]]:
    files = {file["chemin"]: index for index, file in enumerate(report["livraison"]["fichiers"])}
    seen: Counter[str] = Counter()
    for finding in report["constats"]:
        identity = _identity(finding)
        seen[identity] += 1
        place = _location(finding["lieu"], files)
        yield {
            "ruleId": finding["regle"],
            "ruleIndex": positions[finding["regle"]],
            "kind": "fail",
            "level": LEVELS[finding["gravite"]],
            "message": {"text": _plain(typography(message(finding, rules.get(finding["regle"]))))},
            "locations": [place] if place else [],
            "partialFingerprints": {FINGERPRINT: f"{identity}:{seen[identity]}"},
            "suppressions": list(_suppressions(finding, report["derogations"])),
            "properties": {"faits": finding["faits"], **({"qui": finding["qui"]} if "qui" in finding else {})},
        }


def _location(at: Json, files: Mapping[str, int]) -> dict[str, Any]:
    """The place of a finding; empty for the delivery as a whole."""
    found: dict[str, Any] = {}
    if at["fichier"] is not None:
        artifact: dict[str, Any] = {"uri": _uri(at["fichier"]), "uriBaseId": ROOT}
        if at["fichier"] in files:
            artifact["index"] = files[at["fichier"]]
        found["physicalLocation"] = {"artifactLocation": artifact}
        if at["ligne"]:
            found["physicalLocation"]["region"] = {"startLine": at["ligne"]}
    logical = []
    if at["colonne"] is not None:
        logical.append({"name": at["colonne"], "kind": "member"})
    if at["pointeur"] is not None:
        logical.append({"fullyQualifiedName": at["pointeur"], "kind": "value"})
    return {**found, **({"logicalLocations": logical} if logical else {})}


def _suppressions(finding: Json, waivers: Sequence[Json]) -> Iterator[dict[str, Any]]:
    """The waiver, as an external suppression. A list for each result, empty or not: SARIF wants all or none."""
    if "derogation" not in finding:
        return
    found: dict[str, Any] = {"kind": "external", "status": "accepted"}
    if finding["derogation"] < len(waivers):
        waiver = waivers[finding["derogation"]]
        found["justification"] = f"{sentence(waiver['motif'])} {granted(waiver)}"
    yield found


def _identity(finding: Json) -> str:
    """A digest of what a finding is, wherever its line went; the same findings are then told apart by their rank."""
    at = finding["lieu"]
    pointer = re.sub(r"(?<=[/\[])\d+", "*", at["pointeur"] or "")
    parts = [finding["regle"], at["fichier"], at["colonne"], pointer, finding["faits"]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode("ascii")).hexdigest()


def _uri(path: str) -> str:
    """A path of the delivery as a relative URI: everything but letters, digits, -._~ and / in percents."""
    return quote(printable(path), safe="/")


def _plain(text: str) -> str:
    """A plain message: what would become a link or a placeholder is broken by an invisible word joiner."""
    return _LINK.sub(lambda found: f"{found[0]}\u2060", text)


def _clean(value: Any) -> Any:  # noqa: ANN401 -- any JSON value
    """Every text printable: lone surrogates have no bytes in UTF-8."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
