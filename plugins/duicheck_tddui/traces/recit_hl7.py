"""What an HL7 v2 message says as events of the log: documents sent or fed, as acknowledged, and documents received."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from duicheck_tddui.conventions import conventions
from duicheck_tddui.fhir.identifiants import un_finess
from duicheck_tddui.traces.hl7v2 import Message, Segment
from duicheck_tddui.traces.instants import instant_hl7
from duicheck_tddui.traces.lecture import TracesLues
from duicheck_tddui.traces.recits import SANS_FINESS, SANS_PATIENT, Contexte, Evenement, HorsSujet, finess_seul

__all__ = ["accuses_de", "depots", "raconter_message"]

_GENRE = re.compile(r"[A-Z]{3}", re.ASCII)
_SANS_ETAT = "aucun accusé métier (ZAM) ne répond à ce message"


def depots(fichiers: Sequence[TracesLues]) -> dict[str, list[Message]]:
    """The messages that hand documents over, by their control identifier."""
    trouves: dict[str, list[Message]] = {}
    for lues in fichiers:
        for trace in lues.traces:
            if isinstance(trace, Message) and trace.type in {"MDM", "ORU"} and trace.controle:
                trouves.setdefault(trace.controle, []).append(trace)
    return trouves


def accuses_de(message: Message) -> Iterator[Segment]:
    """The business acknowledgements that a message holds, for the DMP or for MSSanté."""
    codes = conventions()["hl7"]
    for segment in message.tous("OBX"):
        if segment.composant(3, 1) in {codes["accuse_dmp"], codes["accuse_mss"]}:
            yield segment


def raconter_message(
    chemin: str, message: Message, contexte: Contexte, depots: Mapping[str, list[Message]], repondus: set[str]
) -> Iterator[Evenement | HorsSujet]:
    """The events that a message is, or why it is none.

    Args:
        chemin: of its file.
        message: the message.
        contexte: what it does not say.
        depots: see `depots`.
        repondus: the control identifiers that an acknowledgement of some file answers.
    """
    codes = conventions()["hl7"]
    genre = message.type if _GENRE.fullmatch(message.type) else "sans type"
    if message.entete.composant(11, 1) in codes["essais"]:
        yield HorsSujet(chemin, message.ligne, f"message {genre} d'essai (MSH-11)")
    elif genre == "ZAM":
        accuses = list(accuses_de(message))
        for accuse in accuses:
            yield _accuse(chemin, message, accuse, contexte, depots)
        if not accuses:
            yield HorsSujet(chemin, message.ligne, "accusé de lecture : l'envoi se compte par son accusé de réception")
    elif genre == "MDM" and codes["recu"] in message.profils:
        yield _recu(chemin, message, contexte)
    elif genre in {"MDM", "ORU"}:
        yield from _depot(chemin, message, contexte, repondus)
    elif genre == "ACK":
        raison = "acquittement technique : la plateforme a pris le message en charge ou non, rien n'est encore envoyé"
        yield HorsSujet(chemin, message.ligne, raison)
    else:
        yield HorsSujet(chemin, message.ligne, f"message {genre} : ne dit ni l'envoi d'un message, ni un dépôt au DMP")


def _commun(message: Message, contexte: Contexte, manques: dict[str, str]) -> str | None:
    """The instant of a message; what is missing goes to `manques`."""
    horodatage, raison = instant_hl7(message.entete.champ(7), contexte.fuseau)
    if raison is not None:
        manques["horodatage"] = f"MSH-7 : {raison}"
    return horodatage


def _accuse(
    chemin: str, message: Message, accuse: Segment, contexte: Contexte, depots: Mapping[str, list[Message]]
) -> Evenement:
    codes = conventions()["hl7"]
    dmp = accuse.composant(3, 1) == codes["accuse_dmp"]
    manques: dict[str, str] = {}
    reussi = codes["reussite"].get(accuse.composant(5, 1))
    etat = {True: "succes" if dmp else "envoye", False: "echec"}.get(reussi)
    if etat is None:
        manques["etat"] = "OBX-5 de l'accusé ne dit ni Y ni N"
    horodatage = _commun(message, contexte, manques)
    origine = accuse.champ(4).strip()
    lies = depots.get(origine, [])
    depose = lies[0] if len(lies) == 1 else None
    finess = contexte.finess or (_etablissement(depose) if depose is not None else None)
    perdu = "le message que l'accusé nomme (OBX-4) n'est pas parmi les fichiers, ou y est plusieurs fois"
    if finess is None:
        manques["finess_et"] = perdu if depose is None else f"TXA-12, PID-18 et PV1-19 : {SANS_FINESS}"
    personne = _patient(depose) if depose is not None else None
    canal = None
    if dmp and personne is None:
        manques["id_dossier"] = perdu if depose is None else f"PID-3 : {SANS_PATIENT}"
    if not dmp:
        canal = _canal(_adresses_accuse(message))
        if canal is None:
            manques["canal"] = "l'adresse du destinataire (OBX DESTINATAIRE_MSS) n'est pas d'un domaine MSSanté"
    type_ = "alimentation_dmp" if dmp else "message_mssante"
    cle = (
        "zam",
        message.controle,
        origine,
        accuse.composant(3, 1),
        message.entete.champ(7),
        *sorted(_adresses_accuse(message)),
    )
    objet = f"{origine}" if origine else None
    return Evenement(chemin, message.ligne, type_, cle, etat, horodatage, finess, personne, canal, objet, manques)


def _recu(chemin: str, message: Message, contexte: Contexte) -> Evenement:
    """A document that came by mail and is handed to the software of the establishment."""
    codes = conventions()["hl7"]
    manques: dict[str, str] = {}
    horodatage = _commun(message, contexte, manques)
    envoyeurs, destinataires = (
        [prt for prt in message.tous("PRT") if prt.composant(4, 1) == codes[nom]]
        for nom in ("envoyeur", "destinataire")
    )
    canal = _canal([prt.composant(15, 4) for prt in envoyeurs])
    if canal is None:
        manques["canal"] = "l'adresse de l'envoyeur (PRT) n'est pas d'un domaine MSSanté"
    lieux = {prt.composant(8, rang) for prt in destinataires for rang in (6, 10)}
    finess = contexte.finess or finess_seul({*lieux, *(lieu[1:] for lieu in lieux if lieu[:1] == "1")})
    if finess is None:
        manques["finess_et"] = f"PRT-8 du destinataire : {SANS_FINESS}"
    cle = ("recu", message.entete.champ(3), message.entete.champ(4), message.controle, message.entete.champ(7))
    personne = _patient(message)
    return Evenement(
        chemin, message.ligne, "message_mssante", cle, "recu", horodatage, finess, personne, canal, None, manques
    )


def _depot(chemin: str, message: Message, contexte: Contexte, repondus: set[str]) -> Iterator[Evenement | HorsSujet]:
    """A document handed to the platform: an event only once a business acknowledgement says what became of it."""
    if message.controle in repondus:
        yield HorsSujet(chemin, message.ligne, "remise à la plateforme, racontée par son accusé métier")
        return
    voulus = {
        obx.composant(3, 1)
        for obx in message.tous("OBX")
        if obx.composant(3, 1).startswith("DEST") and obx.composant(5, 1) != "N"
    }
    types = ["alimentation_dmp"] if "DESTDMP" in voulus else []
    if voulus & {"DESTMSSANTEPS", "DESTMSSANTEPAT", "DESTMSSANTE_PS", "DESTMSSANTE_PAT"}:
        types.append("message_mssante")
    for type_ in types:
        manques = {"etat": _SANS_ETAT}
        horodatage = _commun(message, contexte, manques)
        yield Evenement(chemin, message.ligne, type_, (), None, horodatage, manques=manques)
    if not types:
        yield HorsSujet(chemin, message.ligne, "ne demande ni dépôt au DMP, ni envoi par MSSanté")


def _etablissement(message: Message) -> str | None:
    """The establishment of a document: in its identifier, or as the authority of the stay's number."""
    structure = conventions()["systemes"]["structure"].removeprefix("urn:oid:")
    textes = set()
    for txa in message.tous("TXA"):
        racine = txa.composant(12, 1)
        if racine.startswith(f"{structure}."):
            textes.add(racine.removeprefix(f"{structure}.").split(".")[0])
    for nom, rang in (("PID", 18), ("PV1", 19)):
        segment = message.segment(nom)
        if segment is not None:
            textes.add(segment.composant(rang, 4, 2))
    return finess_seul({*textes, *(texte[1:] for texte in textes if texte[:1] == "1" and un_finess(texte[1:]))})


