"""The figures that each output format shows, read back from its bytes by readers that know no code of ours."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import html5lib
import pypdf
from lxml import etree
from markdown_it import MarkdownIt
from python_calamine import CalamineWorkbook

PROJET = "Ensemble du projet"
VERDICTS = {"conforme": "conforme", "non conforme": "non_conforme", "indéterminé": "indetermine"}
CIBLES = {
    "cibles atteintes": "atteintes",
    "cibles non atteintes": "non_atteintes",
    "cibles indéterminées": "indeterminees",
    "sans cible": "sans_objet",
}
Counts = tuple[int, int | None] | None


@dataclass(frozen=True)
class Ligne:
    """One indicator of one place. `taux`: hundredths of a percent; `atteinte` and `conforme`: None where not judged."""

    exporte: Counts
    recalcule: Counts
    conforme: bool | None
    taux: int | None
    cible: Decimal | None
    atteinte: bool | None
    manquants: int | None
    marge: int | None


@dataclass
class Chiffres:
    """What a format shows. `listes`: how many findings of each rule are written one by one."""

    verdict: tuple[str, bool] | None = None
    cibles: str | None = None
    etablissements: dict[str, tuple[str, bool, str]] = field(default_factory=dict)
    lignes: dict[tuple[str, str], Ligne] = field(default_factory=dict)
    constats: dict[str, int] = field(default_factory=dict)
    listes: Counter[str] = field(default_factory=Counter)


# -- what must be shown ---------------------------------------------------------------------------


def attendus(report: dict[str, Any]) -> Chiffres:
    """The figures of a report; rates by plain integer arithmetic, half up."""
    found = Chiffres((report["verdict"], report["sous_derogations"]), report["cibles"])
    places = [(PROJET, report["projet"]["indicateurs"])]
    for one in report["etablissements"]:
        found.etablissements[one["finess_et"]] = (one["verdict"], one["sous_derogations"], one["cibles"])
        places.append((one["finess_et"], one["indicateurs"]))
    for place, rows in places:
        for row in rows:
            found.lignes[place, row["code"]] = ligne(row)
    found.constats = {rule["id"]: rule["constats"] for rule in report["regles"]}
    found.listes = Counter(finding["regle"] for finding in report["constats"])
    return found


def ligne(row: dict[str, Any]) -> Ligne:
    exporte, recalcule = _pair(row["exporte"]), _pair(row["recalcule"])
    juge = exporte if row["cible_sur"] == "exporte" else recalcule or exporte
    taux = None
    if juge is not None and juge[1]:
        taux = (2 * juge[0] * 10_000 + juge[1]) // (2 * juge[1])
    cible = None if row["cible"] is None else Decimal(str(row["cible"]))
    return Ligne(exporte, recalcule, row["conforme"], taux, cible, row["atteinte"], row["manquants"], row["marge"])


def _pair(counts: dict[str, Any] | None) -> Counts:
    return None if counts is None else (counts["numerateur"], counts["denominateur"])


# -- text ------------------------------------------------------------------------------------------


def _counts(text: str) -> Counts:
    if text.strip() in {"–", "absent"}:
        return None
    parts = [_integer(part) for part in text.split("/")]
    return (parts[0], parts[1] if len(parts) > 1 else None)


def _integer(text: str) -> int:
    return int(re.sub(r"[\s\u00a0]", "", text))


def _number(text: str) -> int | None:
    return None if text.strip() in {"–", ""} else _integer(text)


def _percent(text: str) -> Decimal | None:
    if "%" not in text:  # a dash, or a plain count
        return None
    return Decimal(re.sub(r"[\s\u00a0%]", "", text).replace(",", "."))


def _hundredths(text: str) -> int | None:
    value = _percent(text)
    return None if value is None else int(value * 100)


def _words(text: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", text).strip(" ✓✗!–").casefold()


def _verdict(text: str) -> tuple[str, bool]:
    words = _words(text)
    return VERDICTS[words.removesuffix(" sous dérogations")], words.endswith(" sous dérogations")


def _agreement(text: str) -> bool | None:
    return {"oui": True, "non": False, "exact": True, "écart": False, "non vérifié": None, "?": None}[_words(text)]


def _reached(text: str) -> bool | None:
    words = _words(text).removesuffix(" sur l'export")
    if words in {"", "sans cible", "non jugée"}:
        return None
    assert words == "atteinte" or words.startswith(("manque", "non atteinte")), words
    return words == "atteinte"


# -- readers ---------------------------------------------------------------------------------------


def lire_json(content: bytes) -> Chiffres:
    return attendus(json.loads(content))


def lire_sarif(content: bytes) -> Chiffres:
    (run,) = json.loads(content)["runs"]
    found = attendus({**run["properties"], "constats": []})
    found.listes = Counter(result["ruleId"] for result in run["results"])
    return found


def lire_csv(content: bytes) -> Chiffres:
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    found = Chiffres(constats={row["regle"]: int(row["constats_de_la_regle"]) for row in rows})
    found.listes = Counter(row["regle"] for row in rows if row["resultat"] == "enfreinte")
    return found


def lire_junit(content: bytes) -> Chiffres:
    found = Chiffres()
    for suite in etree.fromstring(content):
        values = {one.get("name", ""): one.get("value", "") for one in suite.iter("property")}
        name = suite.get("name", "").removeprefix("duicheck.")
        if name == "verdict":
            found.verdict, found.cibles = (values["verdict"], values["sous_derogations"] == "true"), values["cibles"]
        elif name == "regles":
            found.constats = {
                key.removesuffix(".constats"): int(value) for key, value in values.items() if key.endswith(".constats")
            }
        else:
            place = PROJET if name == "projet" else name.removeprefix("etablissement.")
            if place != PROJET:
                lenient = values["sous_derogations"] == "true"
                found.etablissements[place] = (values["verdict"], lenient, values["cibles"])
            codes = dict.fromkeys(key.partition(".")[0] for key in values if "." in key)
            for code in codes:
                found.lignes[place, code] = ligne(_row_of_properties(code, values))
    return found


def _row_of_properties(code: str, values: dict[str, str]) -> dict[str, Any]:
    def scalar(name: str) -> Any:
        text = values.get(f"{code}.{name}", "")
        return json.loads(text) if text and text not in {"recalcule", "exporte"} else text or None

    row: dict[str, Any] = {
        name: scalar(name) for name in ("conforme", "cible", "cible_sur", "atteinte", "manquants", "marge")
    }
    for side in ("exporte", "recalcule"):
        numerator = scalar(f"{side}.numerateur")
        row[side] = (
            None if numerator is None else {"numerateur": numerator, "denominateur": scalar(f"{side}.denominateur")}
        )
    return row


def lire_xlsx(content: bytes) -> Chiffres:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    summary = {row[0]: row[1] for row in book.get_sheet_by_name("Synthèse").to_python() if row[0]}
    found = Chiffres(_verdict(str(summary["Verdict"])), CIBLES[_words(str(summary["Cibles"]))])
    for row in table_xlsx(book, "Établissements"):
        name = str(row["Établissement"])
        found.etablissements[name] = (*_verdict(row["Verdict"]), CIBLES[_words(row["Cibles"])])
    for row in table_xlsx(book, "Indicateurs"):
        sides = [
            None if row[f"{side} : numérateur"] == "" else (int(row[f"{side} : numérateur"]), _cell(row, side))
            for side in ("Exporté", "Recalculé")
        ]
        found.lignes[str(row["Établissement"]), str(row["Code"])] = Ligne(
            sides[0],
            sides[1],
            _agreement(row["Accord avec le journal"]),
            None if row["Taux jugé"] == "" else round(row["Taux jugé"] * 10_000),
            None if row["Cible"] == "" else round(Decimal(str(row["Cible"])) * 100, 6).normalize(),
            _reached(row["Résultat"]),
            None if row["Manque"] == "" else int(row["Manque"]),
            None if row["Marge"] == "" else int(row["Marge"]),
        )
    found.constats = {str(row["Règle"]): int(row["Constats"]) for row in table_xlsx(book, "Règles")}
    found.listes = Counter(
        str(row["Règle"]) for row in table_xlsx(book, "Constats") if not str(row["Constat"]).startswith("… et ")
    )
    return found


def _cell(row: dict[str, Any], side: str) -> int | None:
    value = row[f"{side} : dénominateur"]
    return None if value == "" else int(value)


def table_xlsx(book: CalamineWorkbook, name: str) -> list[dict[str, Any]]:
    """The rows of a sheet by heading; none where it only says that it is empty."""
    headings, *rows = book.get_sheet_by_name(name).to_python()
    names = [str(heading).replace("\u00a0", " ") for heading in headings]
    return [dict(zip(names, row, strict=True)) for row in rows if any(value != "" for value in row[1:])]


def lire_markdown(content: bytes) -> Chiffres:
    page = rendu(content.decode("utf-8"))
    found = Chiffres()
    place = ""
    rule = ""
    for element in page.iter():
        text = "".join(element.itertext())
        if element.tag == "h2":
            found.verdict = _verdict(text)
        elif element.tag == "strong" and _words(text) in CIBLES:
            found.cibles = CIBLES[_words(text)]
        elif element.tag == "strong" and text == PROJET:
            place = PROJET
        elif element.tag == "summary":
            place, rule = text.partition(" — ")[0], text
            if " — " in text and re.fullmatch(r"\w+", place):
                verdict, _comma, cibles = text.partition(" — ")[2].partition(", ")
                found.etablissements[place] = (*_verdict(verdict), CIBLES[_words(cibles or "sans cible")])
        elif element.tag == "code" and rule and (count := re.search(r"\((\d[\d\u00a0]*) constats?", rule)):
            found.constats[text] = _integer(count[1])
            rule = ""
        elif element.tag == "tr":
            cells = ["".join(cell.itertext()) for cell in element if cell.tag == "td"]
            if cells:
                found.lignes[place, cells[0]] = _shown(cells[1:])
    return found


def _shown(cells: list[str]) -> Ligne:
    """Exported, recomputed, agreement, rate, target, result, missing, margin."""
    return Ligne(
        _counts(cells[0]),
        _counts(cells[1]),
        _agreement(cells[2]),
        _hundredths(cells[3]),
        _percent(cells[4]),
        _reached(cells[5]),
        _number(cells[6]),
        _number(cells[7]),
    )


def rendu(text: str) -> Any:
    """A comment as a forge shows it: an element tree."""
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    return html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)


def lire_html(content: bytes) -> Chiffres:
    page = html5lib.parse(content.decode("utf-8"), treebuilder="etree", namespaceHTMLElements=False)
    answers = ["".join(one.itertext()) for one in page.iter("p") if one.get("class") == "mot"]
    found = Chiffres(_verdict(answers[0]), CIBLES[_words(answers[1])])
    place = ""
    for row in page.iter("tr"):
        texts = ["".join(cell.itertext()).strip() for cell in row]
        code = row.find(".//code")
        if row.get("class") == "groupe":
            place, _dash, part = texts[0].partition(" – ")
            if place != PROJET:
                verdict, _comma, cibles = part.partition(", ")
                found.etablissements[place] = (*_verdict(verdict), CIBLES[_words(cibles)])
        elif place and code is not None and row[0].tag == "th" and len(texts) in {10, 14}:
            found.lignes[place, str(code.text)] = _shown([texts[1], *texts[3:10]])
        elif len(texts) == 4 and code is not None and "/" in str(code.text) and row[0].tag == "th":
            found.constats[str(code.text)] = _integer(texts[2])
    return found


_COUNTS = r"(absent|–|\d[\d\u00a0]*(?:\u00a0/\u00a0\d[\d\u00a0]*)?)"
_RATE = r"(–|\d[\d\u00a0]*(?:,\d+)?(?:\u00a0%)?)"
_INTEGER = r"(–|\d[\d\u00a0]*)"
_ROW = re.compile(
    rf"^{_COUNTS} {_RATE} {_COUNTS} (oui|NON|\?|non vérifié) {_RATE} {_RATE} "
    rf"(–|atteinte|non atteinte|manque\u00a0?\s?\d[\d\u00a0]*)(?: ?sur l'export)? {_INTEGER} {_INTEGER}(?!\S)"
)


def lire_pdf(content: bytes) -> Chiffres:
    lines = list(_lines(content))
    words = [_words(line) for line in lines]
    first = words.index("l'export est-il fidèle au journal ?")
    second = words.index("les cibles d'usage sont-elles atteintes ?")
    wrapped = lines[first + 2] if words[first + 1].endswith(" sous") else ""
    found = Chiffres(_verdict(f"{lines[first + 1]} {wrapped}"), CIBLES[words[second + 1]])
    place = ""
    start = next((i for i, line in enumerate(lines) if "par établissement et par indicateur" in line), len(lines))
    for before, line in zip(lines[start:], lines[start + 1 :], strict=False):
        if group := re.fullmatch(r"(.+) – ((?:non )?conforme[^,]*|indéterminé[^,]*), (.+)", line):
            place = group[1]
            if place != PROJET:
                found.etablissements[place] = (*_verdict(group[2]), CIBLES[_words(group[3])])
        elif place and (row := _ROW.match(line)):
            found.lignes[place, before.strip()] = _shown([row[1], *row.groups()[2:]])
    start = next(i for i, line in enumerate(lines) if line.startswith("Ce qu'il est advenu de chaque règle"))
    rule = ""
    for line in lines[start:]:
        if re.fullmatch(r"[a-z-]+/[a-z-]+", line):
            rule = line
        elif rule and (
            count := re.match(r"(?:respectée|enfreinte|non vérifiée|en erreur|sans objet) (\d[\d\u00a0]*)\b", line)
        ):
            found.constats[rule] = _integer(count[1])
            rule = ""
    return found


def _lines(content: bytes) -> Iterator[str]:
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        yield from (line.strip(" ") for line in page.extract_text().splitlines())


LECTEURS: dict[str, Callable[[bytes], Chiffres]] = {
    "csv": lire_csv,
    "html": lire_html,
    "json": lire_json,
    "junit": lire_junit,
    "markdown": lire_markdown,
    "pdf": lire_pdf,
    "sarif": lire_sarif,
    "xlsx": lire_xlsx,
}
