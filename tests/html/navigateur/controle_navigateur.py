"""The page in a real browser: axe-core, keyboard, reflow, themes, paper. `tox -e navigateur` runs it.

Its name keeps it out of a plain `pytest`: it needs Chromium and npm packages. Where they are missing it fails,
and says « non vérifié »: what was not looked at is not green. DUICHECK_CHROMIUM names the browser, DUICHECK_NPM the
folder of the packages, DUICHECK_CAPTURES a folder for screenshots.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pages_html import NAMES, checklist, load, render
from rapport_entier import whole_report

from duicheck.langue import available

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
WITNESS = "temoin"
ENTIRE = "entier"
DOSSIER = "dossier"
REPORTS = [*NAMES, ENTIRE, DOSSIER]
PAGES = [f"{name}-{language}" for language in available() for name in REPORTS]


def _browser() -> str:
    found = os.environ.get("DUICHECK_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("non vérifié : Chromium absent (installez-le, ou donnez son chemin dans DUICHECK_CHROMIUM)")
    return found


def _modules() -> Path:
    folder = Path(os.environ.get("DUICHECK_NPM") or HERE)
    if not (folder / "node_modules" / "playwright-core").is_dir():
        pytest.fail(f"non vérifié : paquets npm absents de {folder} (tox -e navigateur les installe)")
    return folder


def _node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.fail("non vérifié : node absent")
    return found


def _witness() -> str:
    """A page with known defects: a control that finds none of them sees nothing."""
    page = render(load("conforme"))
    page = page.replace(
        "<main",
        '<img src="x.png"><p style="color:#777;background:#888">pâle</p><div style="width:2000px">large</div><main',
    )
    return (
        page.replace('<html lang="fr">', "<html>")
        .replace('tabindex="0"', "")
        .replace("outline: 3px solid", "outline: 0 solid")
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the browser saw of every page."""
    folder = tmp_path_factory.mktemp("pages")
    reports = {**{name: load(name) for name in NAMES}, ENTIRE: whole_report()}
    pages = {f"{name}-{one}": render(report, one) for one in available() for name, report in reports.items()}
    pages |= {f"{DOSSIER}-{one}": checklist(one) for one in available()}
    pages[WITNESS] = _witness()
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8", newline="\n")
    shots = os.environ.get("DUICHECK_CAPTURES")
    if shots:
        Path(shots).mkdir(parents=True, exist_ok=True)
    job = {
        "chromium": _browser(),
        "modules": str(_modules().resolve()),
        "shots": shots and str(Path(shots).resolve()),
        "pages": {name: str(folder / f"{name}.html") for name in pages},
    }
    command = [_node(), str(HERE / "controle.mjs")]
    done = subprocess.run(
        command, input=json.dumps(job), capture_output=True, encoding="utf-8", timeout=900, check=False
    )
    if done.returncode:
        pytest.fail(f"non vérifié : le navigateur n'a pas pu regarder les pages\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _of(seen: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = [one for one in seen["judged"] if one["page"] == name]
    assert {(one["scheme"], one["width"]) for one in found} == {(s, w) for s in ("light", "dark") for w in (320, 1440)}
    return found


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(seen: dict[str, Any], name: str) -> None:
    for one in _of(seen, name):
        assert one["violations"] == [], (one["scheme"], one["width"])
        assert one["passes"] > 30


@pytest.mark.parametrize("name", PAGES)
def test_every_text_contrasts(seen: dict[str, Any], name: str) -> None:
    """Unfolded, so that nothing is left undecided; text in drawings is held by the plain tests."""
    for one in _of(seen, name):
        assert one["contrast"]["violations"] == [], (one["scheme"], one["width"])
        assert one["contrast"]["undecided"] == [], (one["scheme"], one["width"])
        assert one["contrast"]["passes"] > 100


@pytest.mark.parametrize("name", PAGES)
def test_no_sideways_scroll_even_with_wide_spacing(seen: dict[str, Any], name: str) -> None:
    assert [one["overflow"] for one in _of(seen, name)] == [0, 0, 0, 0]
    assert seen["pages"][name]["spaced"] == 0


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_alone(seen: dict[str, Any], name: str) -> None:
    alone = seen["pages"][name]["alone"]
    assert alone["complaints"] == []
    assert len(alone["requests"]) == 1


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_everything(seen: dict[str, Any], name: str) -> None:
    keyboard = seen["pages"][name]["keyboard"]
    assert keyboard["first"] == {"what": "evitement", "ring": True, "visible": True}
    assert keyboard["skipped"] == "contenu"
    assert len(keyboard["stops"]) == keyboard["wanted"]
    assert [stop for stop in keyboard["stops"] if not (stop["ring"] and stop["visible"])] == []
    assert keyboard["moved"] > 0  # a wide table scrolls by the arrows


@pytest.mark.parametrize("name", PAGES)
def test_paper_is_white_even_at_night(seen: dict[str, Any], name: str) -> None:
    printed = seen["pages"][name]["printed"]
    assert printed["colours"] == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert printed["bytes"] > 10_000


def test_the_control_sees_defects(seen: dict[str, Any]) -> None:
    for one in _of(seen, WITNESS):
        assert {"color-contrast", "html-has-lang", "image-alt"} <= {rule["id"] for rule in one["violations"]}
        assert one["overflow"] > 0
        assert one["contrast"]["violations"] != []
    assert "scrollable-region-focusable" in {r["id"] for one in _of(seen, WITNESS) for r in one["violations"]}
    page = seen["pages"][WITNESS]
    assert len(page["alone"]["requests"]) > 1 or page["alone"]["complaints"]
    assert [stop for stop in page["keyboard"]["stops"] if not stop["ring"]]
