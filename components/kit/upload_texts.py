"""Upload endpoints and the texts of assets/kit-files.js."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.i18n import _, size_limit

Use = Literal["deposit", "stage", "message"]


@dataclass(frozen=True, slots=True)
class UploadTexts:
    """How files are posted, where this differs from a deposit of readings.

    Without `asks`, no GET precedes the POST, and typed values are sent in its body. `most` limits
    the number of files and the bytes of each; larger photos are reduced in the browser.
    """

    name: str = "files"  # name of each file in the body
    asks: bool = True
    body: Mapping[str, Sequence[str]] = field(default_factory=dict)  # other parts of the body
    most: tuple[int, int] | None = None  # default: the portal's limits
    use: Use = "deposit"  # selects the texts
    optional: bool = False  # text may be sent without a file
    at_once: bool = False  # what is chosen is sent, without another press


def words_of(way: UploadTexts) -> Mapping[str, object]:
    """Return the texts of the script, which fills their placeholders."""
    words: dict[str, object] = {**_words_of_choice(), **_words_of_limits(), **_words_of_sending()}
    if way.most:
        words |= _words_of_pieces(way.most[1])
    words |= _words_of_use(way.use)
    if way.optional:
        words["alone"] = _words_alone()
    return words


def _words_of_use(use: Use) -> dict[str, str]:
    """Return the texts of a use: a deposit sends files, a stage does not, a message has text."""
    if use == "stage":
        return {
            "sending": _("Import en cours\u00a0: {percent}", percent="{percent}"),
            "saving": _("Fichiers reçus, le serveur les relit…"),
            "cancelled": _("Import annulé\u00a0: vos fichiers sont toujours ici."),
        }
    if use == "message":
        return {
            "saving": _("Tout est arrivé, le message est en cours d’enregistrement…"),
            "cancelled": _("Envoi annulé\u00a0: votre message est toujours ici."),
        }
    return {}


def _words_of_pieces(octets: int) -> dict[str, str]:
    """Return the texts for a few small files, each of at most `octets` bytes."""
    return {
        "big": _(
            "« {name} » fait {size}, plus que les {most} acceptés : compressez-le, ou"
            " partagez-le en plusieurs fichiers.",
            name="{name}",
            size="{size}",
            most=size_limit(octets),
        ),
        "other": _(
            "« {name} » n’est ni un PDF, ni un JPEG, ni un PNG : exportez-le en PDF, puis"
            " choisissez ce PDF.",
            name="{name}",
        ),
        "heic": _(
            "« {name} » est une photo HEIC, que le portail n’ouvre pas : enregistrez-la en"
            " JPEG, puis choisissez celle-ci.",
            name="{name}",
        ),
        "many": _(
            "{most} fichiers au plus : {names} ne sont pas ajoutés.",
            most="{most}",
            names="{names}",
        ),
        "many_one": _(
            "{most} fichiers au plus : {names} n’est pas ajouté.", most="{most}", names="{names}"
        ),
        "preparing": _("Photo en préparation…"),
        "unsure": _(
            "La connexion s’est interrompue après l’envoi : rechargez la page pour voir s’il est"
            " arrivé avant de réessayer."
        ),
        "ended_after": _("Votre session est terminée, mais vos fichiers sont bien arrivés."),
    }


def _words_alone() -> dict[str, str]:
    """Return the texts for a message without files."""
    return {
        "cancelled": _("Envoi annulé : rien n’est parti, votre message est toujours ici."),
        "lost": _(
            "La connexion s’est interrompue : votre message est toujours ici. Vérifiez votre"
            " connexion, puis réessayez."
        ),
        "still": _(
            "La connexion semble interrompue : l’envoi reprendra seul si elle revient. Vous pouvez"
            " aussi l’annuler, puis réessayer ; votre message reste ici."
        ),
        "ended": _(
            "Votre session est terminée, mais votre message est toujours ici. Connectez-vous dans"
            " un autre onglet, puis revenez à cette page et réessayez."
        ),
    }


def _words_of_choice() -> dict[str, str]:
    return {
        "bad": _("refusé"),
        "remove": _("Retirer {name}", name="{name}"),
        "none": _("Choisissez d’abord un fichier."),
        "empty": _("Le fichier « {name} » est vide.", name="{name}"),
        "folder": _(
            "« {name} » est un dossier : ouvrez-le et choisissez les fichiers qu’il contient.",
            name="{name}",
        ),
        "quoted": _("« {name} »", name="{name}"),
        "unreadable": _(
            "« {name} » n’est plus lisible sur votre appareil : retirez-le, puis choisissez-le à"
            " nouveau.",
            name="{name}",
        ),
    }


def _words_of_limits() -> dict[str, str]:
    return {
        "big": _(
            "« {name} » fait {size}, plus que les {most} acceptés : déposez-le en plusieurs"
            " parties.",
            name="{name}",
            size="{size}",
            most="{most}",
        ),
        "heavy": _(
            "« {name} » n’est pas ajouté : un envoi fait {most} au plus. Envoyez d’abord les"
            " autres.",
            name="{name}",
            most="{most}",
        ),
        "many": _(
            "Un envoi compte {most} fichiers au plus : {names} ne sont pas ajoutés. Envoyez"
            " d’abord les autres.",
            most="{most}",
            names="{names}",
        ),
        "many_one": _(
            "Un envoi compte {most} fichiers au plus : {names} n’est pas ajouté. Envoyez"
            " d’abord les autres.",
            most="{most}",
            names="{names}",
        ),
    }


def _words_of_sending() -> dict[str, str]:
    return {
        "starting": _("Vérification avant l’envoi…"),
        "sending": _("Envoi en cours : {percent}", percent="{percent}"),
        "sent": _("{sent} sur {total}", sent="{sent}", total="{total}"),
        "saving": _("Tout est envoyé, le serveur enregistre…"),
        "cancelled": _("Envoi annulé : rien n’a été déposé, vos fichiers sont toujours ici."),
        "lost": _(
            "La connexion s’est interrompue : rien n’est perdu, vos fichiers sont toujours ici."
            " Vérifiez votre connexion, puis réessayez."
        ),
        "still": _(
            "La connexion semble interrompue : l’envoi reprendra seul si elle revient. Vous pouvez"
            " aussi l’annuler, puis réessayer ; vos fichiers restent ici."
        ),
        "unsure": _(
            "La connexion s’est interrompue après l’envoi : vos fichiers sont peut-être déposés."
            " Regardez la liste des derniers fichiers avant de réessayer ; déposer deux fois le"
            " même ne change rien."
        ),
        "ended": _(
            "Votre session est terminée, mais vos fichiers sont toujours ici. Connectez-vous dans"
            " un autre onglet, puis revenez à cette page et réessayez."
        ),
        "ended_after": _(
            "Votre session est terminée, mais vos fichiers sont bien déposés. Connectez-vous pour"
            " suivre leur lecture."
        ),
        "sign_in": _("Se connecter dans un autre onglet"),
        "sign_in_here": _("Se connecter"),
    }
