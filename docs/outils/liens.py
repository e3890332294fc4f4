"""What the site shows that lives outside `docs/`, and the links that lead there (a hook of MkDocs).

The pages of docs/ are read in two places: in the checkout, where `../schemas/x.json` is a file, and on the site. Here
each link out of docs/ is turned towards the copy that the site carries; one towards a file that it has not becomes
plain words; one towards nothing is a warning, and so an error of a strict build. Spaces become those of French.
"""

from __future__ import annotations

import importlib.util
import logging
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = {"projet/ARCHITECTURE.md": "ARCHITECTURE.md", "projet/CONTRIBUTING.md": "CONTRIBUTING.md"}
OUTSIDE = {**ENGLISH, "projet/CHANGELOG.md": "CHANGELOG.md"}
"""Address on the site -> file of the checkout. The schemas come too, in `schemas/`."""

_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\[]+)\]\((?P<target>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
_DIALOG = 'data-md-component="search" role="dialog"'
_ELSEWHERE = ("http:", "https:", "mailto:")

# By its path: the site is built where duicheck is not installed.
_spec = importlib.util.spec_from_file_location("typographie", ROOT / "src" / "duicheck" / "docs" / "typographie.py")
_typography: Any = importlib.util.module_from_spec(_spec)  # type: ignore[arg-type]
_spec.loader.exec_module(_typography)  # type: ignore[union-attr]

log = logging.getLogger("mkdocs.hooks.liens")


def on_files(files: Files, *, config: Any) -> Files:  # noqa: ANN401 -- MkDocs's own mapping
    """Add what lives outside docs/."""
    schemas = {f"schemas/{path.name}": f"schemas/{path.name}" for path in sorted((ROOT / "schemas").glob("*.json"))}
    for address, source in {**OUTSIDE, **schemas}.items():
        files.append(File.generated(config, address, content=(ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, *, page: Page, files: Files, **_: object) -> str:
    """Turn the links of a page towards the site."""
    address = page.file.src_uri
    source = posixpath.dirname(OUTSIDE.get(address, f"docs/{address}"))

    def turned(link: re.Match[str]) -> str:
        target = link["target"]
        if target.startswith(_ELSEWHERE):
            return link[0]
        path = posixpath.normpath(posixpath.join(source, target))
        if not (ROOT / path).exists():
            log.warning("%s: the link %r leads nowhere", address, target)
            return link[0]
        there = next((known for known, file in OUTSIDE.items() if file == path), path.removeprefix("docs/"))
        if files.get_file_from_path(there) is None:
            return link["text"]
        return f"[{link['text']}]({posixpath.relpath(there, posixpath.dirname(address))}{link['anchor'] or ''})"

    parts = _FENCED.split(markdown)
    parts[::2] = [_LINK.sub(turned, part) for part in parts[::2]]
    if address not in ENGLISH:
        parts[::2] = map(_typography.francais, parts[::2])
    return "".join(parts)


def on_post_page(output: str, **_: object) -> str:
    """Name the dialog of the search, which the theme leaves without a name."""
    return output.replace(_DIALOG, f'{_DIALOG} aria-label="Recherche"')


def on_page_content(html: str, *, page: Page, **_: object) -> str:
    """Say the language of the pages that are not in that of the site."""
    return f'<div lang="en">{html}</div>' if page.file.src_uri in ENGLISH else html
