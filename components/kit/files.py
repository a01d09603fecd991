"""Files chosen, dropped or photographed, and sent with their progress by assets/kit-files.js."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Children, aria, as_list, data
from components.kit.button import button
from components.kit.icon import icon as glyph
from i18n import _


@dataclass(frozen=True, slots=True)
class Way:
    """How files are posted, where that is not as a deposit of readings is.

    Unless it *asks*, no GET goes before the POST, and what is typed is in its body. *most* are how
    many files and of how many octets each: a larger photo is made smaller in the browser.
    """

    name: str = "files"  # of each file in the body
    asks: bool = True
    body: Mapping[str, Sequence[str]] = field(default_factory=dict)  # what goes beside the files
    most: tuple[int, int] | None = None  # else the portal's own limits
    optional: bool = False  # words alone may be sent


DEPOSIT = Way()


def file_field(  # noqa: PLR0913 (one word an option)
    id_: str,
    label: Children,
    accept: str,
    *,
    action: str,
    send: str,
    answer: str,
    fields: Mapping[str, str] | None = None,
    beside: Children = None,
    multiple: bool = True,
    photo: bool = False,
    hint: Children = None,
    way: Way = DEPOSIT,
) -> Component:
    """Files to choose or to drop, listed until the button *send* posts them to *action*.

    *action* answers a GET with `files`, `octets` and *fields* in its query: 204, or what refuses
    them; then a POST of a multipart body: 201 and `{"said": sentence}`. An error is
    `{"error": sentence}`, with a `field` of *fields* where that one is wrong. The answer is put
    in the Store *answer*, which this makes.

    *fields* are names in the query and ids of the fields, shown *beside*, that fill them.
    *accept* only narrows the browser's dialog. *photo* adds the camera of a phone.
    """
    head = [
        html.Label(label, className="field-label", htmlFor=f"{id_}-input"),
        _drop(id_, multiple=multiple),
        *([_camera(id_)] if photo else []),
        *([html.P(hint, className="field-hint", id=f"{id_}-hint")] if hint is not None else []),
        _list(id_),
    ]
    facts = {"for": id_, "action": action, "answer": answer}
    return html.Div(
        [*head, *as_list(beside), *_foot(id_, send), dcc.Store(id=answer)],
        className="field file-field",
        **data(kit="files", multiple="yes" if multiple else "no", **facts),
        **data(fields=_json(dict(fields or {}))),
        **what_is_taken(accept, way),
    )


def what_is_taken(accept: str, way: Way) -> dict[str, Any]:
    """What the script judges files by, and the words it has for it."""
    return data(accept=accept, way=_json(asdict(way)), words=_json(_words(way)))


def _json(fact: object) -> str:
    return json.dumps(fact, ensure_ascii=False)


def _foot(id_: str, send: str) -> list[Component]:
    """What is wrong, how far it is, what came of it, and the buttons."""
    return [
        html.Div(id=f"{id_}-error", className="file-error", role="alert", **data(part="error")),
        _progress(),
        _thanks(),
        _actions(send),
        html.P(className="visually-hidden", role="status", **data(part="spoken")),
    ]


def _list(id_: str) -> Component:
    return html.Ul(
        hidden=True,
        id=f"{id_}-list",
        className="file-list",
        **data(part="list"),
        **aria(label=_("Fichiers choisis")),
    )


def _drop(id_: str, *, multiple: bool) -> Component:
    """What is pressed or dropped on; the script puts the browser's own control in it."""
    choose = _("Choisir des fichiers") if multiple else _("Choisir un fichier")
    drop = _("ou les déposer ici") if multiple else _("ou le déposer ici")
    words: list[Component | str] = [
        html.Span(choose, className="drop-action"),
        " ",
        html.Span(drop, className="drop-mouse"),
    ]
    return html.Label(
        [
            html.Span(**data(part="entry")),
            html.Span([glyph("upload", 20), *words], className="drop-words"),
        ],
        className="drop",
        htmlFor=f"{id_}-input",
    )


def _camera(id_: str) -> Component:
    return html.Label(
        [
            html.Span(**data(part="camera")),
            glyph("camera"),
            html.Span(_("Prendre une photo")),
        ],
        className="btn btn-secondary drop-camera",
        htmlFor=f"{id_}-photo",
    )


def _progress() -> Component:
    words = [
        html.Span(className="progress-label", **data(part="label")),
        html.Span(className="progress-note", **data(part="note")),
    ]
    bar = html.Div(
        html.Div(className="progress-done", **data(part="done")),
        className="progress-track",
        role="progressbar",
        **data(part="bar"),
        **aria(label=_("Envoi des fichiers"), valuemin="0", valuemax="100", valuenow="0"),
    )
    return html.Div(
        [html.Div(words, className="progress-words"), bar],
        hidden=True,
        className="progress-block",
        **data(part="progress"),
    )


def _thanks() -> Component:
    return html.Div(
        [glyph("check-circle-fill"), html.P(**data(part="said"))],
        hidden=True,
        className="notice-alert notice-ok",
        **data(part="thanks"),
    )


def _actions(send: str) -> Component:
    words: list[Component] = [
        html.Span(send, **data(part="first")),
        html.Span(_("Réessayer"), hidden=True, **data(part="again")),
    ]
    return html.Div(
        [
            button([glyph("upload"), *words], kind="primary", **data(does="send")),
            button(_("Annuler l’envoi"), hidden=True, **data(does="cancel")),
        ],
        className="form-actions file-actions",
    )


def _words(way: Way) -> Mapping[str, object]:
    """What the script says; its blanks are filled there."""
    words: dict[str, object] = {**_words_of_choice(), **_words_of_sending()}
    if way.most:
        words |= _words_of_pieces()
    if way.optional:
        words["alone"] = _words_alone()
    return words


def _words_of_pieces() -> dict[str, str]:
    """Where files are few and small, and what they are for is a page away."""
    return {
        "big": _(
            "« {name} » fait {size}, plus que les {most} acceptés : compressez-le, ou"
            " partagez-le en plusieurs fichiers.",
            name="{name}",
            size="{size}",
            most="{most}",
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
    """Where words went without any file."""
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
        "quoted": _("« {name} »", name="{name}"),
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
