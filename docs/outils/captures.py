"""The pictures of the tutorials, made from real reports: `tox -e captures` (needs Chromium and pdftoppm).

Each picture has a text beside it: what it shows, word for word. The text is for who does not see the picture, and it is
how a test knows that the picture is stale: pixels differ from one machine to another, words do not. What depends on the
length of the whole document (its pages) is left out: a picture is not stale for that.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import html

PLACE = Path(__file__).resolve().parents[1] / "captures"
LARGEST = 150_000
"""Bytes of one picture."""

SAMPLE = ("--seed", "7", "--esms", "3", "--personnes", "150", "--date-mesure", "2025-09-15")
DEFECT = ("--defaut", "journal/ecart-indicateur")
"""The deliveries of the tutorial of the porteur; a test holds them to the commands that it shows."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
WIDTH, TALL, SCALE = 1000, 2600, 1.25
BLOCKS = frozenset("h1 h2 h3 h4 p li tr figcaption div summary a figure svg caption text".split())
LENGTH = re.compile(r"\(page\s\d+\)|Page\s\d+\ssur\s\d+")
COLOURS = 128


@dataclass(frozen=True)
class Capture:
    """A picture: of which format of which delivery, and what is kept of its page."""

    name: str
    extension: str
    defect: Sequence[str]
    keep: Callable[[Any], None] = lambda _: None


def _only(tree: Any, section: str, *, head: bool, until: str, last: bool) -> None:  # noqa: ANN401 -- lxml has no types
    """Drop all but one section, down to the element that the path names (itself included if `last`)."""
    main = tree.get_element_by_id("contenu")
    for each in list(main):
        if each.get("id") != section:
            main.remove(each)
    body = tree.find("body")
    for each in list(body):
        if each is not main and not (head and each.tag == "header") and each.get("class") != "formes":
            body.remove(each)
    kept = tree.get_element_by_id(section)
    (end,) = kept.xpath(until)
    for each in [*([] if last else [end]), *end.itersiblings()]:
        kept.remove(each)


CAPTURES = (
    Capture(
        "direction",
        "html",
        DEFECT,
        lambda tree: _only(tree, "direction", head=True, until="./div[@class='graphes']", last=True),
    ),
    Capture(
        "editeur",
        "html",
        DEFECT,
        lambda tree: _only(tree, "editeur", head=False, until="./h3[@id='chiffres']", last=False),
    ),
    Capture("pdf", "pdf", ()),
)


def report(capture: Capture, folder: Path) -> Path:
    """The report that the picture shows, written by the program."""
    delivery, path = folder / f"livraison-{capture.name}", folder / f"{capture.name}.{capture.extension}"
    _run([sys.executable, "-m", "duicheck", "sample", str(delivery), *SAMPLE, *capture.defect])
    output = ["--quiet", "--output", f"{capture.extension}={path}"]
    _run([sys.executable, "-m", "duicheck", "check", str(delivery), *output], codes=(0, 1))
    return path


def shown(capture: Capture, path: Path) -> str:
    """The words of the picture, a line for each of its blocks."""
    if capture.extension == "pdf":
        from pypdf import PdfReader  # noqa: PLC0415 -- for this picture alone

        lines: list[str] = LENGTH.sub("", PdfReader(path).pages[0].extract_text()).splitlines()
    else:
        lines = list(_lines(_part(capture, path).find("body")))
    return "".join(f"{line}\n" for line in (" ".join(each.split()) for each in lines) if line)


def _part(capture: Capture, path: Path) -> Any:  # noqa: ANN401
    tree = html.fromstring(path.read_text(encoding="utf-8"))
    capture.keep(tree)
    return tree


def _lines(tree: Any) -> Iterator[str]:  # noqa: ANN401
    block, words = None, ""
    for text in tree.xpath(".//text()"):
        parent = text.getparent()
        owner = parent.getparent() if text.is_tail else parent
        while owner.tag not in BLOCKS and owner.getparent() is not None:
            owner = owner.getparent()
        if owner is not block and words.strip():
            yield words
            words = ""
        block, words = owner, f"{words} {text}"
    yield words


def picture(capture: Capture, path: Path, folder: Path) -> Path:
    """The picture, as small as it may be."""
    from PIL import Image, ImageChops  # noqa: PLC0415 -- the tests read the words only

    raw = folder / f"brut-{capture.name}.png"
    if capture.extension == "pdf":
        _run(["pdftoppm", "-r", "90", "-png", "-singlefile", str(path), str(raw.with_suffix(""))])
    else:
        page = folder / f"page-{capture.name}.html"
        page.write_bytes(html.tostring(_part(capture, path), encoding="utf-8", doctype="<!DOCTYPE html>"))
        browser = next(filter(None, map(shutil.which, BROWSERS)))
        options = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--force-device-scale-factor={SCALE}"]
        _run([browser, *options, f"--window-size={WIDTH},{TALL}", f"--screenshot={raw}", page.as_uri()])
    image = Image.open(raw).convert("RGB")
    if capture.extension != "pdf":  # what is below the last block is the page's ground
        ground = Image.new("RGB", image.size, image.getpixel((image.width - 1, image.height - 1)))
        box = ImageChops.difference(image, ground).getbbox()
        image = image.crop((0, 0, image.width, min(image.height, box[3] + 30)))
    made = folder / f"{capture.name}.png"
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(made, optimize=True)
    return made


def main() -> int:
    """Make every picture and its words again; 1 if one is too heavy."""
    PLACE.mkdir(exist_ok=True)
    heavy = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for capture in CAPTURES:
            path = report(capture, folder)
            made = picture(capture, path, folder)
            size = made.stat().st_size
            heavy += size > LARGEST
            sys.stdout.write(f"{made.name} : {size} octets\n")
            shutil.copy(made, PLACE / made.name)
            (PLACE / f"{capture.name}.txt").write_text(shown(capture, path), encoding="utf-8", newline="\n")
    return 1 if heavy else 0


def _run(command: Sequence[str], codes: Sequence[int] = (0,)) -> None:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode not in codes:
        message = f"{command[0]}: {done.stderr[-2000:]}"
        raise RuntimeError(message)


if __name__ == "__main__":
    sys.exit(main())