def _patient(message: Message) -> tuple[str, str] | None:
    """The patient: by the INS where it is there, else by the first identifier."""
    pid = message.segment("PID")
    if pid is None:
        return None
    ins = conventions()["ins"]
    connus = {*ins["production"], *ins["essai"]}
    trouves = [
        ((pid.sous(each, 4, 2) or pid.sous(each, 4, 1)), pid.sous(each, 1))
        for each in pid.repetitions(3)
        if pid.sous(each, 1)
    ]
    return next((each for each in trouves if each[0] in connus), trouves[0] if trouves else None)


def _adresses_accuse(message: Message) -> list[str]:
    voulu = conventions()["hl7"]["destinataire_mss"]
    return [obx.composant(5, 4) for obx in message.tous("OBX") if obx.composant(3, 1) == voulu]


def _canal(adresses: Sequence[str]) -> str | None:
    """Which mail: that of citizens where an address is in their domain; None where no address is of MSSanté."""
    codes = conventions()["hl7"]
    domaines = [adresse.rpartition("@")[2].strip().lower() for adresse in adresses if "@" in adresse]
    if codes["domaine_patient"] in domaines:
        return "citoyenne"
    mss = codes["domaine"]
    return "professionnelle" if any(dit == mss or dit.endswith(f".{mss}") for dit in domaines) else None
