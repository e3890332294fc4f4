"""docs/textes.md: the dated texts side by side, value by value, with the section that says each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from duicheck.formats.schemas import load_schema
from duicheck.rulebook import Parameter, Rulebook, Source, load_rulebook, shipped_rulebooks

__all__ = ["GROUPS", "PAGE", "generate"]

PAGE = Path("docs/textes.md")

GROUPS: Mapping[str, tuple[str, ...]] = {
    "La période de recueil": ("phases", "fenetre_", "mesure_"),
    "Les indicateurs et leurs cibles": ("indicateurs_", "criteres_", "cible_"),
    "La taille du projet et le guichet": (
        *("essms_", "organismes_", "seuil_", "situations_", "rejoindre_"),
        *("finess_", "territoires_exclus", "guichet_", "phase_pilote_"),
    ),
    "Le calendrier": (
        *("depot_", "selection_", "operation_", "mise_en_ordre_", "prestation_"),
        *("bon_commande_sons_annulable_", "duree_"),
    ),
    "Les conditions d'accès": (
        *("solution_", "editeur_", "porteur_", "cumul_", "financement_"),
        *("bon_commande_sons_autre_", "bon_commande_sons_meme_", "accord_", "marche_", "services_", "referencement_"),
        *("ahi_", "pjm_", "ght_"),
    ),
    "L'aide": ("aide_", "petit_organisme_", "heures_", "versements", "versement_", "part_"),
    "Les pièces": ("pieces", "pieces_"),
    "Nos conventions": (
        *("indicateurs", "fuseaux", "fuseaux_territoire", "territoires_seuil_reduit", "couverture_", "plausibilite_"),
        *(
            "texte_libre_",
            "pseudonymes_",
            "roles_du_depot",
            "roles_du_dossier",
            "collectivites_finess",
            "regions_departements",
            "categories_",
        ),
    ),
}
"""Title of a section -> the parameters in it: a full name, or the beginning of several (ends with `_`)."""

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_WORDINGS = {"rang": "{}e rang", "vague": "vague {}", "année": "N{:+d}"}
_CONVENTION = "convention duicheck"
_UNSET = "—"

_HEAD = """\
<!-- Page générée par `python -m duicheck.docs` : ne pas l'éditer, modifier src/duicheck/rulebooks/. -->

# Les textes, côte à côte

