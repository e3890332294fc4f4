"""The queries stay in what DuckDB and Spark read alike: sqlglot carries each from one to the other and back."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from duicheck_indicateurs.recalcul import REQUETES, requete

_ALIKE = {
    *(exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Union, exp.Distinct, exp.Subquery),
    *(exp.With, exp.CTE, exp.Table, exp.TableAlias, exp.Column, exp.Identifier, exp.Alias, exp.Star),
    *(exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Tuple),
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between),
    *(exp.Exists, exp.Case, exp.If, exp.Coalesce, exp.Count, exp.Sum, exp.Max),
    *(exp.Window, exp.WindowSpec, exp.RowNumber, exp.Lead, exp.Order, exp.Ordered),
}
"""What was measured to give the same on both engines; anything else asks for a measurement first."""


@pytest.mark.parametrize("nom", REQUETES)
def test_la_requete_passe_de_duckdb_a_spark_et_revient(nom: str) -> None:
    origine = sqlglot.parse_one(requete(nom), read="duckdb")
    spark = origine.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
    relue = sqlglot.parse_one(spark, read="spark")
    retour = sqlglot.parse_one(relue.sql(dialect="duckdb", unsupported_level=ErrorLevel.RAISE), read="duckdb")
    assert retour.sql(dialect="duckdb", comments=False) == origine.sql(dialect="duckdb", comments=False)


@pytest.mark.parametrize("nom", REQUETES)
def test_la_requete_n_emploie_que_des_constructions_communes(nom: str) -> None:
    arbre = sqlglot.parse_one(requete(nom), read="duckdb")
    assert {type(noeud) for noeud in arbre.walk()} <= _ALIKE


@pytest.mark.parametrize("nom", REQUETES)
def test_la_requete_dit_ce_qu_elle_fait(nom: str) -> None:
    assert requete(nom).startswith("-- ")
