"""Above the list of rights: what is waited for of holders and of the distributor, what is gone."""

from dash.development.base_component import Component

from components.kit import alert, button, data
from components.rights.leaving import REFUSED, to_connections
from data.access import Viewer
from data.mirror.types import ConnectionState
from data.rights.types import RightRow
from i18n import PARIS, _, plural, short_day


def holders_strip(count: int, first: RightRow | None) -> list[Component]:
    """Since when, until when, and the way to remind the holders of *count* rights.

    *first* waits longest for its holder; None for who may write to none.
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
    """How many rights wait for the distributor that they were sent to, and when it is heard."""
    if not count:
        return []
    title = plural(
        "{count} droit attend la réponse du distributeur",
        "{count} droits attendent la réponse du distributeur",
        count,
    )
    mute = silence(connection)
    said = _("Il sollicite lui-même les titulaires ; sa réponse vient à la prochaine lecture.")
    ways = to_connections(viewer) if mute else []
    return [alert(title, mute or said, "warn" if mute else "info", actions=ways)]


def silence(connection: ConnectionState | None) -> str:
    """Why the distributor hears and answers nothing; empty while it does."""
    if connection is None:
        return _(
            "La connexion est oubliée : sa réponse n’est lue qu’une fois une autre enregistrée."
        )
    if connection is ConnectionState.REFUSED:
        return _(REFUSED)
    return ""


def missing_strip(title: str, *, gone: bool) -> list[Component]:
    """The address opens what is no more, or never was the viewer's: the same sentence."""
    if not gone:
        return []
    said = _(
        "Il n’existe pas, ou vous ne pouvez pas le lire : vérifiez l’adresse, ou cherchez son PCE"
        " dans la liste."
    )
    return [alert(title, said, "warn")]


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