Chaque valeur que duicheck applique vient d'un texte daté, et chaque texte est complet : aucun n'hérite d'un autre.
Sous chaque valeur, la section qui la dit. « {unset} » : le texte ne fixe rien, et la règle qui en dépend est
`sans_objet`. Le texte qui régit un projet est celui sous lequel il a été financé : le manifeste le nomme.
Les montants sont en euros entiers.
"""


def generate() -> str:
    """The whole page, from the texts that ship and the titles of their schema."""
    books = [load_rulebook(source) for source in shipped_rulebooks()]
    titles = {name: each["title"] for name, each in _schema()["parametres"]["properties"].items()}
    blocks = [_HEAD.format(unset=_UNSET), *_presentation(books)]
    for group, names in GROUPS.items():
        chosen = [name for name in titles if _belongs(name, names)]
        blocks.append(f"## {group}\n")
        blocks += _SECTIONS.get(group, _values)(books, chosen, titles)
    blocks += _hypotheses(books)
    return "\n".join(blocks).replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")


def _schema() -> dict[str, Any]:
    properties: dict[str, Any] = load_schema("rulebook")["properties"]
    return properties


def _belongs(name: str, patterns: Iterable[str]) -> bool:
    return any(name == each or (each.endswith("_") and name.startswith(each)) for each in patterns)


def _presentation(books: Sequence[Rulebook]) -> Iterator[str]:
    yield "## Les textes\n"
    yield from _table(["texte", "titre", "applicable du", "documents lus"], map(_identity, books))
    for book in books:
        if book.secondary:
            yield f"> **{book.id} : attention, source secondaire.** {book.note}\n"
        elif book.note:
            yield f"> **{book.id}.** {book.note}\n"


def _identity(book: Rulebook) -> list[str]:
    read = [
        f"`{name}`<br>{each['titre']}" + (f"<br>{each['reference']}" if "reference" in each else "")
        for name, each in book.sources.items()
        if name != _CONVENTION
    ]
    since = _UNSET if book.applies_from is None else _day(book.applies_from)
    return [
        f"**{book.id}**" + ("<br>**source secondaire**" if book.secondary else ""),
        book.title,
        since,
        "<br>".join(read),
    ]


def _values(books: Sequence[Rulebook], names: Sequence[str], titles: Mapping[str, str]) -> Iterator[str]:
    rows = [[f"{titles[name]}<br>`{name}`", *(_cell(book.parameters.get(name)) for book in books)] for name in names]
    yield from _table(["paramètre", *(_column(book) for book in books)], rows)
    yield from _notes(books, names)


def _notes(books: Sequence[Rulebook], names: Sequence[str]) -> Iterator[str]:
    """The notes of a group, one line each; a note that several texts share is written once."""
    for name in names:
        by_note: dict[str, list[str]] = {}
        for book in books:
            found = book.parameters.get(name)
            if found and found.note:
                by_note.setdefault(found.note, []).append(book.id)
        for note, ids in by_note.items():
            yield f"* `{name}`, {', '.join(ids)} : {note}"
    yield ""


def _column(book: Rulebook) -> str:
    return f"{book.id} (secondaire)" if book.secondary else book.id


def _cell(parameter: Parameter | None) -> str:
    if parameter is None:
        return _UNSET
    return f"{_value(parameter)}<br><sub>{_place(parameter.source)}</sub>"


def _place(source: Source) -> str:
    where = source.section.replace(" > ", " › ")
    return (
        f"convention : {where}" if source.document == _CONVENTION else f"{source.document.partition('.')[0]}, {where}"
    )


def _value(parameter: Parameter) -> str:
    """A value as a French reader writes it, with its unit."""
    value, unit = parameter.value, parameter.unit
    if unit == "oui/non":
        return "oui" if value else "non"
    if unit in _WORDED:
        return "<br>".join(map(_WORDED[unit], value))
    if isinstance(value, dict):
        said = {key: ", ".join(each) if isinstance(each, list) else each for key, each in value.items()}
        return "<br>".join(f"{key or 'ailleurs'} : {name}" for key, name in said.items())
    if isinstance(value, tuple):
        return ", ".join(map(_scalar, value))
    if unit in _WORDINGS:
        return _WORDINGS[unit].format(value)
    return _scalar(value) + (f"\u00a0{unit}" if isinstance(value, int) else "")


_WORDED: Mapping[str, Callable[[Any], str]] = {
    "liste de versements": lambda each: f"{each['part']}\u00a0% : {each['libelle']}",
    "liste de citations": lambda each: f"« {each['citation']} »<br><sub>{each['section'].replace(' > ', ' › ')}</sub>",
}
"""How one of a list is written, by the unit of the list."""


def _scalar(value: str | int | date) -> str:
    match value:
        case date():
            return _day(value)
        case int():
            return f"{value:_}".replace("_", "\u00a0")
        case _:
            return f"`{value}`"


def _day(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}\u00a0{_MONTHS[day.month - 1]}\u00a0{day.year}"


def _pieces(books: Sequence[Rulebook], names: Sequence[str], titles: Mapping[str, str]) -> Iterator[str]:
    """One row per piece: who asks for it, in which list, under which condition."""
    labels: dict[str, str] = {}
    cells: dict[tuple[str, str], list[str]] = {}
    for book in books:
        for name in names:
            for piece in book.get(name, ()):
                labels[piece["code"]] = piece["libelle"]
                when = " ou ".join(f"`{each}`" for each in piece["conditions"]) or "toujours"
                how = when if piece["obligatoire"] else when.replace("toujours", "recommandée")
                cells.setdefault((piece["code"], book.id), []).append(f"{how}<br><sub>{titles[name]}</sub>")
    rows = [
        [f"{label}<br>`{code}`", *("<br>".join(cells.get((code, book.id), [_UNSET])) for book in books)]
        for code, label in labels.items()
    ]
    yield from _table(["pièce", *(_column(book) for book in books)], rows)
    lists = [
        [f"{titles[name]}<br>`{name}`", *(_source_cell(book.parameters.get(name)) for book in books)] for name in names
    ]
    yield from _table(["liste", *(_column(book) for book in books)], lists)
    yield from _notes(books, names)


def _conventions(books: Sequence[Rulebook], names: Sequence[str], titles: Mapping[str, str]) -> Iterator[str]:
    """What we say where every text is silent: the same in all of them, so written once."""
    yield "Le texte n'en dit rien : ces valeurs sont les nôtres, les mêmes sous chaque texte.\n"
    rows = []
    for name in names:
        said = {_value(book.parameters[name]): book.parameters[name] for book in books if name in book.parameters}
        note = "<br>".join(each.note or "" for each in said.values())
        rows.append([f"{titles[name]}<br>`{name}`", "<br>".join(said), note])
    yield from _table(["paramètre", "valeur", "pourquoi"], rows)


def _source_cell(parameter: Parameter | None) -> str:
    return _UNSET if parameter is None else f"<sub>{_place(parameter.source)}</sub>"


def _hypotheses(books: Sequence[Rulebook]) -> Iterator[str]:
    """What the texts leave open: every choice once, and which text takes it by default."""
    yield "## Ce que les textes laissent ouvert\n"
    yield "Chaque hypothèse a une réponse par défaut, à confirmer avec le guide CNSA de juin 2024, et que le rapport"
    yield "imprime. Le manifeste peut en prendre une autre (`[hypotheses]`), et le rapport le dit.\n"
    for name in _schema()["hypotheses"]["properties"]:
        versions = {book.id: book.hypotheses[name] for book in books if name in book.hypotheses}
        latest = list(versions.values())[-1]
        yield f"### `{name}` : {latest.question}\n"
        choices = {code: choice for each in versions.values() for code, choice in each.choices.items()}
        rows = []
        for code, choice in choices.items():
            offered = [id_ for id_, each in versions.items() if code in each.choices]
            default = [id_ for id_, each in versions.items() if each.default == code]
            rows.append([f"`{code}`", choice.libelle, ", ".join(offered), ", ".join(f"**{id_}**" for id_ in default)])
        yield from _table(["valeur", "ce que c'est", "textes qui l'offrent", "par défaut pour"], rows)
        for id_, each in versions.items():
            note = f" {each.note}" if each.note else ""
            yield f"* {id_} ({_place(each.source)}).{note} {each.choices[each.default].phrase}"
        yield ""


_SECTIONS = {"Les pièces": _pieces, "Nos conventions": _conventions}
"""The sections that are not a plain table of values."""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""
