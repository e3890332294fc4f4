"""The Schematron runner by its public face: what it must handle, and what it must never call green."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from duicheck_cda.schematron import Outcome, Report, SchematronError, compile  # noqa: A004
from duicheck_cda.schematron.contexts import alternatives
from duicheck_cda.schematron.saxon import Saxon, available

ENTETE = (
    '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">'
    '<ns prefix="h" uri="urn:h"/><ns prefix="xsi" uri="http://www.w3.org/2001/XMLSchema-instance"/>'
    '<ns prefix="svs" uri="urn:ihe:iti:svs:2008"/><ns prefix="xs" uri="http://www.w3.org/2001/XMLSchema"/>'
)
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.fixture
def essayer(tmp_path: Path):
    """Compile a schema whose content is given, and validate a document with it."""

    def essai(contenu: str, document: str, moteur: str = "duicheck") -> Report:
        fichier = tmp_path / "schemas" / "essai.sch"
        fichier.parent.mkdir(exist_ok=True)
        fichier.write_text(f"{ENTETE}{contenu}</schema>", encoding="utf-8")
        schema = compile(fichier)
        arbre = etree.ElementTree(etree.fromstring(document.encode()))
        return Saxon(schema).validate(arbre) if moteur == "saxon" else schema.validate(arbre)

    return essai


def rates(report: Report) -> list[tuple[str, str, int | None]]:
    return [(failure.text, failure.pointer, failure.line) for failure in report.failures]


CAS = {
    "la première règle du motif prend le nœud": (
        (
            '<pattern><rule context="h:b[@x]"><assert test="false()">un</assert></rule>'
            '<rule context="h:b"><assert test="false()">deux</assert></rule></pattern>'
        ),
        '<a xmlns="urn:h"><b x="1"/><b/></a>',
        [("un", "/a/b[1]"), ("deux", "/a/b[2]")],
        2,
    ),
    "chaque motif juge de son côté": (
        (
            '<pattern><rule context="h:b"><assert test="false()">un</assert></rule></pattern>'
            '<pattern><rule context="h:b"><assert test="false()">deux</assert></rule></pattern>'
        ),
        '<a xmlns="urn:h"><b/></a>',
        [("un", "/a/b"), ("deux", "/a/b")],
        2,
    ),
    "un let de motif est global : il est du document, et d'autres motifs le lisent": (
        (
            '<pattern><let name="n" value="count(//h:b)"/><rule context="h:a"><assert test="$n = 2">un</assert>'
            "</rule></pattern>"
            '<pattern><rule context="h:b"><assert test="$n = 3">deux</assert></rule></pattern>'
        ),
        '<a xmlns="urn:h"><b/><b/></a>',
        [("deux", "/a/b[1]"), ("deux", "/a/b[2]")],
        3,
    ),
    "un let de règle est du nœud, et un second du même nom le cache ensuite": (
        (
            '<pattern><rule context="h:b"><let name="v" value="string(@x)"/><assert test="$v = \'1\'">un</assert>'
            '<let name="v" value="concat($v, \'!\')"/><assert test="$v = \'1!\'">deux</assert></rule></pattern>'
        ),
        '<a xmlns="urn:h"><b x="1"/><b x="2"/></a>',
        [("un", "/a/b[2]"), ("deux", "/a/b[2]")],
        2,
    ),
    "un let que rien ne lit n'est pas évalué": (
        (
            '<pattern><rule context="h:b"><let name="faux" value="xs:integer(\'un\')"/>'
            '<assert test="true()">un</assert></rule></pattern>'
        ),
        '<a xmlns="urn:h"><b/></a>',
        [],
        1,
    ),
    "une règle étend une règle abstraite, qui en étend une autre, avec leurs variables": (
        (
            '<pattern><rule abstract="true" id="bas"><let name="n" value="name()"/><assert test="$n = \'a\'">bas'
            "</assert></rule>"
            '<rule abstract="true" id="haut"><extends rule="bas"/><assert test="@x">haut</assert></rule>'
            '<rule context="h:b"><extends rule="haut"/><assert test="$n = \'b\'">ici</assert></rule></pattern>'
        ),
        '<a xmlns="urn:h"><b/></a>',
        [("bas", "/a/b"), ("haut", "/a/b")],
        1,
    ),
    "un motif abstrait reçoit ses paramètres ; $x n'est pas le début de $xy": (
        (
            '<pattern abstract="true" id="m"><rule context="$x"><assert test="$xy">m</assert></rule></pattern>'
            '<pattern is-a="m"><param name="x" value="h:b"/><param name="xy" value="@y"/></pattern>'
        ),
        '<a xmlns="urn:h"><b/><b y="1"/></a>',
        [("m", "/a/b[1]")],
        2,
    ),
    "« / » est un contexte": (
        '<pattern><rule context="/"><assert test="h:z">racine</assert></rule></pattern>',
        '<a xmlns="urn:h"/>',
        [("racine", "/")],
        1,
    ),
    "une alternative, et une union dans un prédicat": (
        '<pattern><rule context="h:b[h:c | h:d] | h:e"><assert test="false()">u</assert></rule></pattern>',
        '<a xmlns="urn:h"><b><d/></b><b/><e/></a>',
        [("u", "/a/b[1]"), ("u", "/a/e")],
        2,
    ),
    "un contexte que seul XPath 2 sait lire": (
        (
            "<pattern><rule context=\"*:b[starts-with(string-join(h:c/@v, ''), 'ab')]\">"
            '<assert test="false()">x</assert></rule></pattern>'
        ),
        '<a xmlns="urn:h"><b><c v="a"/><c v="b"/></b><b/></a>',
        [("x", "/a/b[1]")],
        1,
    ),
    "un attribut, un texte et un commentaire sont des nœuds": (
        (
            '<pattern><rule context="@x"><assert test=". = \'1\'">attribut</assert></rule>'
            '<rule context="h:b/text()"><assert test="false()">texte</assert></rule>'
            '<rule context="comment()"><assert test="false()">commentaire</assert></rule></pattern>'
        ),
        '<a xmlns="urn:h" x="2"><!-- c --><b>t</b></a>',
        [("attribut", "/a/@x"), ("commentaire", "/a"), ("texte", "/a/b")],
        3,
    ),
    "resolve-QName d'un xsi:type, avec ou sans préfixe": (
        (
            '<pattern><rule context="h:v">'
            "<assert test=\"resolve-QName(@xsi:type, .) = QName('urn:h', 'T')\">t</assert></rule></pattern>"
        ),
        (
            f'<a xmlns="urn:h" xmlns:p="urn:h" xmlns:q="urn:q" {XSI}><v xsi:type="T"/><v xsi:type="p:T"/>'
            f'<v xsi:type="q:T"/></a>'
        ),
        [("t", "/a/v[3]")],
        3,
    ),
    "report est l'inverse d'assert": (
        '<pattern><rule context="h:b"><report test="@x">signalé</report></rule></pattern>',
        '<a xmlns="urn:h"><b x="1"/><b/></a>',
        [("signalé", "/a/b[1]")],
        2,
    ),
    "comparer comme XPath 2 : une valeur sans type avec un nombre, deux chaînes entre elles": (
        (
            '<pattern><rule context="h:b"><assert test="@n &lt; 10">nombre</assert>'
            '<assert test="@n &lt; @m">chaînes</assert></rule></pattern>'
        ),
        '<a xmlns="urn:h"><b n="9" m="10"/></a>',
        [("chaînes", "/a/b")],
        1,
    ),
    "il n'y a pas d'espace par défaut dans les expressions": (
        (
            '<pattern><rule context="b"><assert test="false()">nu</assert></rule>'
            '<rule context="h:b"><assert test="false()">préfixé</assert></rule></pattern>'
        ),
        '<a xmlns="urn:h"><b/></a>',
        [("préfixé", "/a/b")],
        1,
    ),
}


@pytest.mark.parametrize("nom", CAS)
@pytest.mark.parametrize("moteur", ["duicheck", "saxon"])
def test_what_schematron_means(essayer, nom: str, moteur: str) -> None:
    if moteur == "saxon" and not available():
        pytest.skip("saxonche n'est pas installé")
    contenu, document, attendus, declenchees = CAS[nom]
    report = essayer(contenu, document, moteur)
    trouves = [(texte, pointeur) for texte, pointeur, _ in rates(report)]
    if moteur == "saxon":  # it names the element that carries a text or an attribute, in another order
        assert sorted(texte for texte, _ in trouves) == sorted(texte for texte, _ in attendus)
    else:
        assert trouves == attendus
        assert report.unchecked == ()
    assert report.fired == declenchees


def test_the_order_is_that_of_patterns_then_of_the_document(essayer) -> None:
    contenu = (
        '<pattern><rule context="h:b[@x]"><assert test="false()">b x</assert></rule>'
        '<rule context="h:b"><assert test="false()">b</assert></rule></pattern>'
    )
    report = essayer(contenu, '<a xmlns="urn:h">\n<b/>\n<b x="1"/>\n<b/></a>')
    assert rates(report) == [("b", "/a/b[1]", 2), ("b x", "/a/b[2]", 3), ("b", "/a/b[3]", 4)]


def test_no_value_of_the_document_is_in_a_failure(essayer) -> None:
    contenu = (
        '<pattern><rule context="h:b"><assert test="@x = \'1\'">'
        '<name/> vaut <value-of select="@x"/>, et <value-of select="."/> dedans</assert></rule></pattern>'
    )
    report = essayer(contenu, '<a xmlns="urn:h"><b x="SECRET">CACHÉ</b></a>')
    assert [failure.text for failure in report.failures] == ["… vaut …, et … dedans"]
    assert "SECRET" not in repr(report)
    assert "CACHÉ" not in repr(report)


def test_a_schema_that_fires_nothing_is_not_green(essayer) -> None:
    contenu = '<pattern><rule context="h:absent"><assert test="true()">x</assert></rule></pattern>'
    assert essayer(contenu, '<a xmlns="urn:h"/>').outcome is Outcome.SILENT


CONCEPT = "document($jdv)//svs:Concept[@code=$c and @codeSystem=$s]"
JEU = (
    '<RetrieveValueSetResponse xmlns="urn:ihe:iti:svs:2008"><ValueSet id="1"><ConceptList>'
    '<Concept code="x" codeSystem="1"/>'
    '<Concept code="sans"/></ConceptList></ValueSet></RetrieveValueSetResponse>'
)


@pytest.mark.parametrize("test", [CONCEPT, CONCEPT.replace("document($jdv)", "document($jdv)/*")])
def test_a_value_set_by_its_index_or_by_its_tree(essayer, tmp_path: Path, test: str) -> None:
    (tmp_path / "jeux").mkdir()
    (tmp_path / "jeux" / "j.xml").write_text(JEU, encoding="utf-8")
    contenu = (
        '<pattern><let name="jdv" value="\'../jeux/j.xml\'"/><rule context="h:b"><let name="c" value="@c"/>'
        f'<let name="s" value="@s"/><assert test="@n or ({test})">hors du jeu</assert></rule></pattern>'
    )
    document = '<a xmlns="urn:h"><b c="x" s="1"/><b c="x" s="2"/><b c="sans"/><b/><b n="1"/></a>'
    report = essayer(contenu, document)
    assert [failure.pointer for failure in report.failures] == ["/a/b[2]", "/a/b[3]", "/a/b[4]"]


@pytest.mark.parametrize(
    "test",
    [
        "document('../jeux/absent.xml')//x",
        "doc('absent.xml')//x",
        "not(doc-available('absent.xml'))",
        "doc('../../../../../../../../etc/passwd')",
        "doc('file:///etc/passwd')",
        "doc('https://exemple.fr/x.xml')",
    ],
)
def test_a_file_that_is_not_there_or_is_elsewhere_is_said_and_never_green(essayer, test: str) -> None:
    contenu = f'<pattern><rule context="h:b"><assert test="{test}">x</assert></rule></pattern>'
    report = essayer(contenu, '<a xmlns="urn:h"><b/></a>')
    assert report.outcome is Outcome.PARTIAL
    assert len(report.missing) == 1


@pytest.mark.parametrize("test", ["1 +", "inconnue(.)", "p:x", "@x + 'un'", "xs:integer(@x)", "$rien"])
def test_what_cannot_be_evaluated_is_said_and_never_green(essayer, test: str) -> None:
    contenu = f'<pattern><rule context="h:b"><assert test="{test}">x</assert></rule></pattern>'
    report = essayer(contenu, '<a xmlns="urn:h"><b x="SECRET"/></a>')
    assert report.outcome is Outcome.PARTIAL
    assert len(report.unchecked) == 1
    assert "SECRET" not in repr(report)


def test_a_context_that_cannot_be_evaluated_is_said(essayer) -> None:
    contenu = (
        '<pattern><rule context="h:b["><assert test="true()">x</assert></rule>'
        '<rule context="h:b"><assert test="true()">y</assert></rule></pattern>'
    )
    report = essayer(contenu, '<a xmlns="urn:h"><b/></a>')
    assert report.outcome is Outcome.PARTIAL
    assert "contexte" in report.unchecked[0].what


REFUS = {
    "binding": ('<schema xmlns="http://purl.oclc.org/dsdl/schematron"/>', "queryBinding"),
    "racine": ("<a/>", "schéma Schematron"),
    "doctype": ('<!DOCTYPE a><schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2"/>', "DOCTYPE"),
    "syntaxe": ("<a>", "bien formé"),
    "extends": (f'{ENTETE}<pattern><rule context="a"><extends rule="rien"/></rule></pattern></schema>', "n'existe pas"),
    "boucle": (
        (
            f'{ENTETE}<pattern><rule abstract="true" id="r"><extends rule="r"/></rule>'
            '<rule context="a"><extends rule="r"/></rule></pattern></schema>'
        ),
        "elle-même",
    ),
    "is-a": (f'{ENTETE}<pattern is-a="rien"/></schema>', "motif abstrait"),
    "include": (f'{ENTETE}<include href="rien.sch"/></schema>', "absent"),
    "contexte": (f"{ENTETE}<pattern><rule/></pattern></schema>", "contexte"),
    "xslt": (
        f'{ENTETE}<f:function xmlns:f="http://www.w3.org/1999/XSL/Transform" name="x"/></schema>',
        "XSLT",
    ),
}


@pytest.mark.parametrize("nom", REFUS)
def test_a_schema_that_cannot_be_run_is_refused_in_one_sentence(tmp_path: Path, nom: str) -> None:
    texte, attendu = REFUS[nom]
    fichier = tmp_path / "essai.sch"
    fichier.write_text(texte, encoding="utf-8")
    with pytest.raises(SchematronError, match=attendu) as refus:
        compile(fichier)
    assert "essai.sch" in str(refus.value)


def test_includes_are_relative_to_who_asks_and_may_name_one_element(tmp_path: Path) -> None:
    (tmp_path / "commun").mkdir()
    regle = '<rule xmlns="http://purl.oclc.org/dsdl/schematron" context="h:b"><assert test="false()">{}</assert></rule>'
    (tmp_path / "commun" / "deux.sch").write_text(
        f'<pattern xmlns="http://purl.oclc.org/dsdl/schematron" id="p">{regle.format("inclus")}</pattern>',
        encoding="utf-8",
    )
    (tmp_path / "commun" / "un.sch").write_text(
        '<pattern xmlns="http://purl.oclc.org/dsdl/schematron" id="q"><include href="trois.sch#seule"/></pattern>',
        encoding="utf-8",
    )
    seule = regle.format("seule").replace("<rule", '<rule id="seule"', 1)
    (tmp_path / "commun" / "trois.sch").write_text(f"<x>{regle.format('autre')}{seule}</x>", encoding="utf-8")
    principal = tmp_path / "essai.sch"
    principal.write_text(
        f'{ENTETE}<include href="commun/deux.sch"/><include href="commun/un.sch"/></schema>', encoding="utf-8"
    )
    report = compile(principal).validate(etree.ElementTree(etree.fromstring('<a xmlns="urn:h"><b/></a>')))
    assert [failure.text for failure in report.failures] == ["inclus", "seule"]


def test_a_report_survives_json(essayer) -> None:
    contenu = (
        '<pattern><rule context="h:b"><assert test="false()" role="warning" see="https://exemple.fr">x</assert>'
        "<assert test=\"doc('absent.xml')\">y</assert></rule></pattern>"
    )
    report = essayer(contenu, '<a xmlns="urn:h"><b/></a>')
    back = Report.from_json(report.as_json())
    assert (back.failures, back.unchecked, back.missing, back.fired) == (
        report.failures,
        report.unchecked,
        report.missing,
        report.fired,
    )


@pytest.mark.parametrize(
    ("motif", "branches"),
    [
        ("a | b", ["a", "b"]),
        ("a[b | c]", ["a[b | c]"]),
        ("a[@x = '|'] | b", ["a[@x = '|']", "b"]),
        ("a[(b | c) and d]|e", ["a[(b | c) and d]", "e"]),
    ],
)
def test_the_branches_of_a_pattern(motif: str, branches: list[str]) -> None:
    assert alternatives(motif) == branches
