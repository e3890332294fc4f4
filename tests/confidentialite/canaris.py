"""Deliveries with canaries: invented personal data in every role, format and place, and what must find each."""

from __future__ import annotations

import csv
import gzip
import hashlib
import importlib.util
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, pairwise
from pathlib import Path
from types import ModuleType

import duckdb
from stdnum.fr import nir

Row = dict[str, str]

_NUMBERS = count(1)


@dataclass(frozen=True)
class Canari:
    """A value that nobody may read, and the rule that must find it."""

    texte: str
    regle: str

    @property
    def traces(self) -> set[str]:
        """What would betray it: itself, its digits, its usual digests."""
        chiffres = re.sub(r"[^0-9A-Za-z]", "", self.texte)
        found = {self.texte, self.texte.casefold(), self.texte.upper()}
        if len(chiffres) > 8:
            found.add(chiffres)
        if "@" in self.texte:
            found |= {self.texte.partition("@")[0]}
        for each in (self.texte, chiffres):
            for function in (hashlib.md5, hashlib.sha1, hashlib.sha256):
                found.add(function(each.encode()).hexdigest())
        return found


def numero(place: str = "55") -> str:
    """A NIR of fifteen characters that was not given yet, its key right."""
    rank = next(_NUMBERS)
    body = f"2{40 + rank % 50}{1 + rank % 12:02}{place}{100 + rank % 800}{1 + rank // 7 % 998:03}"
    return body + nir.calc_check_digits(body)


def groupes(number: str, blank: str = " ") -> str:
    """A number in the groups of the card."""
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    return blank.join(number[start:end] for start, end in pairwise(cuts) if number[start:end])


def canaris() -> list[Canari]:
    """One of each kind; never twice the same value."""
    rank = f"{next(_NUMBERS):04}"
    return [
        Canari(numero(), "nir"),
        Canari(groupes(numero()), "nir"),
        Canari(groupes(numero(), "\u00a0"), "nir"),
        Canari(numero("2A"), "nir"),
        Canari(groupes(numero("2B"))[:-3].lower(), "nir"),
        Canari("INS " + groupes(numero(), "."), "nir"),
        Canari(numero()[:13], "nir"),
        Canari(f"{numero()}@patient.mssante.fr", "adresse-patient"),
        Canari(f"zoe.canari{rank}@exemple.fr", "courriel"),
        Canari(f"06 99 01 {rank[:2]} {rank[2:]}", "telephone"),
        Canari(f"01.99.02.{rank[:2]}.{rank[2:]}", "telephone"),
        Canari(f"069903{rank}", "telephone"),
        Canari(f"+33699{rank[0]}4{rank}", "telephone"),
        Canari(f"+33 (0)6 99 05 {rank[:2]} {rank[2:]}", "telephone"),
    ]


def titres() -> list[Canari]:
    """Headings that nobody may read: they hold a value, or name somebody."""
    rank = next(_NUMBERS)
    return [
        Canari(f"Nom de Mme Canari-Alpha{rank}", "colonne-nominative"),
        Canari(f"Prénom (Zébulon-Canari{rank})", "colonne-nominative"),
        Canari(f"né le, M. Canari-Bêta{rank}", "colonne-nominative"),
        Canari(numero(), "nir"),
        Canari(f"titre.canari{rank}@exemple.fr", "courriel"),
    ]


# -- one table of each role -----------------------------------------------------------------------

