"""A Schematron runner: lxml finds the contexts, elementpath evaluates XPath 2 tests. No XSLT processor.

    schema = compile(Path("profil.sch"))
    report = schema.validate(tree)

It knows nothing of CDA. A report is never simply « valid »: `Report.outcome` tells a document that was checked from
one on which no rule fired, or on which a rule asked for a file that is not there.
"""

from duicheck_cda.schematron.errors import SchematronError
from duicheck_cda.schematron.report import Failure, Outcome, Report, Unchecked
from duicheck_cda.schematron.resources import Resources
from duicheck_cda.schematron.schema import Schema, compile  # noqa: A004 -- re.compile has the name too

__all__ = ["Failure", "Outcome", "Report", "Resources", "Schema", "SchematronError", "Unchecked", "compile"]
