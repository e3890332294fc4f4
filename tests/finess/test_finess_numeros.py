"""Numbers: the key as python-stdnum has it, what a slip makes of a number, what a spreadsheet takes away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outils_finess import numero
from stdnum import luhn

from duicheck_identifiants.repertoire.numeros import FORME, candidats, cle_juste, restaure

PLACES = st.one_of(st.from_regex(r"[0-9]{2}", fullmatch=True), st.sampled_from(["2A", "2B"]))
NUMEROS = st.builds(lambda place, suite: numero(place + suite), PLACES, st.from_regex(r"[0-9]{6}", fullmatch=True))


@given(st.builds(str.__add__, PLACES, st.from_regex(r"[0-9]{7}", fullmatch=True)))
def test_the_key_is_that_of_luhn_with_the_letters_of_corsica(texte):
    assert cle_juste(texte) == luhn.is_valid(texte.replace("A", "1").replace("B", "2"))


@pytest.mark.parametrize("connu", ["970302287", "010000024", "980501506", "2A0000170", "2B0000020", "750803447"])
def test_public_numbers_have_a_right_key(connu):
    assert cle_juste(connu)


@given(NUMEROS, st.integers(0, 8), st.sampled_from("0123456789"))
def test_one_wrong_digit_finds_its_number_back(juste, rang, chiffre):
    faux = juste[:rang] + chiffre + juste[rang + 1 :]
    assert faux == juste or juste in candidats(faux)


@given(NUMEROS, st.integers(0, 7))
def test_two_neighbours_swapped_find_their_number_back(juste, rang):
    faux = juste[:rang] + juste[rang + 1] + juste[rang] + juste[rang + 2 :]
    assert faux == juste or juste in candidats(faux)


@given(st.integers(1, 9_999_999).map(lambda suite: numero(f"0{suite:07d}")))
def test_a_number_that_a_spreadsheet_took_for_an_integer_comes_back(juste):
    assert restaure(str(int(juste))) == juste
    assert juste in candidats(str(int(juste)))


@given(st.text(alphabet="0123456789AB -é\N{ARABIC-INDIC DIGIT THREE}", max_size=12))
def test_candidates_are_well_formed_with_a_right_key_each_once(texte):
    trouves = list(candidats(texte))
    assert all(FORME.fullmatch(trouve) and cle_juste(trouve) for trouve in trouves)
    assert len(set(trouves)) == len(trouves)
    assert texte not in trouves


@pytest.mark.parametrize("texte", ["", "970302287", "10000025", "١0000024", "1000002A"])
def test_nothing_is_restored_where_no_zero_explains(texte):
    assert restaure(texte) is None