_FINESS = "970302287"
_FENETRE = {"periode_debut": "2025-06-15", "periode_fin": "2025-09-14"}
JUSTES: dict[str, tuple[Row, str]] = {
    "indicateurs": (
        {"finess_et": _FINESS, "indicateur": "dmp", **_FENETRE, "numerateur": "1", "denominateur": "2"},
        "indicateur",
    ),
    "journal": (
        {
            "id_evenement": "e-01",
            "horodatage": "2025-07-01T10:00:00-03:00",
            "finess_et": _FINESS,
            "id_dossier": "d-01",
            "type": "mise_a_jour_dossier",
            "auteur": "a-1",
        },
        "auteur",
    ),
    "registre": (
        {"id_personne": "p-01", "id_dossier": "d-01", "finess_et": _FINESS, "date_entree": "2024-01-08"},
        "id_personne",
    ),
    "decompte": ({"finess_et": _FINESS, "indicateur": "dmp", **_FENETRE, "id_dossier": "d-01"}, "id_dossier"),
    "structures": ({"finess_et": _FINESS, "champ": "PA", "raison_sociale": "Foyer d'essai"}, "raison_sociale"),
}
"""Role -> a right row, and the column of ours where a canary may stand."""


@dataclass
class Tableau:
    """The rows of one role with their canaries, and how many each rule must find in each column."""

    colonnes: list[str]
    lignes: list[Row]
    plantes: list[Canari]
    attendus: Counter[tuple[str, str]]


def tableau(role: str, *, avec_titres: bool) -> Tableau:
    """A table of one role: canaries in a column of ours, in one that is not, in a rejected row, in headings."""
    juste, libre = JUSTES[role]
    lignes = [dict(juste)]
    plantes: list[Canari] = []
    attendus: Counter[tuple[str, str]] = Counter()
    for colonne, ecartee in ((libre, False), ("remarque", False), ("finess_et", True)):
        for canari in canaris():
            ligne = {**juste, colonne: canari.texte}
            if ecartee:
                ligne["remarque"] = "à revoir"
            lignes.append(ligne)
            plantes.append(canari)
            attendus[colonne, canari.regle] += 1
    colonnes = [*juste, "remarque"]
    if avec_titres:
        for canari in titres():
            colonnes.append(canari.texte)
            plantes.append(canari)
            attendus["titre", canari.regle] += 1
    return Tableau(colonnes, lignes, plantes, attendus)


# -- formats --------------------------------------------------------------------------------------


def _csv(table: Tableau, encoding: str, separator: str, quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator="\r\n")
    writer.writerow(table.colonnes)
    writer.writerows([[row.get(name, "") for name in table.colonnes] for row in table.lignes])
    return text.getvalue().encode(encoding)


def _objects(table: Tableau) -> list[Row]:
    return [{name: row.get(name, "") for name in table.colonnes} for row in table.lignes]


def _classeurs() -> ModuleType:
    path = Path(__file__).parents[1] / "formats" / "workbook.py"
    spec = importlib.util.spec_from_file_location("classeur_d_essai", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _xlsx(table: Tableau) -> bytes:
    rows = [table.colonnes, *([row.get(name) for name in table.colonnes] for row in table.lignes)]
    autres = canaris()
    table.plantes += autres
    for canari in autres:
        table.attendus["autre feuille", canari.regle] += 1
    feuilles = {"Données": rows, "Notes": [["Lisez-moi"], *([canari.texte] for canari in autres)]}
    found: bytes = _classeurs().workbook(feuilles)
    return found


def _parquet(table: Tableau, folder: Path) -> bytes:
    source, target = folder / "source.csv", folder / "cible.parquet"
    source.write_bytes(_csv(table, "utf-8", ","))
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{source.as_posix()}', all_varchar = true, header = true))"
            f" TO '{target.as_posix()}' (FORMAT parquet)"
        )
    content = target.read_bytes()
    source.unlink()
    target.unlink()
    return content


