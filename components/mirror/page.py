"""The page of connections, whole or drawn again under its head."""

from dash.development.base_component import Component

from components.kit import button, columns, empty, html, page
from components.mirror.connection import (
    choices_card,
    credentials_card,
    drifts_lead,
    forget_card,
    status,
    status_card,
    untold,
)
from components.mirror.drifts import drifts_card
from components.mirror.ids import Ids
from components.mirror.rounds import faults_card, poll, rounds_card, under_way
from data.mirror.types import ConnectionState, Standing
from i18n import _


def connections_page(found: Standing | None, *, opened: bool) -> Component:
    """*opened*: whether the operator says where the distributor is."""
    asks = button(
        _("Synchroniser maintenant"),
        id=Ids.ASK,
        icon="arrow-repeat",
        kind="primary",
        disabled=found is None or found.row.state is ConnectionState.REFUSED,
    )
    return page(
        _("Connexions"),
        _("Retrouver ici ce que le distributeur sait de vous\u00a0: droits, relevés, contrats."),
        crumbs=((_("Administration"), "/admin"), (_("Connexions"), None)),
        actions=asks if opened and found else (),
        lead=html.B(drifts_lead(sum(found.counts.values())).capitalize() + ".") if found else None,
        children=html.Div(body(found) if opened else closed(), id=Ids.BODY, className="stack"),
    )


def closed() -> list[Component]:
    told = _(
        "L’exploitant de ce portail n’a pas dit où est le distributeur\u00a0: demandez-le-lui. Rien"
        " n’est demandé ni envoyé d’ici là."
    )
    return [empty("plug", _("Les connexions ne sont pas ouvertes"), told)]


def body(found: Standing | None) -> list[Component]:
    """All that follows the head: the form alone until there is a connection."""
    if found is None:
        told = _(
            "Enregistrez vos identifiants, testez-les, puis choisissez ce qui est synchronisé."
            " Chaque nuit, vos droits sont comparés et vos relevés relus."
        )
        return [html.P(told), credentials_card(None)]
    busy = under_way(found.rounds)
    return [
        *untold(found.row),
        columns(
            [
                status_card(status(found.row, found.tasks, busy), found.row),
                credentials_card(found.row),
            ],
            choices_card(found.row),
            kind="1-1",
        ),
        drifts(found),
        rounds_card(found.rounds),
        *faults_card(found.groups, found.faults),
        forget_card(),
        poll(active=busy is not None),
    ]


def drifts(found: Standing) -> Component:
    listed = any(row.counts.rights or row.ended_at for row in found.rounds)
    return drifts_card(found.drifts, found.counts, found.kind, listed=listed)
