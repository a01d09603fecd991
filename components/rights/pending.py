"""Render the rights that wait for holders or the distributor, and missing rights."""

from dash.development.base_component import Component

from components.kit import alert, button, data
from components.rights.upstream_effects import REFUSED, to_connections
from core.access import Viewer
from core.i18n import PARIS, _, plural, short_day
from data.exchange.mirror.types import ConnectionState
from data.rights.types import RightRow


def holders_strip(count: int, first: RightRow | None) -> list[Component]:
    """Return the wait of `count` rights for their holders: first day, deadline, reminder.

    `first` has waited longest; None if the viewer cannot write to any holder.
    """
    if count < 1 or first is None:
        return []
    title = plural(
        "{count} droit attend la réponse du titulaire",
        "{count} droits attendent la réponse du titulaire",
        count,
    )
    act = button(
        _("Relancer les titulaires"),
        icon="envelope",
        small=True,
        **data(rights="ask", act="remind-all", uid=""),
    )
    return [alert(title, _since(first), "info", actions=act)]


def distributor_strip(
    count: int, connection: ConnectionState | None, viewer: Viewer
) -> list[Component]:
    """Return how many rights wait for the distributor, and when its answer is read."""
    if not count:
        return []
    title = plural(
        "{count} droit attend la réponse du distributeur",
        "{count} droits attendent la réponse du distributeur",
        count,
    )
    mute = distributor_silence(connection)
    explanation = _(
        "Il sollicite lui-même les titulaires ; sa réponse vient à la prochaine lecture."
    )
    ways = to_connections(viewer) if mute else []
    return [alert(title, mute or explanation, "warn" if mute else "info", actions=ways)]


def distributor_silence(connection: ConnectionState | None) -> str:
    """Return why the distributor does not answer; empty if it does."""
    if connection is None:
        return _(
            "La connexion est oubliée : sa réponse n’est lue qu’une fois une autre enregistrée."
        )
    if connection is ConnectionState.REFUSED:
        return _(REFUSED)
    return ""


def missing_strip(title: str, *, gone: bool) -> list[Component]:
    """Return the message of an unknown address, the same whether deleted or forbidden."""
    if not gone:
        return []
    explanation = _(
        "Il n’existe pas, ou vous ne pouvez pas le lire : vérifiez l’adresse, ou cherchez son PCE"
        " dans la liste."
    )
    return [alert(title, explanation, "warn")]


def _since(first: RightRow) -> str:
    since = short_day(first.created_at.astimezone(PARIS).date())
    who = first.site or first.number
    if first.answer_due is None:
        return _("{who} depuis le {since}.", who=who, since=since)
    return _(
        "{who} depuis le {since} ; sans réponse, la demande expire le {due}.",
        who=who,
        since=since,
        due=short_day(first.answer_due),
    )
