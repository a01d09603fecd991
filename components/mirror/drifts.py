"""What differs here and at the distributor: each with its reason, repaired by one act."""

from collections.abc import Mapping, Sequence

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.kit import aria, asks_first, button, card, empty, html, link, tabs
from components.mirror.ids import Ids, drift_box, drift_button
from components.mirror.words import KINDS, field_name, value_text, when
from data.mirror.types import DriftKind, DriftRow
from i18n import _, number, plural

PLACE = "/admin?part=connections"


def drifts_card(
    rows: Sequence[DriftRow],
    counts: Mapping[DriftKind, int],
    kind: DriftKind | None,
    *,
    listed: bool,
) -> Component:
    """*listed*: whether rights were ever compared, so that none means none."""
    inside = _found(rows, counts, kind) if counts else [_nothing(listed=listed)]
    return html.Div(
        card(inside, title=_("Écarts"), hint=_("ici, et chez le distributeur"), flush=True),
        id=Ids.DRIFTS,
    )


def _nothing(*, listed: bool) -> Component:
    if listed:
        return empty(
            "check2-circle",
            _("Aucun écart"),
            _("Vos droits sont ici tels que le distributeur les a."),
        )
    return empty(
        "arrow-left-right",
        _("Rien n’est encore comparé"),
        _("Lancez une synchronisation : vos droits y sont comparés à ceux du distributeur."),
    )


def _found(
    rows: Sequence[DriftRow], counts: Mapping[DriftKind, int], kind: DriftKind | None
) -> list[Component]:
    total = sum(counts.values())
    shown = [(_("Tous ({count})", count=number(total)), PLACE, kind is None)]
    shown += [
        (f"{_(KINDS[one][0])} ({number(count)})", f"{PLACE}&ecart={one.value}", one is kind)
        for one, count in counts.items()
    ]
    more = (counts.get(kind, 0) if kind else total) - len(rows)
    said = plural(
        "Encore {count} autre, que la suite montrera.",
        "Encore {count} autres, que la suite montrera.",
        more,
    )
    return [
        html.Div(tabs(_("Sortes d’écarts"), shown), className="mirror-tabs"),
        html.Ul([drift_item(row) for row in rows], className="item-list"),
        *([html.P(said, className="mirror-note")] if more > 0 else []),
        html.Div(_acts(total), className="mirror-acts"),
    ]


def _acts(total: int) -> list[Component]:
    every = button(_("Réparer ces écarts"), id=Ids.REPAIR_ALL, icon="check2-all")
    told = plural(
        "{count} droit devient ici ce qu’il est chez le distributeur.",
        "{count} droits deviennent ici ce qu’ils sont chez le distributeur.",
        total,
    )
    return [
        button(_("Réparer la sélection"), id=Ids.REPAIR, icon="check2"),
        asks_first(_("Tout réparer"), told, every),
    ]


def drift_item(row: DriftRow) -> Component:
    named = f"{row.number} · {row.site}" if row.site else row.number
    word, sentence = KINDS[row.kind]
    title = link(named, f"/droits?open={row.right_uid}") if row.right_uid else html.Span(named)
    return html.Li(
        [
            html.Div(
                [
                    dbc.Checkbox(
                        id=drift_box(row.id),
                        value=False,
                        label=_("Choisir {pce}", pce=row.number),
                        label_class_name="visually-hidden",
                    ),
                    html.Div(
                        [
                            html.Div(title, className="item-title"),
                            html.Div(f"{_(word)} · {_(sentence)}", className="item-note"),
                            _compared(row),
                            html.Div(
                                _("Vu le {when}", when=when(row.found_at)), className="item-note"
                            ),
                        ],
                        className="item-main",
                    ),
                ],
                className="mirror-drift",
            ),
            button(
                _("Réparer"),
                id=drift_button(row.id),
                small=True,
                **aria(label=_("Réparer {pce}", pce=row.number)),
            ),
        ],
        className="item mirror-item",
    )


def _compared(row: DriftRow) -> Component:
    """Field by field, ours then theirs."""
    return html.Dl(
        [
            html.Div(
                [
                    html.Dt(field_name(field)),
                    html.Dd(
                        [
                            html.Span(value_text(ours)),
                            html.Span(_("devient"), className="visually-hidden"),
                            html.Span(" → ", **aria(hidden="true")),
                            html.B(value_text(theirs)),
                        ]
                    ),
                ]
            )
            for field, ours, theirs in row.fields
        ],
        className="mirror-fields",
    )
