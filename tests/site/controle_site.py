"""Look through a built site: `python tests/site/controle_site.py FOLDER`, which `tox -e site` runs. 1: a defect.

A page comes alone (nothing remote), says its language, has one title and headings in order, says what its pictures
show, and every link of it leads to a page and to a place in that page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LARGEST = 150_000
"""Bytes of one picture."""

_LOADED = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "srcset", "video": "src"}
_REMOTE = re.compile(r"^(https?:)?//")
_STYLE_REMOTE = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"'])((?:https?:)?//[^\"')\s]+)")
_NOT_LOADED = {"canonical", "next", "prev", "alternate"}


@dataclass
class Read(HTMLParser):
    """What a page holds that we have an opinion on."""

    languages: list[str | None] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    pictures: list[dict[str, str | None]] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        self.classes.update((has.get("class") or "").split())
        for name in ("id", "name"):
            if has.get(name):
                self.anchors.add(str(has[name]))
        if tag == "html":
            self.languages.append(has.get("lang"))
        elif re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        elif tag == "img":
            self.pictures.append(has)
        elif tag == "a" and has.get("href"):
            self.links.append(str(has["href"]))
        if has.get(_LOADED.get(tag, "")) and not _NOT_LOADED & set((has.get("rel") or "").split()):
            self.loaded.append(str(has[_LOADED[tag]]))


def read(text: str) -> Read:
    page = Read()
    page.feed(text)
    page.close()
    return page


def defects_of_page(page: Read) -> Iterator[str]:
    """What is wrong with a page by itself."""
    if page.languages != ["fr"]:
        yield f"langue : {page.languages}"
    if page.headings.count(1) != 1:
        yield f"{page.headings.count(1)} titres de premier niveau"
    if any(after > before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False)):
        yield f"niveaux de titre sautés : {page.headings}"
    yield from (f"image sans description : {each.get('src')}" for each in page.pictures if not each.get("alt"))
    yield from (f"ressource lointaine : {each}" for each in page.loaded if _REMOTE.match(each))
    if "mermaid" in page.classes:
        yield "diagramme mermaid : le thème irait chercher de quoi le dessiner"


def defects_of_links(path: Path, pages: dict[Path, Read]) -> Iterator[str]:
    """The links and the files of a page that lead nowhere."""
    for link in [*pages[path].links, *pages[path].loaded]:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if there.is_dir():
            there /= "index.html"
        if not there.is_file():
            yield f"lien vers rien : {link}"
        elif parts.fragment and there in pages and unquote(parts.fragment) not in pages[there].anchors:
            yield f"lien vers une partie qui n'existe pas : {link}"


def defects(folder: Path) -> list[str]:
    """Everything that is wrong with a site, each with its page."""
    pages = {path.resolve(): read(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    found = [] if pages else ["aucune page"]
    for path, page in pages.items():
        name = path.relative_to(folder.resolve()).as_posix()
        if name == "404.html":  # served from any address: its links are absolute
            continue
        found += [f"{name} : {each}" for each in (*defects_of_page(page), *defects_of_links(path, pages))]
    for path in sorted(folder.rglob("*.css")):
        found += [f"{path.name} : style lointain : {each}" for each in _STYLE_REMOTE.findall(path.read_text("utf-8"))]
    found += [
        f"{path.name} : {path.stat().st_size} octets" for path in folder.rglob("*.png") if path.stat().st_size > LARGEST
    ]
    index = folder / "search" / "search_index.json"
    if not index.is_file() or '"lang":["fr"]' not in index.read_text(encoding="utf-8"):
        found.append("pas d'index de recherche en français")
    return found


def main(folder: Path) -> int:
    """Say what is wrong, or how many pages are right."""
    found = defects(folder)
    sys.stderr.write("".join(f"{each}\n" for each in found))
    if not found:
        sys.stdout.write(f"{len(list(folder.rglob('*.html')))} pages, sans défaut\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
