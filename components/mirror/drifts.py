"""Render the differences with the distributor, each with its reason and repair."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import alert, aria, button, card, data, empty, html, icon, link, pager, tabs
from components.mirror.detail_query import drifts_address
from components.mirror.labels import KINDS, field_name, reason, value_text, when
from components.mirror.right_facts import facts_text
from core.i18n import N_, _, number, plural
from data.exchange.mirror.rules.comparison import asks_proof
from data.exchange.mirror.types import (
    ConnectionStanding,
    DriftKind,
    DriftRow,
    Repaired,
    RepairRequest,
)


def drifts_card(standing: ConnectionStanding, *, listed: bool) -> Component:
    """Return the differences; `listed` tells whether rights were ever compared."""
    inside = _found_text(standing) if standing.counts else [_nothing(listed=listed)]
    return card(inside, title=_("Écarts"), hint=_("ici, et chez le distributeur"), flush=True)


def _nothing(*, listed: bool) -> Component:
    if listed:
        return empty(
            "check2-circle",
            _("Aucun écart"),
            _("Vos droits ici sont identiques à ceux du distributeur."),
        )
    return empty(
        "arrow-left-right",
        _("Aucune comparaison encore"),
        _("Lancez une synchronisation : vos droits y sont comparés à ceux du distributeur."),
    )


def _found_text(standing: ConnectionStanding) -> list[Component]:
    rows, counts, kind = standing.drifts, standing.counts, standing.kind
    sends = standing.row.choice.sends
    every = number(sum(counts.values()))
    tab_rows = [(_("Tous ({count})", count=every), drifts_address(None), kind is None)]
    tab_rows += [
        (
            f"{_(KINDS[drift_kind][0])} ({number(count)})",
            drifts_address(drift_kind),
            drift_kind is kind,
        )
        for drift_kind, count in counts.items()
    ]
    return [
        *_held_reason(standing.on_hold_count),
        html.Div(tabs(_("Sortes d’écarts"), tab_rows), className="mirror-tabs"),
        *_acts(standing),
        html.Ul([drift_item(row, sends=sends) for row in rows], className="item-list"),
        *_more(standing),
    ]


def _held_reason(count: int) -> list[Component]:
    """Return why differences are on hold: a list that ends most rights may be wrong."""
    if not count:
        return []
    sentence = plural(
        "{count} droit que le distributeur clôturerait attend votre décision : sa liste"
        " clôturait d’un coup plus de la moitié des droits ouverts. Réparez cet écart s’il est"
        " juste.",
        "{count} droits que le distributeur clôturerait attendent votre décision : sa liste"
        " clôturait d’un coup plus de la moitié des droits ouverts. Réparez ces écarts s’ils"
        " sont justes.",
        count,
    )
    warning = alert(_("Des droits seraient clos en grand nombre"), sentence, tone="warn")
    return [html.Div(warning, className="mirror-note")]


def _of_tab(standing: ConnectionStanding) -> int:
    return standing.counts[standing.kind] if standing.kind else sum(standing.counts.values())


def _more(standing: ConnectionStanding) -> list[Component]:
    """Return the links to more differences, with the bulk actions again."""
    count, rows = _of_tab(standing), standing.drifts
    if len(rows) >= count:
        return []
    links = pager(
        _("Pages des écarts"),
        _("{shown} sur {count}", shown=number(len(rows)), count=number(count)),
        (_("Les premiers"), drifts_address(standing.kind) if standing.after else None),
        (_("Les suivants"), drifts_address(standing.kind, rows[-1].id) if standing.more else None),
    )
    return [*links, *_acts(standing)]


def _acts(standing: ConnectionStanding) -> list[Component]:
    """Return the bulk actions.

    `assets/mirror.js` handles the clicks, so that redrawing the list triggers no callback.
    """
    fit = set(standing.counts) - {DriftKind.ENDED_HERE}
    if not fit or (standing.kind and standing.kind not in fit):
        return []
    every = _("Réparer cet onglet…") if standing.kind else _("Tout réparer…")
    kind = standing.kind.value if standing.kind else ""
    acts = [
        button(_("Réparer la sélection"), icon="check2", **data(mirror="ticked")),
        button(
            every, icon="check2-all", **data(mirror="every", kind=kind, upto=str(standing.upto))
        ),
    ]
    return [html.Div(acts, className="mirror-acts")]


def repair_question(selection: RepairRequest) -> Component:
    """Return the effect of a bulk repair, by kind, to confirm."""
    counts, total = selection.counts, sum(selection.counts.values())
    by_kind = ", ".join(
        f"{_(KINDS[drift_kind][0])} ({number(n)})" for drift_kind, n in counts.items()
    )
    facts = {
        "ids": "" if selection.every else " ".join(map(str, selection.ids)),
        "kind": selection.kind.value if selection.kind else "",
        "seen": str(total),
        "upto": str(selection.upto),
    }
    sure = plural("Réparer {count} écart", "Réparer {count} écarts", total)
    acts = [
        button(
            sure,
            icon="check2",
            kind="danger" if selection.ending else "primary",
            **data(mirror="sure", **facts),
        ),
        button(_("Annuler"), **data(mirror="no")),
    ]
    sentences = [
        *_what_becomes(counts, selection.ending),
        *([f"{by_kind}."] if len(counts) > 1 else []),
    ]
    words = " ".join([*sentences, *new_drift_notes(selection.came)])
    return html.Div(
        alert(_("À confirmer"), words, tone="warn", actions=acts), className="mirror-note"
    )


def new_drift_notes(count: int) -> list[str]:
    """Tell how many differences came since the list was shown, and are left out of the repair."""
    sentence = plural(
        "{count} nouvel écart est apparu depuis l’affichage de la liste : il reste à relire.",
        "{count} nouveaux écarts sont apparus depuis l’affichage de la liste : ils restent à"
        " relire.",
        count,
    )
    return [sentence] if count else []


def _what_becomes(counts: Mapping[DriftKind, int], ending: int) -> list[str]:
    """Return the effect of a repair on local rights, in sentences."""
    absent, reopened_count = (
        counts.get(DriftKind.UNKNOWN_THERE, 0),
        counts.get(DriftKind.CLOSED_HERE, 0),
    )
    new = counts.get(DriftKind.UNKNOWN_HERE, 0)
    others = sum(counts.values()) - ending - reopened_count - new
    counts_by_sentence = {
        plural("{count} droit est ajouté ici.", "{count} droits sont ajoutés ici.", new): new,
        plural(
            "{count} droit prend fin ici : le distributeur ne l’a pas.",
            "{count} droits prennent fin ici : le distributeur ne les a pas.",
            absent,
        ): absent,
        plural(
            "{count} droit prend fin ici, comme chez le distributeur.",
            "{count} droits prennent fin ici, comme chez le distributeur.",
            ending - absent,
        ): ending - absent,
        plural(
            "{count} droit que vous aviez clos est rouvert ici.",
            "{count} droits que vous aviez clos sont rouverts ici.",
            reopened_count,
        ): reopened_count,
        plural(
            "{count} droit devient ici ce qu’il est chez le distributeur.",
            "{count} droits deviennent ici ce qu’ils sont chez le distributeur.",
            others,
        ): others,
    }
    return [text for text, count in counts_by_sentence.items() if count]


_PROOFS = N_(
    "La preuve se donne au distributeur, sur son propre portail : rien ne lui est envoyé d’ici tant"
    " que « Envoyer mes déclarations au distributeur » n’est pas activé."
)


def drift_item(row: DriftRow, *, sends: bool) -> Component:
    """Return a difference; those ended locally are shown without repair."""
    named = f"{row.number} · {row.site}" if row.site else row.number
    title = link(named, f"/droits?open={row.right_uid}") if row.right_uid else html.Span(named)
    stays = row.kind is DriftKind.ENDED_HERE
    parts = [
        html.Div(title, className="item-title"),
        _note(f"{_(KINDS[row.kind][0])} · {reason(row)}"),
        _compared(row),
        *([_note(_next(sends=sends))] if stays else []),
        *([] if sends or not asks_proof(row.fields) else [_note(_(_PROOFS))]),
        _note(_("Vu le {when}", when=when(row.found_at))),
    ]
    main = html.Div(parts, className="item-main")
    return html.Li(
        [
            html.Div([*([] if stays else [_box(row)]), main], className="mirror-drift"),
            *([] if stays else [_repairs(row)]),
        ],
        className="item mirror-item",
        **data(row=str(row.id)),
    )


def _next(*, sends: bool) -> str:
    """Return what to do about a right ended locally, which no repair can end upstream."""
    if sends:
        return _("Suivez cette fin parmi les envois ; si elle n’y est pas, écrivez-lui.")
    return _(
        "Écrivez-lui, ou activez « Envoyer mes déclarations au distributeur » : cette fin lui part"
        " alors."
    )


def stale_list_notice() -> Component:
    """Return the notice that the list changed, shown instead of losing a selection."""
    reread_button = button(
        _("La recharger"), small=True, icon="arrow-clockwise", **data(mirror="reread")
    )
    return alert(
        _("La liste a changé"),
        _("Vos cases cochées sont gardées tant que vous ne la rechargez pas."),
        actions=[reread_button],
    )


def _note(text: str) -> Component:
    return html.Div(text, className="item-note")


def _box(row: DriftRow) -> Component:
    return html.Button(
        icon("check", 14),
        type="button",
        role="checkbox",
        className="mirror-tick",
        **aria(checked="false", label=_("Choisir {pce}", pce=row.number)),
        **data(mirror="tick", id=str(row.id)),
    )


def _repairs(row: DriftRow) -> Component:
    return button(
        _("Réparer"),
        small=True,
        **aria(label=_("Réparer {pce}", pce=row.number)),
        **data(mirror="one", id=str(row.id)),
    )


def _compared(row: DriftRow) -> Component:
    """Return the fields, local value then upstream value; one-sided facts in one line."""
    one_sided = {DriftKind.UNKNOWN_HERE: 2, DriftKind.UNKNOWN_THERE: 1}.get(row.kind)
    if one_sided:
        one_sided_facts = [
            (field_values[0], value)
            for field_values in row.fields
            if (value := field_values[one_sided])
        ]
        return _note(facts_text(one_sided_facts))
    return html.Dl(
        [
            html.Div(
                [
                    html.Dt(field_name(field)),
                    html.Dd(_both(row, value_text(local_value), value_text(upstream_value))),
                ]
            )
            for field, local_value, upstream_value in row.fields
        ],
        className="mirror-fields",
    )


def _both(row: DriftRow, local_label: str, upstream_label: str) -> list[Component]:
    """Return both values, with an arrow if a repair copies the second."""
    if row.kind is DriftKind.ENDED_HERE:
        sentence = _(
            "{ours} ici, {theirs} chez le distributeur", ours=local_label, theirs=upstream_label
        )
        return [html.Span(sentence)]
    return [
        html.Span(local_label),
        html.Span(_("devient"), className="visually-hidden"),
        html.Span(" → ", **aria(hidden="true")),
        html.B(upstream_label),
    ]


def remaining_notes(done: Repaired, *, sends: bool) -> list[str]:
    """Return what remains after a repair; `sends` tells whether proofs are sent."""
    notes = []
    if done.proofs and not sends:
        notes.append(_(_PROOFS))
    if done.changed:
        pces = ", ".join(done.changed[:3])
        notes.append(_("Ont changé entre-temps, à relire : {pces}.", pces=pces))
    if done.kept_count:
        stay = plural(
            "{count} clos ici le reste : au distributeur de le clore aussi.",
            "{count} clos ici le restent : au distributeur de les clore aussi.",
            done.kept_count,
        )
        notes.append(stay)
    notes += new_drift_notes(done.came)
    if done.has_more:
        notes.append(_("Il en reste : recommencez."))
    return notes
