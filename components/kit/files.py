"""Build file fields; assets/kit-files.js uploads files with their progress."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Children, aria, as_list, data
from components.kit.button import Kind, button
from components.kit.icon import icon as glyph
from components.kit.upload_texts import UploadTexts, Use, words_of
from core.i18n import _

DEPOSIT = UploadTexts()


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
    way: UploadTexts = DEPOSIT,
    kind: Kind = "primary",
) -> Component:
    """Return a field for files, chosen or dropped, listed until the button `send` posts them.

    `action` answers a GET with `files`, `octets` and `fields` in its query by 204 or an error, then
    a multipart POST by 201 and `{"said": sentence}`. An error is `{"error": sentence}`, with the
    `field` of `fields` that is wrong. The answer is put in the Store `answer`, which this function
    creates.

    `fields` maps names of the query to ids of the fields, shown in `beside`, that hold their
    values. `accept` only narrows the browser's dialog. `photo` adds the camera of a phone.
    """
    head = [
        html.Label(label, className="field-label", htmlFor=f"{id_}-input"),
        _drop(id_, multiple=multiple),
        *([_camera(id_)] if photo else []),
        *([html.P(hint, className="field-hint", id=f"{id_}-hint")] if hint is not None else []),
        html.Ul(
            hidden=True,
            id=f"{id_}-list",
            className="file-list",
            **data(part="list"),
            **aria(label=_("Fichiers choisis")),
        ),
    ]
    facts = {"for": id_, "action": action, "answer": answer, "fields": _json(dict(fields or {}))}
    return html.Div(
        [*head, *as_list(beside), *_foot(id_, send, way.use, kind), dcc.Store(id=answer)],
        className="field file-field",
        **data(kit="files", multiple="yes" if multiple else "no", **facts),
        **upload_attributes(accept, way),
    )


def upload_attributes(accept: str, way: UploadTexts) -> dict[str, Any]:
    """Return the accepted types and the texts used by the script."""
    return data(accept=accept, way=_json(asdict(way)), words=_json(words_of(way)))


def _json(fact: object) -> str:
    return json.dumps(fact, ensure_ascii=False)


def _foot(id_: str, send: str, use: Use, kind: Kind) -> list[Component]:
    """Return the error, progress, result and buttons of the field."""
    return [
        html.Div(id=f"{id_}-error", className="file-error", role="alert", **data(part="error")),
        _progress(),
        _thanks(),
        _actions(send, use, kind),
        html.P(className="visually-hidden", role="status", **data(part="spoken")),
    ]


def _drop(id_: str, *, multiple: bool) -> Component:
    """Return the drop zone, in which the script puts the browser's file input."""
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
        **aria(label=_("Transfert des fichiers"), valuemin="0", valuemax="100", valuenow="0"),
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


def _actions(send: str, use: Use, kind: Kind) -> Component:
    stop = _("Annuler l’import") if use == "stage" else _("Annuler l’envoi")
    mark = "send" if use == "message" else "upload"
    words: list[Component] = [
        html.Span(send, **data(part="first")),
        html.Span(_("Réessayer"), hidden=True, **data(part="again")),
    ]
    return html.Div(
        [
            button([glyph(mark), *words], kind=kind, **data(does="send")),
            button(stop, hidden=True, **data(does="cancel")),
        ],
        className="form-actions file-actions",
    )
