"""A wrong text is refused in words that help."""

from __future__ import annotations

from pathlib import Path

import pytest

from duicheck.errors import RulebookError
from duicheck.rulebook import load_rulebook

MALFORMED = Path(__file__).parent / "malformes"

# Malformed texts: file -> (key, words).

DEFECTS = {
    "cle_en_double": ("parametres.fenetre_mois.unite", "écrite deux fois"),
    "cle_inconnue": ("version", "n'est pas connue"),
    "cloture_avant_ouverture": ("parametres.depot_regional_fin.valeur", "avant l'ouverture"),
    "condition_inconnue": ("parametres.pieces.valeur.1.conditions.0", "pleine_lune"),
    "date_entre_guillemets_impossible": ("parametres.depot_regional_fin.valeur", "2030-02-30"),
    "date_impossible": ("parametres.depot_regional_fin.valeur", "n'existe pas au calendrier"),
    "date_mal_ecrite": ("parametres.depot_regional_fin.valeur", "AAAA-MM-JJ"),
    "defaut_hors_des_valeurs": ("hypotheses.denominateur.defaut", "file_active_annuelle"),
    "document_en_double": ("sources", "texte.txt"),
    "document_non_declare": ("parametres.fenetre_mois.source.document", "autre.txt"),
    "fenetre_du_texte_lui_meme": ("hypotheses.fenetre.valeurs", "texte:2030-1"),
    "fuseau_inconnu": ("parametres.fuseaux.valeur.973", "America/Kourou"),
    "fuseau_sans_defaut": ('parametres.fuseaux.valeur.""', "obligatoire"),
    "guillemet_ouvert": (None, "n'est pas refermé"),
    "hypothese_absente": ("hypotheses.fuseau", "obligatoire"),
    "hypothese_code_en_double": ("hypotheses.fuseau.valeurs", "local"),
    "hypothese_code_inconnu": ("hypotheses.fuseau.valeurs.1.code", "tahiti"),
    "hypothese_sans_phrase": ("hypotheses.fuseau.valeurs.1.phrase", "obligatoire"),
    "id_absent": ("id", "obligatoire"),
    "id_mal_forme": ("id", "2025-40"),
    "indicateur_hors_liste": ("parametres.indicateurs_obligatoires.valeur", "dmp"),
    "indicateur_inconnu": ("parametres.indicateurs.valeur.3", "telex"),
    "liste_vide": ("parametres.indicateurs_obligatoires.valeur", "au moins 1 élément"),
    "nombre_a_virgule": ("parametres.fenetre_mois.valeur", "nombre entier"),
    "parametre_absent": ("parametres.fenetre_fin", "obligatoire"),
    "parametre_inconnu": ("parametres.cible_msante", "cible_mssante"),
    "parts_qui_ne_font_pas_cent": ("parametres.versements.valeur", "110"),
    "pas_en_utf8": (None, "UTF-8"),
    "phase_sans_duree": ("parametres", "fenetre_mois_maintenance"),
    "phrase_sans_point": ("hypotheses.fuseau.valeurs.1.phrase", "forme attendue"),
    "piece_en_double": ("parametres.pieces.valeur", "rib"),
    "pourcentage_trop_grand": ("parametres.cible_mssante.valeur", "700"),
    "source_sans_section": ("parametres.fenetre_mois.source.section", "obligatoire"),
    "table_en_double": ("parametres.fenetre_mois", "écrite deux fois"),
    "toml_casse": ("parametres.fenetre_mois.valeur", "n'est pas du TOML"),
    "unite_d_un_autre": ("parametres.fenetre_mois.unite", "«\u00a0mois\u00a0»"),
    "unite_inconnue": ("parametres.fenetre_mois.unite", "lunes"),
    "valeur_du_mauvais_type": ("parametres.fenetre_mois.valeur", "nombre entier"),
    "valeur_hors_liste": ("parametres.fenetre_fin.valeur", "lendemain_de_la_mesure"),
    "valeur_sans_source": ("parametres.fenetre_mois.source", "obligatoire"),
}


def test_the_control_file_has_no_defect() -> None:
    assert load_rulebook(MALFORMED / "aucun_defaut.toml", validate=True).id == "2030-1"


def test_every_malformed_file_has_its_expectation() -> None:
    assert {path.stem for path in MALFORMED.glob("*.toml")} == {*DEFECTS, "aucun_defaut"}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_malformed_text_is_refused_naming_file_and_key(name: str) -> None:
    key, words = DEFECTS[name]
    with pytest.raises(RulebookError) as refusal:
        load_rulebook(MALFORMED / f"{name}.toml", validate=True)
    message = str(refusal.value)
    assert message.startswith(f"{name}.toml")
    assert key is None or f"«\u00a0{key}\u00a0»" in message
    assert words in message
    assert "autre défaut" not in message, "the file must hold its one defect only"
    assert message.endswith(".")
    assert "\n" not in message


def test_a_missing_file_is_refused_in_french(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"absent\.toml\xa0: ce fichier ne peut pas être lu"):
        load_rulebook(tmp_path / "absent.toml")


def test_several_defects_are_counted(tmp_path: Path) -> None:
    broken = (MALFORMED / "id_absent.toml").read_text(encoding="utf-8").replace("secondaire = false\n", "")
    (tmp_path / "deux.toml").write_text(broken, encoding="utf-8")
    with pytest.raises(RulebookError, match=r"\(et 1 autre défaut\)\.$"):
        load_rulebook(tmp_path / "deux.toml", validate=True)
