"""A list of the header's schema (`voc-OID-DYNAMIC.xml`), built from the value set of the same OID."""

from __future__ import annotations

from pathlib import Path

from duicheck.errors import PackError
from duicheck.paquets.xml import SVS, parse

__all__ = ["vocabulary"]

_HL7 = "urn:hl7-org:v3"


def vocabulary(value_set: Path) -> bytes:
    """The list, in the one shape that the header's schema reads: /*/valueSet/conceptList/concept.

    Raises:
        PackError: the value set cannot be read, or holds no code.
    """
    tree = parse(value_set)
    from lxml import etree  # noqa: PLC0415 -- `parse` has said if it is missing

    found = tree.getroot().find(f"{{{SVS}}}ValueSet")
    concepts = [] if found is None else list(found.iter(f"{{{SVS}}}Concept"))
    if found is None or not concepts:
        message = f"{value_set.name} : ce jeu de valeurs ne contient aucun code"
        raise PackError(message)
    root = etree.Element(f"{{{_HL7}}}valueSets", nsmap={"hl7": _HL7})
    value_set_element = etree.SubElement(root, "valueSet", id=found.get("id"), name=value_set.stem)
    listed = etree.SubElement(value_set_element, "conceptList")
    for concept in concepts:
        kept = {name: concept.get(name) for name in ("code", "codeSystem", "displayName") if concept.get(name)}
        etree.SubElement(listed, "concept", kept)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written
