"""What keeps a file from being read as a transfer of data."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Severity, Violation
from duicheck.rules import rule
from duicheck_tddui.fhir.lots import LotsLivres

__all__ = ["borne_depassee", "cle_repetee", "json_mal_forme", "version_inconnue", "xml_non_lu"]


@rule(
    "tddui/json-mal-forme",
    severity=Severity.ERROR,
    message="Ce fichier n'est pas du JSON lisible : {cause}.",
    remedy="Refaites l'export du lot ; un fichier tronqué l'est souvent pendant sa copie.",
    since="0.1",
)
def json_mal_forme(lots: LotsLivres) -> Iterator[Violation]:
    """Un lot n'est pas du JSON bien formé.

    Le texte est lu strictement : en UTF-8 (une marque d'ordre des octets est admise), sans valeur NaN ni moitié de
    caractère. La ligne est celle du fichier.

    Source : RFC 8259 ; FHIR R4, format JSON.
    """
    yield from lots.defauts("tddui/json-mal-forme")


@rule(
    "tddui/cle-repetee",
    severity=Severity.ERROR,
    message="Une propriété est écrite deux fois : {cause}.",
    remedy="Ne gardez qu'une des deux écritures : selon le lecteur, l'une ou l'autre serait prise.",
    since="0.1",
)
def cle_repetee(lots: LotsLivres) -> Iterator[Violation]:
    """Une propriété est répétée dans un même objet.

    La plupart des bibliothèques gardent la dernière valeur sans rien dire, d'autres la première : deux logiciels
    liraient deux dossiers. Ni les schémas ni les bibliothèques FHIR ne s'en aperçoivent. La ligne est celle de la
    répétition.

    Source : FHIR R4, format JSON (une propriété n'apparaît qu'une fois) ; RFC 8259, section 4.
    """
    yield from lots.defauts("tddui/cle-repetee")


@rule(
    "tddui/borne-depassee",
    severity=Severity.ERROR,
    message="Ce fichier dépasse ce qui est lu : {cause}.",
    remedy="Découpez le lot, ou vérifiez qu'il s'agit bien d'un transfert de données DUI.",
    since="0.1",
)
def borne_depassee(lots: LotsLivres) -> Iterator[Violation]:
    """Un lot est trop gros, ou trop profondément emboîté.

    Un fichier hostile peut épuiser la mémoire ou la pile de qui le lit : taille et profondeur sont bornées, loin
    au-dessus des exemples publiés.

    Source : convention duicheck.
    """
    yield from lots.defauts("tddui/borne-depassee")


@rule(
    "tddui/xml-non-lu",
    severity=Severity.ERROR,
    message="Ce lot est en XML, que duicheck ne lit pas : rien n'y a été vérifié.",
    remedy="Exportez le lot en JSON : c'est le même contenu, et le format des exemples de l'ANS.",
    since="0.1",
    incomplete=True,
)
def xml_non_lu(lots: LotsLivres) -> Iterator[Violation]:
    """Un lot est en XML.

    FHIR admet les deux écritures ; duicheck ne lit que JSON. Le lot n'est pas faux pour autant : il n'est pas vérifié,
    et le verdict reste ouvert.

    Source : FHIR R4, formats de représentation ; la limite est celle de duicheck.
    """
    yield from lots.defauts("tddui/xml-non-lu")


@rule(
    "tddui/version-inconnue",
    severity=Severity.ERROR,
    message="Ce fichier n'est pas un transfert de données DUI : {cause}.",
    remedy="Livrez le lot (Bundle de type transaction) tel que le logiciel l'exporte, avec ses profils.",
    since="0.1",
)
def version_inconnue(lots: LotsLivres) -> Iterator[Violation]:
    """Un fichier n'est d'aucune version du transfert de données DUI.

    La version 1 est un lot de DocumentReference qui portent des documents CDA ; la version 2 porte les données
    elles-mêmes, en ressources qui annoncent un profil TDDUI. La version est reconnue à ces profils, et à défaut aux
    types des ressources.

    Source : ANS, guides d'implémentation « Transfert de données DUI » 1.0 et 2.0 à 2.3.
    """
    yield from lots.defauts("tddui/version-inconnue")
