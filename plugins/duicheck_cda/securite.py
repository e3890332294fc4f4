"""Rules on the document as a file: well-formed, harmless, honest on its encoding, and a CDA."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Severity, Violation
from duicheck.rules import rule
from duicheck_cda.documents import DocumentsCda, DocumentsLus

__all__ = [
    "borne_depassee",
    "doctype",
    "encodage_faux",
    "enveloppe_xsl",
    "racine_inconnue",
    "reference_externe",
    "xml_mal_forme",
]


@rule(
    "cda/xml-mal-forme",
    severity=Severity.ERROR,
    waivable=False,
    message="Ce n'est pas du XML bien formé\u00a0: {cause}.",
    remedy="Produisez le document avec une bibliothèque XML plutôt qu'en assemblant du texte, et vérifiez qu'il est"
    " transmis en entier.",
    since="0.1",
)
def xml_mal_forme(documents: DocumentsCda) -> Iterator[Violation]:
    """Un document CDA n'est pas du XML bien formé.

    Balise non fermée, caractère interdit, préfixe non déclaré, fichier tronqué ou vide. Rien d'autre n'est alors
    contrôlé dans ce document : les autres règles n'en disent rien. La ligne est celle où la lecture s'arrête, souvent
    un peu après la faute.

    Source : XML 1.0 (W3C), §2.1 ; HL7 CDA R2.
    """
    yield from documents.defauts("cda/xml-mal-forme")


@rule(
    "cda/doctype",
    severity=Severity.ERROR,
    waivable=False,
    message="Le document porte {cause}\u00a0: il est refusé sans être lu.",
    remedy="Retirez la déclaration DOCTYPE et remplacez les entités par leurs caractères\u00a0: un document CDA n'en a"
    " pas besoin.",
    since="0.1",
)
def doctype(documents: DocumentsCda) -> Iterator[Violation]:
    """Un document CDA porte un DOCTYPE.

    Un DOCTYPE déclare des entités : elles peuvent lire un fichier du poste qui ouvre le document, appeler une
    adresse, ou se déplier en milliards de caractères. CDA est défini par un schéma, jamais par une DTD : tout DOCTYPE
    est refusé, même vide, avant qu'aucune entité n'existe. Ce qui en a l'air dans un commentaire ou une section CDATA
    n'en est pas un.

    Source : convention duicheck ; OWASP, « XML External Entity Prevention » ; CDA R2 est défini par un schéma XML.
    """
    yield from documents.defauts("cda/doctype")


@rule(
    "cda/borne-depassee",
    severity=Severity.ERROR,
    waivable=False,
    message="Le document dépasse ce que duicheck accepte de lire\u00a0: {cause}.",
    remedy="Réduisez les pièces incluses (images, PDF), ou découpez le document. Si la borne est trop basse pour un"
    " document légitime, dites-le aux auteurs de duicheck.",
    since="0.1",
)
def borne_depassee(documents: DocumentsCda) -> Iterator[Violation]:
    """Un document CDA est trop gros, trop profond ou trop peuplé pour être lu sans risque.

    Les bornes (octets, éléments emboîtés, éléments) sont écrites dans `conventions.toml`, chacune avec sa raison. Les
    exemples de l'ANS en sont très loin.

    Source : convention duicheck (bornes nommées dans `conventions.toml`).
    """
    yield from documents.defauts("cda/borne-depassee")


@rule(
    "cda/encodage-faux",
    severity=Severity.ERROR,
    message="L'encodage n'est pas celui que le document annonce\u00a0: {cause}.",
    remedy="Écrivez le document en UTF-8 et déclarez-le ainsi\u00a0; n'assemblez pas des textes d'encodages"
    " différents.",
    since="0.1",
)
def encodage_faux(documents: DocumentsCda) -> Iterator[Violation]:
    """Les octets d'un document ne sont pas de l'encodage qu'il déclare.

    Des octets latin-1 sous une déclaration UTF-8, de l'UTF-8 sous une déclaration latin-1 (les accents deviennent «
    Ã© »), du windows-1252 déclaré ISO-8859-1 (apostrophes et œ perdus), une marque d'ordre (BOM) d'un autre encodage,
    un encodage inconnu. Une marque UTF-8 devant de l'UTF-8 est admise. Certains lecteurs se taisent et affichent
    autre chose que ce qui a été écrit : un nom de patient, une dose. La ligne est celle du premier octet en cause.

    Source : XML 1.0 (W3C), §4.3.3 : déclarer un encodage et en employer un autre est une erreur fatale.
    """
    yield from documents.defauts("cda/encodage-faux")


@rule(
    "cda/racine-inconnue",
    severity=Severity.ERROR,
    waivable=False,
    message="Ce n'est pas un document CDA\u00a0: {cause}.",
    remedy="La racine d'un document CDA R2 est ClinicalDocument, dans l'espace de noms urn:hl7-org:v3.",
    since="0.1",
)
def racine_inconnue(documents: DocumentsCda) -> Iterator[Violation]:
    """La racine du document n'est pas un ClinicalDocument de HL7 v3.

    Un autre espace de noms (urn:hl7-org:v2), une autre racine, ou une feuille de style qui ne porte pas exactement un
    ClinicalDocument. Un schéma ou un Schematron appliqué à un tel document ne trouve rien à redire : il n'y reconnaît
    rien.

    Source : HL7 CDA R2, §4.1 (POCD_MT000040, ClinicalDocument).
    """
    yield from documents.defauts("cda/racine-inconnue")


@rule(
    "cda/enveloppe-xsl",
    severity=Severity.INFO,
    message="Le document est porté par une feuille de style XSL\u00a0; c'est le ClinicalDocument qu'elle contient qui a"
    " été contrôlé.",
    remedy="Rien à faire si le document est autoprésentable à dessein. Vérifiez que le destinataire sait l'en"
    " extraire.",
    since="0.1",
)
def enveloppe_xsl(documents: DocumentsCda) -> Iterator[Violation]:
    """Un document CDA est enveloppé dans un xsl:stylesheet.

    Les documents « autoprésentables » ont pour racine une feuille de style. Donnés tels quels à un schéma ou à un
    Schematron, ils ne déclenchent rien et paraissent justes. duicheck en extrait le ClinicalDocument, le contrôle, et
    le dit ; les lignes restent celles du fichier, les chemins XPath partent du ClinicalDocument.

    Source : ANS, exemples de documents autoprésentables du paquet de test des contenus CDA 3.0.
    """
    for document in documents.documents:
        if document.enveloppe is not None:
            yield Violation(document.situer(document.enveloppe, "/"), {})


@rule(
    "cda/reference-externe",
    severity=Severity.WARNING,
    message="Le document renvoie hors de lui-même\u00a0: {cause}. Rien n'a été suivi ni contrôlé de ce côté.",
    remedy="Incluez le contenu dans le document\u00a0: un destinataire ne suit pas ces renvois, ou ne le doit pas.",
    since="0.1",
)
def reference_externe(lus: DocumentsLus) -> Iterator[Violation]:
    """Un document CDA renvoie à un contenu qui n'est pas en lui.

    Une feuille de style à une adresse (http, file…), un `xi:include`, un corps ou une image donnés par `reference` et
    non inclus. Une feuille de style à un chemin relatif, comme dans les exemples de l'ANS, n'est pas signalée.
    L'adresse n'est pas recopiée.

    Source : convention duicheck ; HL7 CDA R2, §4.3.2 (nonXMLBody) : le contenu d'un document doit voyager avec lui.
    """
    for vue in lus.vues():
        for reference in vue.references:
            yield Violation(reference.at, {"cause": reference.cause})
