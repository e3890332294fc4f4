"""An invented package of national rules with the known faults of the real one."""

from __future__ import annotations

import zipfile
from pathlib import Path

SCH = "http://purl.oclc.org/dsdl/schematron"
HEAD = f'<schema xmlns="{SCH}" queryBinding="xslt2"><title>essai</title><ns prefix="cda" uri="urn:hl7-org:v3"/>'
CDA_XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3"
 xmlns="urn:hl7-org:v3"><xs:include schemaLocation="general/types.xsd"/>
 <xs:element name="ClinicalDocument" type="Doc"/></xs:schema>"""
TYPES_XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3">
 <xs:complexType name="Doc"><xs:sequence><xs:element name="code" type="xs:string"/></xs:sequence></xs:complexType>
 </xs:schema>"""


def value_set(oid: str, *codes: str) -> str:
    concepts = "".join(f'<Concept code="{code}" codeSystem="1.2" displayName="{code}"/>' for code in codes)
    return (
        '<?xml version="1.0"?><RetrieveValueSetResponse xmlns="urn:ihe:iti:svs:2008">'
        f'<ValueSet id="{oid}"><ConceptList>{concepts}</ConceptList></ValueSet></RetrieveValueSetResponse>'
    )


def pattern(name: str, test: str = "cda:code") -> str:
    return (
        f'<pattern xmlns="{SCH}" id="{name}"><rule context="cda:ClinicalDocument">'
        f'<assert test="{test}">il faut un code</assert></rule></pattern>'
    )


PACKAGE = {
    # An include that differs by letter case, a list that does, a list that is nowhere.
    "schematrons/CI-SIS_BON_2024.01.sch": HEAD
    + """<let name="a" value="'../jeuxDeValeurs/JDV_Alpha.xml'"/><let name="b" value="'../jeuxDeValeurs/JDV_beta.xml'"/>
    <let name="c" value="'../jeuxDeValeurs/JDV_Absent.xml'"/>
    <include href="include/Sections/S_un.sch"/></schema>""",
    # One that points at what does not exist.
    "schematrons/CI-SIS_CASSE_2023.01.sch": HEAD
    + '<include href="include/nulle/part.sch"/><include href="include/sections/S_un.sch"/></schema>',
    "schematrons/include/sections/S_un.sch": pattern("un"),
    "schematrons/include/sections/S_deux.sch": pattern("deux"),
    "schematrons/profils/GENERAL.sch": HEAD
    + """<let name="a" value="'../../jeuxDeValeurs/JDV_Alpha.xml'"/><include href="../include/sections/S_deux.sch"/>
    </schema>""",
    # The header's list is missing: it can be rebuilt from the value set of the same OID.
    "schematrons/profils/entete/ENTETE.sch": HEAD
    + pattern("e", "cda:code = doc('include/voc-1.2.3.4-DYNAMIC.xml')/*/valueSet/conceptList/concept/@code")
    + pattern("f", "doc('include/voc-9.9-DYNAMIC.xml')/*")
    + "</schema>",
    "schematrons/profils/entete/include/voc-9.9-DYNAMIC.xml": '<?xml version="1.0"?>'
    '<valueSets xmlns="urn:hl7-org:v3"><valueSet/></valueSets>',
    "schematrons/profils/terminologies/schematron/terminologie.sch": HEAD
    + """<let name="path_terminologie" value="'../terminologie/'"/>"""
    + pattern("t", "doc(concat($path_terminologie, '2.16.840.1.6.8.xml'))")
    + "</schema>",
    "schematrons/profils/terminologies/terminologie/1.2.3.rdf": "<r/>",
    "schematrons/profils/terminologies/terminologie/2.16.840.1.6.8.xml": "<root><row><code>m</code></row></root>",
    # What the publisher's own program leaves behind is no rule.
    "schematrons/moteur/colle.sch": HEAD + "</schema>",
    "jeuxDeValeurs/JDV_Alpha.xml": value_set("1.2.3.4", "A", "B"),
    "jeuxDeValeurs/JDV_Beta.xml": value_set("1.2.3.5", "C"),
    "jeuxDeValeurs/JDV_Vide.xml": "",
    "infrastructure/cda/CDA_extended.xsd": CDA_XSD,
    "infrastructure/cda/general/types.xsd": TYPES_XSD,
    "infrastructure/autre/sans_rapport.xsd": TYPES_XSD,
    "LISEZMOI.txt": "rien",
}
SOLUTIONS = "solution;éditeur;version;domaine\nDUI d'essai;Éditeur d'essai;4.x;PA\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def zipped(path: Path, files: dict[str, str], prefix: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(prefix + name, content)
    return path
