"""Render the centre column of the cockpit: deposit, file and server-drawn pages."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from dash.development.base_component import Component

from components.controls.labels import deadline_word, number_beside, site_of, state_chip
from components.controls.queue import proof_facts
from components.controls.staff_ids import Ids
from components.controls.thread import PIECE_ICONS, piece_address
from components.kit import aria, button, data, empty, html, icon, icon_button
from core.access import Viewer
from core.i18n import PARIS, _, clock, long_day, number, plural, share, short_day, size
from data.controls.types import ControlDetail, DepositRow, JudgedProof, PieceKind, PieceRow
from data.rights.types import ProofState

ZOOMS = (100, 150, 200)


def piece_column(
    viewer: Viewer,
    detail: ControlDetail | None,
    versions_by_control: Mapping[str, int] = MappingProxyType({}),
) -> list[Component]:
    """Return the centre column for a control, or a hint without one.

    `versions_by_control` holds, by uid, the version of each control that its proof can decide.
    """
    if detail is None:
        return [
            empty(
                "hand-index",
                _("Aucun contrôle ouvert"),
                _("Choisissez un contrôle de la file\u00a0: sa preuve s’ouvre ici."),
            )
        ]
    return [_head(viewer, detail), *_body(detail, versions_by_control)]


def _head(viewer: Viewer, detail: ControlDetail) -> Component:
    """Return the heading of a piece: its site and PCE, and the evidence pack if it is permitted."""
    row = detail.row
    return html.Header(
        [
            html.Div(
                [
                    html.H2(site_of(row)),
                    *number_beside(row),
                    state_chip(row),
                ],
                className="desk-titles",
            ),
            html.Div(
                [
                    icon_button(_("Contrôle précédent"), "chevron-up", **data(desk="previous")),
                    icon_button(_("Contrôle suivant"), "chevron-down", **data(desk="next")),
                    *([] if viewer.behind else [_pack(row.uid)]),
                ],
                className="desk-ways",
            ),
        ],
        className="desk-head",
    )


def _pack(uid: str) -> Component:
    return button(
        [
            icon("file-earmark-zip"),
            html.Span(_("Dossier de preuve"), className="visually-hidden"),
        ],
        href=f"/controles/{uid}/preuves.zip",
        download=True,
        className="btn-icon",
        title=_("Dossier de preuve, en ZIP"),
    )


def _body(detail: ControlDetail, versions_by_control: Mapping[str, int]) -> list[Component]:
    if not detail.deposits:
        return [_nothing_sent(detail)]
    last, *earlier = detail.deposits
    return [
        html.Div([*_tabs(last), _tools(last)], className="desk-tabs"),
        *_decide_all_button(last, versions_by_control),
        *_earlier(earlier),
        _viewer(detail),
    ]


def _nothing_sent(detail: ControlDetail) -> Component:
    row = detail.row
    if row.state is not ProofState.AWAITED or row.closed_at:
        return empty("file-earmark-x", _("Aucune pièce"), _("Rien n’a été transmis à temps."))
    due = long_day(row.due_on)
    return empty(
        "hourglass-split",
        _("Aucune pièce transmise"),
        _(
            "{who} doit envoyer sa preuve jusqu’au {day} inclus ({left}).",
            who=row.third_party,
            day=due,
            left=_days(row.days_left),
        ),
    )


def _days(days_left: int) -> str:
    if days_left < 0:
        return deadline_word(days_left, "")
    return plural("{count} jour restant", "{count} jours restants", days_left)


def _tabs(deposit: DepositRow) -> list[Component]:
    """Return a button per file; the script marks the current one."""
    return [
        html.Div(
            [_tab(piece) for piece in deposit.pieces],
            className="desk-files",
            role="group",
            **aria(label=_("Pièces de ce dépôt")),
        )
    ]


def _tab(piece: PieceRow) -> Component:
    return html.Button(
        [icon(PIECE_ICONS[piece.kind], 14), html.Bdi(piece.name)],
        type="button",
        className="desk-file",
        **aria(pressed="false"),
        **data(desk="piece", piece=piece.uid),
    )


def _piece_details(deposit: DepositRow) -> Component:
    """Return the size of the piece (set by the script), its date and number of controls."""
    details = [
        *([_("déposé le {day}", day=_day(deposit))] if deposit.sent_at else []),
        *(
            [_("couvre {count} contrôles", count=number(deposit.controls))]
            if deposit.controls > 1
            else []
        ),
    ]
    words = " · ".join(details)
    first = size(sum(piece.size for piece in deposit.pieces[:1]))
    size_label = html.Span(first, className="desk-size")
    return html.P([size_label, f" · {words}" if words else ""], className="desk-told", title=words)


def _decide_all_button(
    deposit: DepositRow, versions_by_control: Mapping[str, int]
) -> list[Component]:
    """Return the button that selects all undecided controls of this proof."""
    if len(versions_by_control) <= 1:
        return []
    words = _(
        "Choisir les {count} contrôles de cette pièce", count=number(len(versions_by_control))
    )
    proof = JudgedProof(deposit.uid, tuple(piece.name for piece in deposit.pieces))
    button_data = data(
        desk="alike", seen=json.dumps(dict(versions_by_control)), **proof_facts(proof)
    )
    chooses = button(words, icon="ui-checks", small=True, **button_data)
    return [html.Div(chooses, className="desk-alike")]


def _day(deposit: DepositRow) -> str:
    at = deposit.sent_at or deposit.created_at
    return short_day(at.astimezone(PARIS).date())


def _earlier(deposits: Sequence[DepositRow]) -> list[Component]:
    """Return the earlier deposits, which can be viewed again."""
    if not deposits:
        return []
    words = plural("{count} dépôt précédent", "{count} dépôts précédents", len(deposits))
    lines = [
        html.Li(
            [
                html.Span(clock(deposit.sent_at or deposit.created_at), className="tabular"),
                *[_tab(piece) for piece in deposit.pieces],
            ]
        )
        for deposit in deposits
    ]
    return [html.Details([html.Summary(words), html.Ul(lines)], className="desk-earlier")]


def deposit_uid(detail: ControlDetail) -> str:
    """Return the uid of the deposit to decide on; "" without one."""
    return detail.deposits[0].uid if detail.deposits else ""


def _viewer(detail: ControlDetail) -> Component:
    """Return the place that the script fills, with its pieces and texts."""
    pieces = [piece for deposit in detail.deposits for piece in deposit.pieces]
    piece_facts = [
        {
            "uid": piece.uid,
            "name": piece.name,
            "paged": piece.kind is PieceKind.PDF,
            "address": piece_address(piece.uid),
            "size": size(piece.size),
        }
        for piece in pieces
    ]
    words = {
        "page": _(
            "Page {page} sur {pages} de {name}", page="{page}", pages="{pages}", name="{name}"
        ),
        "image": _("Image de {name}", name="{name}"),
        "loading": _("Chargement de la pièce…"),
        "broken": _("Cette pièce ne s’affiche pas\u00a0: téléchargez-la pour la lire."),
        "count": _("page {page} sur {pages}", page="{page}", pages="{pages}"),
    }
    return html.Div(
        [
            html.Div(
                id=Ids.PAGES,
                className="desk-pages",
                tabIndex="0",
                role="region",
                **aria(label=_("Pièce affichée")),
                **data(pieces=_json(piece_facts), words=_json(words), deposit=deposit_uid(detail)),
            ),
        ],
        className="desk-viewer",
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _tools(deposit: DepositRow) -> Component:
    """Return the page position, details, zoom and download of the piece."""
    zooms = [
        html.Button(
            share(zoom, 100, 0),
            type="button",
            className="btn btn-sm desk-zoom",
            **aria(pressed="true" if zoom == ZOOMS[0] else "false"),
            **data(desk="zoom", zoom=str(zoom)),
        )
        for zoom in ZOOMS
    ]
    return html.Div(
        [
            html.Span(className="desk-count", role="status"),
            _piece_details(deposit),
            html.Div(
                zooms, role="group", className="desk-zooms", **aria(label=_("Agrandissement"))
            ),
            html.A(
                [
                    icon("download"),
                    html.Span(_("Télécharger la pièce"), className="visually-hidden"),
                ],
                href="#",
                className="btn btn-icon desk-download",
                title=_("Télécharger la pièce"),
            ),
        ],
        className="desk-tools",
    )
