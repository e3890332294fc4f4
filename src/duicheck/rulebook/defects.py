"""What is wrong with a rulebook: its schema first, then what a schema cannot say."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from duicheck.formats.schemas import validator

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

__all__ = ["Defect", "defects"]

Document = dict[str, Any]

_TYPES = {
    "string": "un texte",
    "integer": "un nombre entier",
    "boolean": "true ou false",
    "array": "une liste",
    "object": "une table",
}
_LEVELS = ("regional", "multiregional", "national")


class Defect(Struct, frozen=True):
    """One defect: the key as a dotted path, and what is wrong with it, in French."""

    key: str
    problem: str


def defects(document: Document) -> Iterator[Defect]:
    """What is wrong with a parsed rulebook, days as ISO strings; coherence only once the shape is right."""
    refusals = sorted(
        validator("rulebook").iter_errors(document), key=lambda error: list(map(str, error.absolute_path))
    )
    if refusals:
        by_key: dict[str, Defect] = {}  # one defect a key: a bad date breaks its format and its pattern
        for defect in (defect for refusal in refusals for defect in _in_words(refusal)):
            by_key.setdefault(defect.key, defect)
        yield from by_key.values()
        return
    for check in (_floats, _sources, _hypotheses, _indicators, _payments, _pieces, _windows, _zones):
        yield from check(document)


def _in_words(refusal: ValidationError) -> Iterator[Defect]:
    """The French words for one refusal of the schema; several where several keys are unknown."""
    key = _dotted(refusal.absolute_path)
    wanted: Any = refusal.validator_value
    instance: Any = refusal.instance
    match refusal.validator:
        case "required":
            for name in wanted:
                if name not in instance:
                    yield Defect(_dotted([*refusal.absolute_path, name]), "cette clé est obligatoire et manque")
        case "additionalProperties":
            known: Document = refusal.schema["properties"] if isinstance(refusal.schema, dict) else {}
            for name in instance:
                if name not in known:
                    near = difflib.get_close_matches(name, known, n=1)
                    hint = f"\u00a0; la plus proche est «\u00a0{near[0]}\u00a0»" if near else ""
                    yield Defect(_dotted([*refusal.absolute_path, name]), f"cette clé n'est pas connue{hint}")
        case _:
            schema: Any = refusal.schema
            examples = schema.get("examples", [wanted]) if isinstance(schema, dict) else [wanted]
            yield Defect(key, _problem(str(refusal.validator), wanted, instance, examples[0]))


def _problem(keyword: str, wanted: Any, instance: Any, example: Any) -> str:  # noqa: ANN401 -- any JSON value
    """What one keyword of the schema asks for, in French."""
    wording: dict[str, Callable[[], str]] = {
        "type": lambda: f"il faut {_TYPES.get(str(wanted), str(wanted))}",
        "const": lambda: f"«\u00a0{instance}\u00a0» n'est pas admis, il faut «\u00a0{wanted}\u00a0»",
        "enum": lambda: f"«\u00a0{instance}\u00a0» n'est pas admis, il faut l'un de {', '.join(map(str, wanted))}",
        "format": lambda: f"«\u00a0{instance}\u00a0» n'est pas une date du calendrier, écrite AAAA-MM-JJ",
        "pattern": lambda: f"«\u00a0{instance}\u00a0» n'a pas la forme attendue, celle de «\u00a0{example}\u00a0»",
        "minimum": lambda: f"{instance} est trop petit, le minimum est {wanted}",
        "maximum": lambda: f"{instance} est trop grand, le maximum est {wanted}",
        "minLength": lambda: "ce texte est vide",
        "minItems": lambda: f"il faut au moins {wanted} élément{'s' if wanted > 1 else ''}",
        "minProperties": lambda: "cette table est vide",
        "uniqueItems": lambda: "la même valeur y est deux fois",
        "dependentRequired": lambda: (
            "une clé en demande une autre, qui manque\u00a0: "
            + ", ".join(f"{name} demande {' et '.join(others)}" for name, others in wanted.items() if name in instance)
        ),
    }
    return wording.get(keyword, lambda: f"la contrainte «\u00a0{keyword}\u00a0» du schéma n'est pas respectée")()


def _dotted(path: Iterable[str | int]) -> str:
    return ".".join('""' if part == "" else str(part) for part in path) or "le texte"


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _floats(document: Document, path: tuple[str | int, ...] = ()) -> Iterator[Defect]:
    """JSON Schema takes 3.0 for an integer; a text does not write it so."""
    inside: Any = document
    if isinstance(inside, float):
        yield Defect(_dotted(path), "il faut un nombre entier, sans virgule")
    elif isinstance(inside, dict | list):
        for key, value in inside.items() if isinstance(inside, dict) else enumerate(inside):
            yield from _floats(value, (*path, key))


def _sources(document: Document) -> Iterator[Defect]:
    documents = [each["document"] for each in document["sources"]]
    for name in _twice(documents):
        yield Defect("sources", f"le document «\u00a0{name}\u00a0» y est deux fois")
    for kind in ("parametres", "hypotheses"):
        for name, table in document[kind].items():
            cited = table["source"]["document"]
            if cited not in documents:
                yield Defect(f"{kind}.{name}.source.document", f"«\u00a0{cited}\u00a0» n'est pas parmi les sources")


def _hypotheses(document: Document) -> Iterator[Defect]:
    itself = f"texte:{document['id']}"
    for name, table in document["hypotheses"].items():
        codes = [each["code"] for each in table["valeurs"]]
        for code in _twice(codes):
            yield Defect(f"hypotheses.{name}.valeurs", f"le code «\u00a0{code}\u00a0» y est deux fois")
        if table["defaut"] not in codes:
            problem = f"«\u00a0{table['defaut']}\u00a0» n'est pas parmi les valeurs, {', '.join(codes)}"
            yield Defect(f"hypotheses.{name}.defaut", problem)
        if itself in codes:
            problem = f"«\u00a0{itself}\u00a0» renvoie au texte lui-même, écrivez «\u00a0texte\u00a0»"
            yield Defect(f"hypotheses.{name}.valeurs", problem)


def _indicators(document: Document) -> Iterator[Defect]:
    """Every list of indicators stays within the known ones; a lighter list within the full one."""
    lists = {name: set(table["valeur"]) for name, table in document["parametres"].items() if _lists_indicators(name)}
    within = {name: "indicateurs" for name in lists if name != "indicateurs"}
    within["indicateurs_obligatoires_pjm"] = "indicateurs_obligatoires"
    for name, outer in within.items():
        for code in sorted(lists.get(name, set()) - lists[outer]):
            yield Defect(f"parametres.{name}.valeur", f"«\u00a0{code}\u00a0» n'est pas dans {outer}")
    wanted = document["parametres"].get("criteres_socles_minimum")
    if wanted and wanted["valeur"] > len(lists.get("criteres_socles", ())):
        yield Defect("parametres.criteres_socles_minimum.valeur", "il y a moins de critères socles que cela")


def _lists_indicators(name: str) -> bool:
    return name.startswith("indicateurs") or name in {"criteres_socles", "services_socles"}


def _payments(document: Document) -> Iterator[Defect]:
    table = document["parametres"].get("versements")
    if table and (total := sum(each["part"] for each in table["valeur"])) != 100:  # noqa: PLR2004 -- per cent
        yield Defect("parametres.versements.valeur", f"les parts font {total}\u00a0%, et non 100\u00a0%")


def _pieces(document: Document) -> Iterator[Defect]:
    for name, table in document["parametres"].items():
        if table["unite"] in {"liste de pièces", "liste de versements"}:
            for code in _twice(each["code"] for each in table["valeur"]):
                yield Defect(f"parametres.{name}.valeur", f"le code «\u00a0{code}\u00a0» y est deux fois")


def _windows(document: Document) -> Iterator[Defect]:
    parameters = document["parametres"]
    for level in _LEVELS:
        first, last = (parameters.get(f"depot_{level}_{end}") for end in ("debut", "fin"))
        if first and last and first["valeur"] > last["valeur"]:
            yield Defect(f"parametres.depot_{level}_fin.valeur", "la clôture vient avant l'ouverture")


def _zones(document: Document) -> Iterator[Defect]:
    for name in ("fuseaux", "fuseaux_territoire"):
        for prefix, zone in document["parametres"][name]["valeur"].items():
            try:
                ZoneInfo(zone)
            except (KeyError, ValueError):  # ZoneInfoNotFoundError is a KeyError
                yield Defect(f"parametres.{name}.valeur.{prefix}", f"le fuseau «\u00a0{zone}\u00a0» n'existe pas")
