"""The dated texts: the four that ship are right, and a wrong one is refused in words that help."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from duicheck.docs import textes
from duicheck.errors import ParameterNotSet, RulebookError
from duicheck.formats.schemas import load_schema
from duicheck.rulebook import Rulebook, load_rulebook, shipped_rulebooks

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
MALFORMED = Path(__file__).parent / "rulebooks_malformes"
BOOKS = {book.id: book for book in (load_rulebook(source, validate=True) for source in shipped_rulebooks())}
IDS = ["2021-amorcage", "2023-13", "2024-15", "2025-40"]
SCHEMA = load_schema("rulebook")
NAMES = frozenset(SCHEMA["properties"]["parametres"]["properties"])
CLOSING = "règle par défaut, à confirmer avec le guide CNSA 06/2024."
DUI = ("dossiers_actifs", "projet_personnalise", "evenement_agenda")
FIVE = (*DUI, "mssante", "dmp")
COUNTERS = ("eprescription", "eparcours")


@pytest.fixture(params=IDS)
def book(request: pytest.FixtureRequest) -> Rulebook:
    """Each shipped text in turn."""
    found: Rulebook = BOOKS[request.param]
    return found


# The four texts.


def test_four_texts_ship_oldest_first_each_named_after_its_id() -> None:
    assert list(BOOKS) == IDS
    assert [source.name for source in shipped_rulebooks()] == [f"{name}.toml" for name in IDS]


def test_run_time_loading_gives_the_same_as_validated_loading() -> None:
    assert [load_rulebook(source) for source in shipped_rulebooks()] == list(BOOKS.values())


@pytest.mark.parametrize(
    ("texte", "expected"),
    [
        ("2021-amorcage", ("veille_de_la_mesure", 3, None, 1, None, ("projet", "maintenance"))),
        ("2023-13", ("fin_du_mois_de_mesure", 1, 3, None, True, None)),
        ("2024-15", ("fin_du_mois_de_mesure", 1, 3, None, True, None)),
        ("2025-40", ("veille_de_la_mesure", 3, None, None, None, None)),
    ],
)
def test_window_of_each_text(texte: str, expected: tuple[object, ...]) -> None:
    names = ("fenetre_fin", "fenetre_mois", "fenetre_mois_premiere_mesure", "fenetre_mois_maintenance")
    assert tuple(map(BOOKS[texte].get, (*names, "mesure_fin_de_mois", "phases"))) == expected


@pytest.mark.parametrize("texte", IDS[1:])
def test_targets_of_the_later_texts(texte: str) -> None:
    targets = {name: BOOKS[texte].get(f"cible_{name}") for name in (*FIVE, *COUNTERS)}
    assert targets == {**dict.fromkeys(DUI, 90), "mssante": 70, "dmp": 70, **dict.fromkeys(COUNTERS)}


def test_2021_sets_no_target() -> None:
    assert not [name for name in BOOKS["2021-amorcage"].parameters if name.startswith("cible_")]
    with pytest.raises(ParameterNotSet, match="2021-amorcage ne fixe pas « cible_dmp »"):
        BOOKS["2021-amorcage"]["cible_dmp"]


@pytest.mark.parametrize(
    ("texte", "mandatory", "optional", "counters"),
    [
        ("2021-amorcage", DUI, None, ("mssante", "dmp", *COUNTERS)),
        ("2023-13", FIVE, COUNTERS, COUNTERS),
        ("2024-15", FIVE, None, COUNTERS),
        ("2025-40", FIVE, COUNTERS, COUNTERS),
    ],
)
def test_indicators_of_each_text(texte: str, mandatory: object, optional: object, counters: object) -> None:
    book = BOOKS[texte]
    assert book["indicateurs"] == (*FIVE, *COUNTERS)
    assert book["indicateurs_obligatoires"] == mandatory
    assert book.get("indicateurs_facultatifs") == optional
    assert book["indicateurs_simples_comptes"] == counters


def test_what_only_one_text_says() -> None:
    assert BOOKS["2025-40"]["indicateurs_obligatoires_pjm"] == DUI
    assert BOOKS["2021-amorcage"]["criteres_socles"] == ("mssante", "dmp", *COUNTERS)
    assert BOOKS["2021-amorcage"]["criteres_socles_minimum"] == 2
    assert BOOKS["2023-13"]["aide_materiel_maximum"] == 20_000
    assert BOOKS["2025-40"]["aide_materiel_maximum"] == 10_000
    assert BOOKS["2023-13"]["depot_multiregional_fin"] == date(2023, 6, 15)
    assert BOOKS["2024-15"]["depot_echeances"] == (date(2024, 5, 31), date(2024, 9, 15))


def test_the_secondary_source_is_said() -> None:
    assert {name for name, book in BOOKS.items() if book.secondary} == {"2024-15"}
    assert "webinaire" in (BOOKS["2024-15"].note or "")


def test_zones_by_prefix(book: Rulebook) -> None:
    assert book["fuseaux"] == {
        "": "Europe/Paris",
        "971": "America/Guadeloupe",
        "972": "America/Martinique",
        "973": "America/Cayenne",
        "974": "Indian/Reunion",
        "975": "America/Miquelon",
        "976": "Indian/Mayotte",
        "98": "Indian/Mayotte",
    }


def test_every_name_of_the_closed_list_is_set_by_some_text() -> None:
    assert frozenset().union(*(book.parameters for book in BOOKS.values())) == NAMES


def test_a_name_has_one_unit_in_all_texts() -> None:
    units: dict[str, set[str]] = {}
    for each in BOOKS.values():
        for name, parameter in each.parameters.items():
            units.setdefault(name, set()).add(parameter.unit)
    assert not {name: found for name, found in units.items() if len(found) > 1}


def test_every_document_but_our_conventions_has_a_digest(book: Rulebook) -> None:
    for each in book.sources.values():
        assert ("sha256" in each) == (each["nature"] != "convention")


# Hypotheses.

ALTERNATIVES = {
    "denominateur": {"presence_fenetre", "presence_fin", "file_active_annuelle"},
    "mise_a_jour": {"ecriture", "explicite", "tout"},
    "projet": {"etat_fin", "dans_fenetre"},
    "agenda": {"date_dans_fenetre", "saisi_dans_fenetre", "avec_annules", "existe"},
    "messages": {"envoyes", "avec_echecs", "avec_recus", "professionnels"},
    "dmp": {"succes", "tentatives", "documents"},
    "fenetre": {
        *("texte", "un_mois", "trois_mois", "mois_precedent"),
        *("debut_moins_1j", "debut_plus_1j", "fin_moins_1j", "fin_plus_1j"),
    },
    "fuseau": {"local", "utc", "paris", "territoire"},
    "evaluation": {"partout", "etablissements", "projet"},
}
ON_THE_PROJECT = {
    "seuil_mixte": ("2021-amorcage", "2023-13", "2025-40"),
    "service_a_domicile": ("2024-15", "2025-40"),
    "changement_de_solution": ("2021-amorcage",),
    "partage_des_49": ("2023-13", "2025-40"),
    "saad_prorata": ("2023-13", "2025-40"),
    "ht_ttc": ("2023-13", "2025-40"),
    "materiel_plafond": ("2023-13", "2025-40"),
    "amoa_regroupement": ("2023-13", "2025-40"),
    "arrondi_aide": tuple(IDS),
    "amoa_sans_devis": ("2025-40",),
    "petit_etablissement": ("2021-amorcage",),
    "materiel_au_dela": ("2021-amorcage",),
    "criteres_evaluation": ("2021-amorcage",),
    "equipement_2024": ("2024-15",),
    "degressivite_2024": ("2024-15",),
}
"""What a text leaves open on the project and its aid -> the texts that leave it open."""
DEFAULTS = {
    "denominateur": "presence_fenetre",
    "mise_a_jour": "ecriture",
    "projet": "etat_fin",
    "agenda": "date_dans_fenetre",
    "messages": "envoyes",
    "dmp": "succes",
    "fenetre": "texte",
    "fuseau": "local",
    "evaluation": "partout",
}
WITHOUT_TARGETS = {"2021-amorcage"}


def test_hypotheses_and_their_values(book: Rulebook) -> None:
    expected = {name: set(codes) for name, codes in ALTERNATIVES.items()}
    expected["fenetre"] |= {f"texte:{other}" for other in IDS if other != book.id}
    if book.id == "2021-amorcage":
        expected["agenda"].add("tout_evenement")
    if book.id in WITHOUT_TARGETS:
        del expected["evaluation"]
    on_figures = {name: each for name, each in book.hypotheses.items() if not each.roles}
    assert {name: set(hypothesis.choices) for name, hypothesis in on_figures.items()} == expected


def test_hypotheses_on_the_project_and_its_aid(book: Rulebook) -> None:
    """They are of no concern to a delivery of figures: their roles say so, and its report leaves them out."""
    about = {name: each for name, each in book.hypotheses.items() if each.roles}
    assert set(about) == {name for name, texts in ON_THE_PROJECT.items() if book.id in texts}
    assert {each.roles for each in about.values()} == {frozenset({"projet", "structures"})}


def test_defaults(book: Rulebook) -> None:
    departures = {"agenda": "tout_evenement", "dmp": "documents"} if book.id == "2021-amorcage" else {}
    expected = DEFAULTS | departures
    if book.id in WITHOUT_TARGETS:
        del expected["evaluation"]
    assert {name: code for name, code in book.choose({}).items() if name not in ON_THE_PROJECT} == expected


def test_only_the_default_announces_itself(book: Rulebook) -> None:
    for hypothesis in book.hypotheses.values():
        for code, choice in hypothesis.choices.items():
            assert choice.phrase.endswith(CLOSING) == (code == hypothesis.default), (hypothesis.name, code)


def test_2023_names_the_document_that_it_cites() -> None:
    for hypothesis in (each for each in BOOKS["2023-13"].hypotheses.values() if not each.roles):
        assert "ANAP" in hypothesis.choices[hypothesis.default].phrase


def test_labels_are_noun_phrases_and_differ(book: Rulebook) -> None:
    labels = [choice.libelle for hypothesis in book.hypotheses.values() for choice in hypothesis.choices.values()]
    assert len(set(labels)) == len(labels)
    assert [
        label for label in labels if not re.match(r"(?:une?|les?|la|l'|toute?) ?\w", label) or label[-1] == "."
    ] == []


def test_french_typography(book: Rulebook) -> None:
    texts = [book.title, book.note or "", *(parameter.note or "" for parameter in book.parameters.values())]
    for hypothesis in book.hypotheses.values():
        texts += [hypothesis.question, hypothesis.note or ""]
        texts += [text for choice in hypothesis.choices.values() for text in (choice.phrase, choice.libelle)]
    assert [text for text in texts if re.search(r" [:;!?%»€]|« |\w[;!?]|\w:(?!\w)", text)] == []


# The digest.


def test_digest_ignores_how_git_ends_lines(tmp_path: Path) -> None:
    source = shipped_rulebooks()[0]
    copy = tmp_path / "copie.toml"
    copy.write_bytes(source.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert load_rulebook(copy) == BOOKS[IDS[0]]
    copy.write_bytes(source.read_bytes() + b"# plus\n")
    assert load_rulebook(copy).sha256 != BOOKS[IDS[0]].sha256


# Malformed texts: file -> (key, words).

DEFECTS = {
    "cle_en_double": ("parametres.fenetre_mois.unite", "écrite deux fois"),
    "cle_inconnue": ("version", "n'est pas connue"),
    "cloture_avant_ouverture": ("parametres.depot_regional_fin.valeur", "avant l'ouverture"),
    "condition_inconnue": ("parametres.pieces.valeur.1.conditions.0", "pleine_lune"),
    "date_entre_guillemets_impossible": ("parametres.depot_regional_fin.valeur", "2030-02-30"),
    "date_impossible": ("parametres.depot_regional_fin.valeur", "n'existe pas au calendrier"),
    "date_mal_ecrite": ("parametres.depot_regional_fin.valeur", "AAAA-MM-JJ"),
    "defaut_hors_des_valeurs": ("hypotheses.denominateur.defaut", "file_active_annuelle"),
    "document_en_double": ("sources", "texte.txt"),
    "document_non_declare": ("parametres.fenetre_mois.source.document", "autre.txt"),
    "fenetre_du_texte_lui_meme": ("hypotheses.fenetre.valeurs", "texte:2030-1"),
    "fuseau_inconnu": ("parametres.fuseaux.valeur.973", "America/Kourou"),
    "fuseau_sans_defaut": ('parametres.fuseaux.valeur.""', "obligatoire"),
    "guillemet_ouvert": (None, "n'est pas refermé"),
    "hypothese_absente": ("hypotheses.fuseau", "obligatoire"),
    "hypothese_code_en_double": ("hypotheses.fuseau.valeurs", "local"),
    "hypothese_code_inconnu": ("hypotheses.fuseau.valeurs.1.code", "tahiti"),
    "hypothese_sans_phrase": ("hypotheses.fuseau.valeurs.1.phrase", "obligatoire"),
    "id_absent": ("id", "obligatoire"),
    "id_mal_forme": ("id", "2025-40"),
    "indicateur_hors_liste": ("parametres.indicateurs_obligatoires.valeur", "dmp"),
    "indicateur_inconnu": ("parametres.indicateurs.valeur.3", "telex"),
    "liste_vide": ("parametres.indicateurs_obligatoires.valeur", "au moins 1 élément"),
    "nombre_a_virgule": ("parametres.fenetre_mois.valeur", "nombre entier"),
    "parametre_absent": ("parametres.fenetre_fin", "obligatoire"),
    "parametre_inconnu": ("parametres.cible_msante", "cible_mssante"),
    "parts_qui_ne_font_pas_cent": ("parametres.versements.valeur", "110"),
    "pas_en_utf8": (None, "UTF-8"),
    "phase_sans_duree": ("parametres", "fenetre_mois_maintenance"),
    "phrase_sans_point": ("hypotheses.fuseau.valeurs.1.phrase", "forme attendue"),
    "piece_en_double": ("parametres.pieces.valeur", "rib"),
    "pourcentage_trop_grand": ("parametres.cible_mssante.valeur", "700"),
    "source_sans_section": ("parametres.fenetre_mois.source.section", "obligatoire"),
    "table_en_double": ("parametres.fenetre_mois", "écrite deux fois"),
    "toml_casse": ("parametres.fenetre_mois.valeur", "n'est pas du TOML"),
    "unite_d_un_autre": ("parametres.fenetre_mois.unite", "«\u00a0mois\u00a0»"),
    "unite_inconnue": ("parametres.fenetre_mois.unite", "lunes"),
    "valeur_du_mauvais_type": ("parametres.fenetre_mois.valeur", "nombre entier"),
    "valeur_hors_liste": ("parametres.fenetre_fin.valeur", "lendemain_de_la_mesure"),
    "valeur_sans_source": ("parametres.fenetre_mois.source", "obligatoire"),
}


def test_the_control_file_has_no_defect() -> None:
    assert load_rulebook(MALFORMED / "aucun_defaut.toml", validate=True).id == "2030-1"


def test_every_malformed_file_has_its_expectation() -> None:
    assert {path.stem for path in MALFORMED.glob("*.toml")} == {*DEFECTS, "aucun_defaut"}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_malformed_text_is_refused_naming_file_and_key(name: str) -> None:
    key, words = DEFECTS[name]
    with pytest.raises(RulebookError) as refusal:
        load_rulebook(MALFORMED / f"{name}.toml", validate=True)
    message = str(refusal.value)
    assert message.startswith(f"{name}.toml")
    assert key is None or f"«\u00a0{key}\u00a0»" in message
    assert words in message
    assert "autre défaut" not in message, "the file must hold its one defect only"
    assert message.endswith(".")
    assert "\n" not in message


def test_a_missing_file_is_refused_in_french(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"absent\.toml\xa0: ce fichier ne peut pas être lu"):
        load_rulebook(tmp_path / "absent.toml")


def test_several_defects_are_counted(tmp_path: Path) -> None:
    broken = (MALFORMED / "id_absent.toml").read_text(encoding="utf-8").replace("secondaire = false\n", "")
    (tmp_path / "deux.toml").write_text(broken, encoding="utf-8")
    with pytest.raises(RulebookError, match=r"\(et 1 autre défaut\)\.$"):
        load_rulebook(tmp_path / "deux.toml", validate=True)


# The closed list of names, against the code that reads it.


def _is_rulebook(node: ast.expr, names: set[str]) -> bool:
    """Whether an expression is a rulebook, judged by its name or the annotation of the argument."""
    if isinstance(node, ast.Name):
        return node.id in names
    return isinstance(node, ast.Attribute) and node.attr in {"rulebook", "book"}


def _asked(tree: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    """The line and the expression of every parameter name that a module asks a rulebook for."""
    names = {"rulebook", "book"} | {
        argument.arg
        for argument in ast.walk(tree)
        if isinstance(argument, ast.arg) and argument.annotation and ast.unparse(argument.annotation) == "Rulebook"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and _is_rulebook(node.value, names):
            yield node.lineno, node.slice
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"get", "parameter"}
            and _is_rulebook(node.func.value, names)
            and node.args
        ):
            yield node.lineno, node.args[0]


def _patterns(name: ast.expr) -> list[str]:
    """What an expression may name: itself, or a pattern for an f-string; nothing where it is computed."""
    if isinstance(name, ast.Constant):
        return [re.escape(str(name.value))]
    if isinstance(name, ast.JoinedStr):
        parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in name.values]
        return ["".join(parts)]
    return []


def test_the_scan_sees_every_way_to_ask() -> None:
    code = (
        "def f(t: Rulebook, d):\n t['a'], t.get('b'), d.rulebook.parameter('c'), book[f'x_{d}'], d.get('z'), d['y']\n"
    )
    assert sorted(_patterns(name) for _, name in _asked(ast.parse(code))) == [["a"], ["b"], ["c"], [r"x_\w+"]]


@pytest.mark.parametrize("folder", ["src", "plugins"])
def test_the_code_asks_only_for_names_of_the_closed_list(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT).as_posix()}:{line} asks for {pattern}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in _asked(ast.parse(path.read_text(encoding="utf-8")))
        for pattern in _patterns(name)
        if not any(re.fullmatch(pattern, known) for known in NAMES)
    ]
    assert not wrong, (
        "A rule that asks for a name that no text can set is silently `sans_objet` for ever.\n"
        + "\n".join(wrong)
        + "\nMend the spelling, or declare the name in schemas/rulebook.schema.json (with its unit, title and "
        "description) and set it, with its source, in the texts of src/duicheck/rulebooks/ that say it."
    )


# The generated page.


def test_every_parameter_is_in_one_group_of_the_page() -> None:
    def groups(name: str) -> list[str]:
        return [
            title
            for title, patterns in textes.GROUPS.items()
            if any(name == each or (each.endswith("_") and name.startswith(each)) for each in patterns)
        ]

    assert {name: found for name in NAMES if len(found := groups(name)) != 1} == {}


def test_the_page_shows_every_value_and_every_choice() -> None:
    page = textes.generate()
    assert page.startswith("<!--")
    assert "python -m duicheck.docs" in page.splitlines()[0]
    assert "attention, source secondaire" in page
    for name in NAMES:
        assert f"`{name}`" in page
    for each in BOOKS.values():
        for hypothesis in each.hypotheses.values():
            assert all(f"| `{code}` | {choice.libelle} |" in page for code, choice in hypothesis.choices.items())


def test_the_page_is_up_to_date() -> None:
    written = (ROOT / textes.PAGE).read_text(encoding="utf-8")
    assert written == textes.generate(), "run `python -m duicheck.docs` and commit docs/textes.md"


def test_our_conventions_are_the_same_under_every_text() -> None:
    ours = {name for name, each in BOOKS["2025-40"].parameters.items() if each.source.document == "convention duicheck"}
    assert {"fuseaux", "indicateurs", "territoires_seuil_reduit"} <= ours
    for name in ours:
        assert len({repr(each.parameter(name)) for each in BOOKS.values()}) == 1, name
