"""The site in a real browser, from its folder: axe-core, nothing fetched, a search: `tox -e site-navigateur`.

Its name keeps it out of a plain `pytest`: it needs Chromium, node and npm packages, and fails where they are missing.
DUICHECK_SITE names the folder of the site, DUICHECK_NPM that of the packages, DUICHECK_CHROMIUM the browser.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
LONG = {"regles.html", "glossaire.html", "textes.html", "exigences.html", "404.html"}
"""Pages that axe takes minutes to go through: tables like those of the others, thousands of lines long."""


WITNESS = '<html lang="fr"><title>x</title><img src="http://127.0.0.1:9/x.png"><div style="width:2000px">large</div>'
"""A page with known defects: a control that finds none of them sees nothing."""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    witness = tmp_path_factory.mktemp("temoin") / "temoin.html"
    witness.write_text(WITNESS, encoding="utf-8")
    site = Path(os.environ["DUICHECK_SITE"])
    browser = os.environ.get("DUICHECK_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert browser, "non vérifié : Chromium absent"
    assert shutil.which("node"), "non vérifié : node absent"
    pages = {path.relative_to(site).as_posix(): str(path.resolve()) for path in sorted(site.rglob("*.html"))}
    job = {
        "chromium": browser,
        "modules": os.environ["DUICHECK_NPM"],
        "pages": {name: path for name, path in pages.items() if name not in LONG} | {witness.name: str(witness)},
        "search": pages["index.html"],
        "word": "dérogation",
    }
    done = subprocess.run(
        ["node", str(HERE / "controle.mjs")], input=json.dumps(job), capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_axe_finds_nothing_and_nothing_is_fetched(seen):
    ours = [one for one in seen["pages"] if one["name"] != "temoin.html"]
    assert len(ours) >= 4 * 10
    assert all(one["passes"] > 30 for one in ours)
    assert [one for one in ours if one["faults"]] == []


def test_the_control_sees_defects(seen):
    for one in seen["pages"]:
        if one["name"] == "temoin.html":
            said = " ".join(one["faults"])
            assert all(word in said for word in ("image-alt", "réseau : http://127.0.0.1:9/x.png", "déborde de"))


def test_the_search_finds_without_a_server(seen):
    assert seen["faults"] == []
    assert seen["search"] >= 3
