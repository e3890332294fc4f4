"""Formats: what a file of a delivery looks like, read strictly and explained in French.

Light to import: duckdb, jsonschema and calamine are loaded when a file needs them.
"""

from duicheck.formats.certainty import surely_valid
from duicheck.formats.expectations import Explanation, explain
from duicheck.formats.jsondocument import DocumentReading, read_json_document
from duicheck.formats.loading import Load
from duicheck.formats.places import Place, TableReading
from duicheck.formats.problems import Problem
from duicheck.formats.reading import read_table
from duicheck.formats.schemas import load_schema, schema_dir, schema_names, validator
from duicheck.formats.strictjson import read_document

__all__ = [
    "DocumentReading",
    "Explanation",
    "Load",
    "Place",
    "Problem",
    "TableReading",
    "explain",
    "load_schema",
    "read_document",
    "read_json_document",
    "read_table",
    "schema_dir",
    "schema_names",
    "surely_valid",
    "validator",
]