def ecrire(table: Tableau, forme: str, folder: Path) -> tuple[str, bytes]:
    """(file name's end, content) of a table in one format."""
    match forme:
        case "csv":
            return "csv", _csv(table, "utf-8", ",")
        case "csv-tableur":
            return "csv", _csv(table, "cp1252", ";", csv.QUOTE_ALL)
        case "csv-utf16":
            return "csv", _csv(table, "utf-16", ";")
        case "csv.gz":
            return "csv.gz", gzip.compress(_csv(table, "utf-8", "\t"))
        case "json":
            return "json", json.dumps(_objects(table), ensure_ascii=True).encode()
        case "json-lignes":
            return "json", json.dumps({"lignes": _objects(table)}, ensure_ascii=False, indent=1).encode()
        case "ndjson":
            return "ndjson", "\n".join(json.dumps(each) for each in _objects(table)).encode()
        case "xlsx":
            return "xlsx", _xlsx(table)
        case "parquet":
            return "parquet", _parquet(table, folder)
    raise AssertionError(forme)


FORMES = ("csv", "csv-tableur", "csv-utf16", "csv.gz", "json", "json-lignes", "ndjson", "xlsx", "parquet")


def manifeste(fichiers: Sequence[tuple[str, str]], commentaire: str = "") -> str:
    """A manifest with these (role, path)."""
    entries = "".join(f'\n[[fichiers]]\nrole = "{role}"\nchemin = "{chemin}"\n' for role, chemin in fichiers)
    return f'# {commentaire}\nformat = 1\ntexte = "2025-40"\ndate_mesure = 2025-09-15\n{entries}'


def livraison(folder: Path, forme: str, *, avec_titres: bool = True) -> dict[str, Tableau]:
    """Write a delivery of all the roles that are tables; what was planted, by file."""
    plantes = {}
    fichiers = []
    for role in JUSTES:
        table = tableau(role, avec_titres=avec_titres)
        suffixe, content = ecrire(table, forme, folder)
        chemin = f"{role}.{suffixe}"
        (folder / chemin).write_bytes(content)
        fichiers.append((role, chemin))
        plantes[chemin] = table
    (folder / "livraison.toml").write_text(manifeste(fichiers), encoding="utf-8")
    return plantes


def documents(folder: Path) -> dict[str, list[Canari]]:
    """Write the roles that are documents, and a manifest with a comment; what was planted, by file."""
    plantes: dict[str, list[Canari]] = {}

    def pose(chemin: str, content: str, semes: list[Canari]) -> None:
        (folder / chemin).write_text(content, encoding="utf-8")
        plantes[chemin] = semes

    for role in ("projet", "referencement"):
        semes = canaris()
        value = {"format": 1, "motifs": [{"motif": f"voir {each.texte}"} for each in semes]}
        pose(f"{role}.json", json.dumps(value, ensure_ascii=role == "projet", indent=2), semes)
    semes = canaris()
    pose("finess.json", json.dumps([{"note": each.texte} for each in semes], ensure_ascii=False), semes)
    semes = canaris()
    rows = "".join(f"970302287;mois_en_cours;documents_dmp;total;{each.texte}\n" for each in semes)
    pose("tableau.csv", f"finess_et;periode;mesure;ins;nombre\n{rows}", semes)
    semes = canaris()
    texte = "".join(f"  <paragraph>{each.texte}</paragraph>\n" for each in semes)
    pose("lettre.xml", f'<?xml version="1.0"?>\n<ClinicalDocument>\n{texte}</ClinicalDocument>\n', semes)
    semes = canaris()
    roles = ["projet", "referencement", "finess", "tableau_de_bord", "cda"]
    texte = manifeste(list(zip(roles, list(plantes), strict=True)))
    notes = "".join(f"# {each.texte}\n" for each in semes)
    pose("livraison.toml", texte + notes, semes)
    return plantes


def _aplati(texte: str) -> str:
    return re.sub(r"[\s.\u00a0-]", "", texte).casefold()


_trace_aplatie = cache(_aplati)  # each is looked for in a dozen formats


def fuites(plantes: Sequence[Canari], texte: str) -> Iterator[str]:
    """The canaries that a text betrays; blanks and dashes in the text do not hide them."""
    plat = _aplati(texte)
    for canari in plantes:
        for trace in canari.traces:
            if _trace_aplatie(trace) in plat:
                yield f"{canari.regle} : {trace}"
                break
