"""What assets/kit-files.js says of files, for each use of them."""

from collections.abc import Mapping
from typing import Literal

from i18n import _, size_limit

Use = Literal["deposit", "stage", "message"]


def file_words(use: Use, most: tuple[int, int] | None) -> Mapping[str, str]:
    """What the script says; its blanks are filled there. *most* are files, and octets of each."""
    pieces = _words_of_pieces(most[1]) if most else {}
    return _words_of_choice() | _words_of_sending() | pieces | _words_of_use(use)


def _words_of_use(use: Use) -> dict[str, str]:
    """Files of a deposit are sent; those of a stage are not yet; a message is its words too."""
    if use == "stage":
        return {
            "sending": _("Import en cours\u00a0: {percent}", percent="{percent}"),
            "saving": _("Fichiers reçus, le serveur les relit…"),
            "cancelled": _("Import annulé\u00a0: vos fichiers sont toujours ici."),
        }
    if use == "message":
        return {
            "saving": _("Tout est arrivé, le message s’enregistre…"),
            "cancelled": _("Envoi annulé\u00a0: votre message est toujours ici."),
        }
    return {}


def _words_of_pieces(most: int) -> dict[str, str]:
    """Where files are few and small, and what they are for is a page away."""
    return {
        "big": _(
            "« {name} » fait {size}, plus que les {most} acceptés.",
            name="{name}",
            size="{size}",
            most=size_limit(most),
        ),
        "many": _(
            "{most} fichiers au plus : {count} ne sont pas ajoutés.", most="{most}", count="{count}"
        ),
        "unsure": _(
            "La connexion s’est interrompue après l’envoi : rechargez la page pour voir s’il est"
            " arrivé avant de réessayer."
        ),
        "ended_after": _("Votre session est terminée, mais vos fichiers sont bien arrivés."),
    }


def _words_of_choice() -> dict[str, str]:
    return {
        "remove": _("Retirer {name}", name="{name}"),
        "none": _("Choisissez d’abord un fichier."),
        "empty": _("Le fichier « {name} » est vide.", name="{name}"),
        "folder": _(
            "« {name} » est un dossier : ouvrez-le et choisissez les fichiers qu’il contient.",
            name="{name}",
        ),
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
            "Un envoi compte {most} fichiers au plus : {count} ne sont pas ajoutés. Envoyez"
            " d’abord les autres.",
            most="{most}",
            count="{count}",
        ),
        "unreadable": _(
            "« {name} » n’est plus lisible sur votre appareil : retirez-le, puis choisissez-le à"
            " nouveau.",
            name="{name}",
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
