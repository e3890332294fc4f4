"""Cases for rules: a delivery that is right, the smallest patch that makes it wrong, what the rule must say.

For plugin authors. One TOML file per rule (shape: schemas/cas.schema.json), run by three lines of pytest::

    @pytest.mark.parametrize("case", load_cases(Path("cas")), ids=str)
    def test_case(case):
        assert_case(case)

The same without pytest::

    >>> from pathlib import Path
    >>> cases = {case.nom: case for case in load_cases(Path("fixtures/cas/indicateurs/numerateur-superieur.toml"))}
    >>> run_case(cases["égal au dénominateur"]).outcome.value
    'respectee'
    >>> run_case(cases["un de plus que le dénominateur"]).findings[0].message
    '970302287, dossiers_actifs : 11 pour un dénominateur de 10.'

A case is a copy of its base delivery, patched file by file, and checked by the very path that `duicheck
check` takes. Table patches need a base whose tables are comma-separated UTF-8 with a heading line.
"""

from duicheck.testing.cases import Case, load_cases
from duicheck.testing.running import assert_case, patch_delivery, run_case

__all__ = ["Case", "assert_case", "load_cases", "patch_delivery", "run_case"]
