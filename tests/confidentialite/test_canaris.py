"""Canaries in every role, format and place: each is found by its rule, none is in anything that is written."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
from canaris import FORMES, Canari, Tableau, canaris, documents, fuites, livraison, manifeste, numero
from programme import calling

from duicheck.cli.outputs import renderers
from duicheck.harness import Options, check
from duicheck.plugins import Plugins, load_plugins
from duicheck.render.terminal import render_terminal
from duicheck.report import to_bytes

Dit = Callable[..., tuple[int, str]]


@cache
def plugins() -> Plugins:
    return load_plugins()


@pytest.fixture
def dit(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Dit:
    """Run the program; its exit code, and all that it said on both streams."""
    call = calling(capfd, monkeypatch, columns=200)

    def _dit(*arguments: object) -> tuple[int, str]:
        code, out, err = call(*arguments)
        return code, out + err

    return _dit


def sorties(report: dict[str, Any], folder: Path, *, toutes: bool = True) -> Iterator[tuple[str, str]]:
    """Everything that can be written of a report: (format, its bytes as text, unpacked where they are packed).

    Not `toutes`: without the formats that are made of rapport.json and of nothing else.
    """
    yield "rapport.json", to_bytes(report).decode("utf-8")
    yield "terminal", render_terminal(report, plugins().rules, width=200, colour=False, source=str(folder))
    if toutes:
        for name, renderer in renderers(plugins()).items():
            yield name, lisible(renderer.render(report))


def lisible(content: bytes) -> str:
    """Bytes as text: members of an archive, streams of a PDF and what it attaches decompressed, its glyphs read."""
    parts = [content]
    if content.startswith(b"%PDF"):
        document = pypdf.PdfReader(io.BytesIO(content))
        parts += [page.extract_text().encode("utf-8", "replace") for page in document.pages]
        parts += [each for attached in document.attachments.values() for each in attached]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return "\n".join(part.decode("utf-8", "replace") for part in parts)


def trouves(report: dict[str, Any], fichier: str) -> Counter[tuple[str, str]]:
    """How many findings of each rule of the group are in each place of a file."""
    found: Counter[tuple[str, str]] = Counter()
    for constat in report["constats"]:
        groupe, _, regle = constat["regle"].partition("/")
        lieu = constat["lieu"]
        if groupe == "confidentialite" and lieu["fichier"] == fichier and constat["gravite"] == "erreur":
            found[str(lieu["colonne"]), regle] += 1
    return found


def _sommes(places: Counter[tuple[str, str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_, regle), nombre in places.items():
        found[regle] += nombre
    return found


@pytest.mark.parametrize("forme", FORMES)
def test_every_canary_of_a_table_is_found_and_none_is_written(tmp_path: Path, forme: str, dit: Dit) -> None:
    plantes = livraison(tmp_path, forme)
    report = check(tmp_path, plugins(), Options(avec_identifiants=True))
    for fichier, table in plantes.items():
        found = trouves(report, fichier)
        assert _sommes(found) == _attendus(table, fichier), fichier
        for (colonne, regle), nombre in table.attendus.items():
            if colonne not in {"titre", "autre feuille"} and forme != "csv-utf16":
                assert found[colonne, regle] == nombre, (fichier, colonne, regle)
    semes = [canari for table in plantes.values() for canari in table.plantes]
    assert len(semes) > 200
    for name, texte in sorties(report, tmp_path, toutes=forme == "csv"):
        assert list(fuites(semes, texte)) == [], name
    if forme not in {"csv", "xlsx", "json"}:
        return  # the program says of the others what it says of these
    code, said = dit("check", tmp_path)
    assert code == 1
    assert list(fuites(semes, said)) == []


def _attendus(table: Tableau, fichier: str) -> Counter[str]:
    """What each rule must find; a list of establishments has names of its own, and every JSON object its keys."""
    found = _sommes(table.attendus)
    if fichier.endswith("json"):
        for (colonne, regle), nombre in table.attendus.items():
            if colonne == "titre" and regle != "colonne-nominative":
                found[regle] += nombre * (len(table.lignes) - 1)
    if fichier.startswith("structures"):
        # « Nom » may be an establishment's; a first name and a birth never are.
        found["colonne-nominative"] -= 1
    return +found


@pytest.mark.parametrize("forme", ["csv", "json", "xlsx"])
def test_the_same_without_canaries_in_headings(tmp_path: Path, forme: str) -> None:
    """Other headings must not hide what stands below them, nor the other way round."""
    plantes = livraison(tmp_path, forme, avec_titres=False)
    report = check(tmp_path, plugins())
    for fichier, table in plantes.items():
        assert _sommes(trouves(report, fichier)) == _sommes(table.attendus), fichier


def test_every_canary_of_a_document_is_found_and_none_is_written(tmp_path: Path, dit: Dit) -> None:
    plantes = documents(tmp_path)
    report = check(tmp_path, plugins(), Options(avec_identifiants=True))
    for fichier, semes in plantes.items():
        attendus = Counter(canari.regle for canari in semes)
        if fichier in {"finess.json", "lettre.xml"}:  # they publish addresses and phone numbers of professionals
            attendus = Counter({regle: n for regle, n in attendus.items() if regle in {"nir", "adresse-patient"}})
        assert _sommes(trouves(report, fichier)) == attendus, fichier
    tous = [canari for semes in plantes.values() for canari in semes]
    for name, texte in sorties(report, tmp_path):
        assert list(fuites(tous, texte)) == [], name
    assert list(fuites(tous, dit("check", tmp_path, "--format", "json")[1])) == []


def _noms() -> Iterable[Canari]:
    return [each for each in canaris() if not set(each.texte) & set("\u00a0:")]


PREMIERS = {canari.regle: canari for canari in reversed(list(_noms()))}
"""Rule -> its first canary: the formats take long to write and read, and hide one of a kind as the others."""


@pytest.mark.parametrize("canari", _noms(), ids=lambda each: each.regle)
def test_a_file_name_is_found_and_never_written(tmp_path: Path, canari: Canari, dit: Dit) -> None:
    chemin = f"patients/{canari.texte}/registre {canari.texte}.csv"
    (tmp_path / chemin).parent.mkdir(parents=True)
    (tmp_path / chemin).write_text("id_personne,finess_et,date_entree\np-01,970302287,2024-01-08\n", encoding="utf-8")
    absent = f"{canari.texte}/absent.csv"
    (tmp_path / "livraison.toml").write_text(manifeste([("registre", chemin), ("journal", absent)]), encoding="utf-8")
    report = check(tmp_path, plugins(), Options(avec_identifiants=True))
    noms = [each for each in report["constats"] if each["faits"].get("endroit") == "Nom du fichier"]
    assert {each["regle"] for each in noms} == {f"confidentialite/{canari.regle}"}
    for name, texte in sorties(report, tmp_path, toutes=PREMIERS[canari.regle] == canari):
        assert list(fuites([canari], texte)) == [], name
    for arguments in ((tmp_path,), (tmp_path / chemin, "--texte", "2025-40", "--date-mesure", "2025-09-15")):
        assert list(fuites([canari], dit("check", *arguments)[1])) == []


def test_errors_never_write_a_canary(tmp_path: Path, dit: Dit) -> None:
    """What cannot be opened is said without the name that it bears."""
    canari = Canari(numero(), "nir")
    absent = tmp_path / f"{canari.texte}.zip"
    for code, arguments in ((4, [absent]), (2, [tmp_path, "--output", f"{canari.texte}=x"])):
        found, said = dit("check", *arguments)
        assert found == code
        assert list(fuites([canari], said)) == []
    absent.write_bytes(b"PK\x03\x04" + canari.texte.encode())
    found, said = dit("check", absent)
    assert found == 4
    assert list(fuites([canari], said)) == []
    (tmp_path / "livraison.toml").write_text(f'format = 1\n"{canari.texte}" = "{canari.texte}"\n', encoding="utf-8")
    found, said = dit("check", tmp_path)
    assert found == 4
    assert list(fuites([canari], said)) == []


def test_damaged_files_are_searched_down_to_the_last_byte(tmp_path: Path) -> None:
    """Truncated, mistaken for another format, undecodable: what can be read is read."""
    semes = {
        "coupe.csv.gz": gzip.compress(b"id_personne,finess_et\n" + numero().encode() + b",x\n" * 4000)[:-9],
        "faux.parquet": b"PAR1 " + numero().encode() + b" PAR1",
        "faux.xlsx": b"PK\x03\x04 " + numero().encode() + b" fin",
        "document.pdf": b"%PDF-1.7\n(" + numero().encode() + b")\n",
        "casse.json": b'[{"id_personne": "' + numero().encode() + b'", ',
        "octets.csv": b"id_personne\n\x81\x8d " + numero().encode() + b"\n",
    }
    for chemin, content in semes.items():
        (tmp_path / chemin).write_bytes(content)
    (tmp_path / "livraison.toml").write_text(manifeste([("registre", chemin) for chemin in semes]), encoding="utf-8")
    report = check(tmp_path, plugins())
    found = {each["lieu"]["fichier"] for each in report["constats"] if each["regle"] == "confidentialite/nir"}
    assert found == set(semes)
