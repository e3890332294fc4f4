"""The look through the site sees what it looks for."""

from __future__ import annotations

import pytest
from controle_site import LARGEST, defects

RIGHT = '<html lang="fr"><body><h1 id="a">A</h1><h2 id="b">B</h2><img src="i.png" alt="une image"><a href="#b">b</a>'


@pytest.fixture
def site(tmp_path):
    (tmp_path / "search").mkdir()
    (tmp_path / "search" / "search_index.json").write_text('{"config":{"lang":["fr"]}}', encoding="utf-8")
    (tmp_path / "i.png").write_bytes(b"x")
    (tmp_path / "index.html").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "autre.html").write_text(RIGHT + '<a href="index.html#a">a</a>', encoding="utf-8")
    return tmp_path


def test_a_right_site_has_no_defect(site):
    assert defects(site) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('lang="fr"', 'lang="en"', "langue"),
        ("<h1", "<h2", "0 titres de premier niveau"),
        ("<h2", "<h3", "niveaux de titre sautés"),
        ('alt="une image"', 'alt=""', "image sans description"),
        ('src="i.png"', 'src="https://ailleurs.fr/i.png"', "ressource lointaine"),
        ("<body>", '<body><script src="//ailleurs.fr/x.js"></script>', "ressource lointaine"),
        ("<body>", '<link rel="stylesheet" href="http://ailleurs.fr/x.css"><body>', "ressource lointaine"),
        ("<body>", '<body><pre class="mermaid">', "mermaid"),
        ('href="#b"', 'href="#c"', "lien vers une partie"),
        ('href="#b"', 'href="rien.html"', "lien vers rien"),
        ('href="#b"', 'href="autre.html#c"', "lien vers une partie"),
        ('src="i.png"', 'src="j.png"', "lien vers rien"),
    ],
)
def test_a_defect_is_seen(site, before, after, said):
    page = site / "index.html"
    page.write_text(RIGHT.replace(before, after), encoding="utf-8")
    found = defects(site)
    assert found
    assert all(each.startswith("index.html : ") for each in found if "autre.html" not in each)
    assert said in " ".join(found)


def test_what_is_not_a_page_is_looked_at_too(site):
    (site / "x.css").write_text("@import '//ailleurs.fr/x.css'; a { background: url(https://ailleurs.fr/y) }", "utf-8")
    (site / "i.png").write_bytes(bytes(LARGEST + 1))
    (site / "search" / "search_index.json").write_text('{"config":{"lang":["en"]}}', encoding="utf-8")
    found = " ".join(defects(site))
    assert found.count("style lointain") == 2
    assert "octets" in found
    assert "index de recherche" in found


def test_nothing_is_not_right(tmp_path):
    assert "aucune page" in defects(tmp_path)
