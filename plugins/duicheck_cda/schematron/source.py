"""A Schematron file as one tree: includes brought in, abstract patterns instantiated."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duicheck_cda.schematron.errors import SchematronError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCH", "load"]

SCH = "http://purl.oclc.org/dsdl/schematron"
_INCLUDE = f"{{{SCH}}}include"
_EXTENDS = f"{{{SCH}}}extends"
_PATTERN = f"{{{SCH}}}pattern"
_PARAM = f"{{{SCH}}}param"
_DEPTH = 40  # files that include one another this deep include themselves


def load(path: Path) -> Any:  # noqa: ANN401 -- an lxml tree; lxml ships no types
    """The root element of a schema, whole: nothing is left to include or to instantiate.

    Raises:
        SchematronError: a file is missing, is no safe XML, or a pattern is-a what does not exist.
    """
    root = _parse(path)
    if root.tag != f"{{{SCH}}}schema":
        message = f"{path.name} : ce n'est pas un schéma Schematron ISO (racine « schema » attendue)"
        raise SchematronError(message)
    _include(root, path, 0)
    _instantiate(root, path.name)
    return root


def _parse(path: Path) -> Any:  # noqa: ANN401
    from lxml import etree  # noqa: PLC0415 -- 45 ms

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True)
    try:
        tree = etree.fromstring(path.read_bytes(), parser, base_url=path.name).getroottree()
    except OSError as error:
        message = f"{path.name} : lecture impossible ({error.strerror})"
        raise SchematronError(message) from None
    except etree.XMLSyntaxError as error:
        message = f"{path.name}, ligne {error.lineno} : ce n'est pas du XML bien formé"
        raise SchematronError(message) from None
    if tree.docinfo.internalDTD is not None:
        message = f"{path.name} : un DOCTYPE est refusé"
        raise SchematronError(message)
    return tree.getroot()


def _include(root: Any, path: Path, depth: int) -> None:  # noqa: ANN401
    """Replace each include, and each `extends href`, by what it names; paths are relative to the file that asks."""
    if depth > _DEPTH:
        message = f"{path.name} : des fichiers s'incluent l'un l'autre sans fin"
        raise SchematronError(message)
    wanted = [element for element in root.iter(_INCLUDE, _EXTENDS) if element.get("href") is not None]
    for element in wanted:
        href, _, fragment = element.get("href").partition("#")
        target = path.parent / href if href else path
        if not target.is_file():
            message = f"{path.name}, ligne {element.sourceline} : le fichier inclus « {href} » est absent"
            raise SchematronError(message)
        found = _parse(target)
        if fragment:
            found = next((each for each in found.iter() if fragment in {each.get("id"), each.get(_XML_ID)}), None)
            if found is None:
                message = f"{path.name}, ligne {element.sourceline} : « {href} » n'a pas d'élément « {fragment} »"
                raise SchematronError(message)
        _include(found, target, depth + 1)
        parent = element.getparent()
        place = parent.index(element)
        # `extends href` brings in what the rule holds, `include` the element itself.
        bringing = list(found) if element.tag == _EXTENDS else [found]
        tail, previous = element.tail, place
        parent.remove(element)
        for offset, each in enumerate(bringing):
            parent.insert(previous + offset, each)
        if bringing and tail:
            bringing[-1].tail = tail


_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def _instantiate(root: Any, name: str) -> None:  # noqa: ANN401
    """Give each pattern that is-a another its rules, parameters replaced by their values."""
    abstract = {pattern.get("id"): pattern for pattern in root.iter(_PATTERN) if pattern.get("abstract") == "true"}
    for pattern in [each for each in root.iter(_PATTERN) if each.get("is-a") is not None]:
        model = abstract.get(pattern.get("is-a"))
        if model is None:
            message = f"{name}, ligne {pattern.sourceline} : le motif abstrait « {pattern.get('is-a')} » n'existe pas"
            raise SchematronError(message)
        values = {each.get("name"): each.get("value") for each in pattern.iter(_PARAM)}
        body = copy.deepcopy(model)
        for element in body.iter():
            for attribute, value in list(element.attrib.items()):
                if "$" in value:
                    element.set(attribute, _filled(value, values))
        for child in list(pattern):
            pattern.remove(child)
        pattern.extend(list(body))
        del pattern.attrib["is-a"]
    for pattern in abstract.values():
        pattern.getparent().remove(pattern)


def _filled(text: str, values: Mapping[str, str]) -> str:
    """An expression with the parameters in it replaced; `$path` is not the beginning of `$path2`."""
    return re.sub(r"\$([\w.-]+)", lambda found: values.get(found[1], found[0]), text)
