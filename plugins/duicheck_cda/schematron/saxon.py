"""The same schema run by SaxonC: a second opinion, by an engine that shares nothing with ours but the parsed schema.

It needs the `saxon` extra; compiling the header schema takes it seconds and most of a gigabyte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from duicheck_cda.schematron.errors import SchematronError
from duicheck_cda.schematron.places import path_of
from duicheck_cda.schematron.report import Failure, Report
from duicheck_cda.schematron.schema import Assertion, Let, Schema

__all__ = ["Saxon", "as_xslt", "available"]

_XSL = "http://www.w3.org/1999/XSL/Transform"
_OUT = "urn:duicheck:schematron"
_ABSENT = "--moteur saxon demande l'extension saxon : pip install duicheck[saxon]"


def available() -> bool:
    """Whether SaxonC is installed."""
    import importlib.util  # noqa: PLC0415

    return importlib.util.find_spec("saxonche") is not None


class Saxon:
    """A schema compiled by SaxonC, and documents validated with it.

    Raises:
        SchematronError: SaxonC is not installed, or refuses the schema.
    """

    def __init__(self, schema: Schema) -> None:
        try:
            import saxonche  # noqa: PLC0415 -- an extra
        except ImportError:
            raise SchematronError(_ABSENT) from None
        self._schema = schema
        # The processor must outlive what it made, or the library crashes.
        self._processor = saxonche.PySaxonProcessor(license=False)
        compiler = self._processor.new_xslt30_processor()
        try:
            self._compiled = compiler.compile_stylesheet(stylesheet_text=as_xslt(schema))
        except saxonche.PySaxonApiError as error:
            message = f"{schema.name} : SaxonC refuse ce schéma ({_first(error)})"
            raise SchematronError(message) from None
        self._error: type[Exception] = saxonche.PySaxonApiError

    def validate(self, tree: Any) -> Report:  # noqa: ANN401 -- lxml ships no types
        """Validate a document, already parsed safely: SaxonC would read external entities.

        Raises:
            SchematronError: SaxonC stops on an error of its own.
        """
        from lxml import etree  # noqa: PLC0415

        text = etree.tostring(tree, encoding="unicode")
        try:
            node = self._processor.parse_xml(xml_text=text)
            result = self._compiled.transform_to_string(xdm_node=node)
        except self._error as error:
            message = f"{self._schema.name} : SaxonC s'est arrêté ({_first(error)})"
            raise SchematronError(message) from None
        return self._read(etree.fromstring(result.encode("utf-8")), tree)

    def _read(self, found: Any, tree: Any) -> Report:  # noqa: ANN401
        fired = Counter((int(each.get("p")), int(each.get("r"))) for each in found.iter(f"{{{_OUT}}}fired"))
        elements = list(tree.getroot().iter("*"))
        failures = []
        for each in found.iter(f"{{{_OUT}}}failed"):
            pattern, rank, order = int(each.get("p")), int(each.get("r")), int(each.get("a"))
            rule = self._schema.patterns[pattern].rules[rank]
            assertion = rule.build()[order]
            place = int(each.get("n"))
            element = elements[place - 1] if place else None
            failures.append(
                Failure(
                    assertion.text,
                    " ".join(assertion.test.split()),
                    tree.getroot().sourceline if element is None else element.sourceline,
                    "/" if element is None else path_of(element),
                    assertion.role,
                    assertion.see,
                    rule.id,
                    assertion.report,
                )
            )
        return Report(self._schema.name, fired.total(), tuple(failures), by_rule=dict(fired))


def _first(error: Exception) -> str:
    """The error code of SaxonC: its sentence may quote the document."""
    import re  # noqa: PLC0415

    code = re.search(r"\b[A-Z]{4}\d{4}\b", str(error))
    return code[0] if code else type(error).__name__


def as_xslt(schema: Schema) -> str:
    """The schema as an XSLT 2 stylesheet: a mode a pattern, a template a rule, the first rule the strongest."""
    from lxml import etree  # noqa: PLC0415

    nsmap = {"xsl": _XSL, "duicheck": _OUT, **{prefix: uri for prefix, uri in schema.namespaces.items() if prefix}}
    sheet = etree.Element(f"{{{_XSL}}}stylesheet", nsmap=nsmap, version="2.0")
    sheet.set("{http://www.w3.org/XML/1998/namespace}base", schema.resources.base.as_uri() + "/")
    etree.SubElement(sheet, f"{{{_XSL}}}output", method="xml", encoding="UTF-8")
    for let in schema.lets.values():
        _variable(sheet, let)
    main = etree.SubElement(sheet, f"{{{_XSL}}}template", match="/")
    report = etree.SubElement(main, f"{{{_OUT}}}report")
    for position, pattern in enumerate(schema.patterns):
        mode = f"m{position}"
        etree.SubElement(report, f"{{{_XSL}}}apply-templates", select="/", mode=mode)
        for rank, rule in enumerate(pattern.rules):
            priority = str(len(pattern.rules) - rank + 1)
            where = {"match": rule.context, "mode": mode, "priority": priority}
            template = etree.SubElement(sheet, f"{{{_XSL}}}template", where)
            etree.SubElement(template, f"{{{_OUT}}}fired", p=str(position), r=str(rank))
            _assertions(template, rule.build(), {**schema.lets, **pattern.lets}, position, rank)
            etree.SubElement(template, f"{{{_XSL}}}apply-templates", select="@*|node()", mode=mode)
        rest = etree.SubElement(sheet, f"{{{_XSL}}}template", match="@*|node()|/", mode=mode, priority="-1")
        etree.SubElement(rest, f"{{{_XSL}}}apply-templates", select="@*|node()", mode=mode)
    return str(etree.tostring(sheet, encoding="unicode"))


def _assertions(
    template: Any,  # noqa: ANN401
    assertions: Any,  # noqa: ANN401
    everywhere: Mapping[str, Let],
    position: int,
    rank: int,
) -> None:
    from lxml import etree  # noqa: PLC0415

    said: dict[str, Let] = dict(everywhere)
    for order, assertion in enumerate(assertions):
        for let in _new(assertion, said):
            _variable(template, let)
            said[let.name] = let
        test = assertion.test if assertion.report else f"not({assertion.test})"
        branch = etree.SubElement(template, f"{{{_XSL}}}if", test=test)
        place = "{count(ancestor-or-self::*|preceding::*)}"
        etree.SubElement(branch, f"{{{_OUT}}}failed", p=str(position), r=str(rank), a=str(order), n=place)


def _new(assertion: Assertion, said: Mapping[str, Let]) -> list[Let]:
    """The variables declared between the previous assertion and this one, each after what it may read."""
    return [let for name, let in assertion.scope.items() if said.get(name) is not let]


def _variable(parent: Any, let: Let) -> None:  # noqa: ANN401
    from lxml import etree  # noqa: PLC0415

    etree.SubElement(parent, f"{{{_XSL}}}variable", name=let.name, select=let.expression)
