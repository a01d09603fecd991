"""What differs here and at the distributor: each with its reason, repaired by one act."""

from collections.abc import Mapping, Sequence

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.kit import aria, asks_first, button, card, empty, html, link, tabs
from components.mirror.ids import Ids, drift_box, drift_button
from components.mirror.words import KINDS, field_name, reason, value_text, when
from data.mirror.types import DriftKind, DriftRow, Repaired
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
    fit = total - counts.get(DriftKind.ENDED_HERE, 0)  # that may be repaired
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
        *([html.Div(_acts(fit), className="mirror-acts")] if fit else []),
    ]


def _acts(fit: int) -> list[Component]:
    every = button(_("Réparer ces écarts"), id=Ids.REPAIR_ALL, icon="check2-all")
    told = plural(
        "{count} droit devient ici ce qu’il est chez le distributeur.",
        "{count} droits deviennent ici ce qu’ils sont chez le distributeur.",
        fit,
    )
    return [
        button(_("Réparer la sélection"), id=Ids.REPAIR, icon="check2"),
        asks_first(_("Tout réparer"), told, every),
    ]


def drift_item(row: DriftRow) -> Component:
    """One that ended here is shown, and not repaired."""
    named = f"{row.number} · {row.site}" if row.site else row.number
    title = link(named, f"/droits?open={row.right_uid}") if row.right_uid else html.Span(named)
    stays = row.kind is DriftKind.ENDED_HERE
    told = [
        html.Div(title, className="item-title"),
        html.Div(f"{_(KINDS[row.kind][0])} · {reason(row)}", className="item-note"),
        _compared(row),
        html.Div(_("Vu le {when}", when=when(row.found_at)), className="item-note"),
    ]
    main = html.Div(told, className="item-main")
    return html.Li(
        [
            html.Div([*([] if stays else [_box(row)]), main], className="mirror-drift"),
            *([] if stays else [_repairs(row)]),
        ],
        className="item mirror-item",
    )


def _box(row: DriftRow) -> Component:
    box: Component = dbc.Checkbox(
        id=drift_box(row.id),
        value=False,
        label=_("Choisir {pce}", pce=row.number),
        label_class_name="visually-hidden",
    )
    return box


def _repairs(row: DriftRow) -> Component:
    return button(
        _("Réparer"),
        id=drift_button(row.id),
        small=True,
        **aria(label=_("Réparer {pce}", pce=row.number)),
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
                            html.Span(_becomes(row), className="visually-hidden"),
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


def _becomes(row: DriftRow) -> str:
    stays = row.kind is DriftKind.ENDED_HERE
    return _("et chez le distributeur") if stays else _("devient")


def left_undone(done: Repaired) -> list[str]:
    """What a repair left, in sentences."""
    notes = []
    if done.changed:
        pces = ", ".join(done.changed[:3])
        notes.append(_("Ont changé entre-temps, à relire : {pces}.", pces=pces))
    if done.kept:
        stay = plural(
            "{count} fini ici reste ainsi : au distributeur de le finir aussi.",
            "{count} finis ici restent ainsi : au distributeur de les finir aussi.",
            done.kept,
        )
        notes.append(stay)
    if done.left:
        notes.append(_("Il en reste : recommencez."))
    return notes
