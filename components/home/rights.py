"""Render right tasks on the home page: identity checks, ends, pending answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.home.items import group
from components.kit import button, chip, item, only_if
from components.rights.pending import distributor_silence
from components.rights.readers_query import PATH
from core.access import Viewer
from core.i18n import _, plural, short_day
from data.exchange.mirror.types import ConnectionState
from data.rights.types import RightRow


@dataclass(frozen=True, slots=True)
class RightsToDo:
    """The most urgent rights of each kind, and their numbers."""

    to_check: Sequence[RightRow] = ()
    to_check_count: int = 0
    ending: Sequence[RightRow] = ()
    ending_count: int = 0
    waiting: int = 0  # for their holders
    relayed: int = 0  # for the organisation's distributor
    unleft: int = 0  # of them, not sent yet
    connection: ConnectionState | None = None  # to that distributor
    request_count: int = 0  # of the viewer, who decides for a holder


NO_RIGHTS = RightsToDo()


def count_rights(rights: RightsToDo) -> int:
    """Return the number of tasks; pending answers of holders are not tasks."""
    return rights.to_check_count + rights.ending_count + rights.request_count


def rights_groups(viewer: Viewer, rights: RightsToDo) -> list[Component]:
    return [*_waiting_text(rights), *_checks(rights), *_ends(viewer, rights), *_waits(rights)]


def _waiting_text(rights: RightsToDo) -> list[Component]:
    title = plural(
        "{count} demande de lire vos données",
        "{count} demandes de lire vos données",
        rights.request_count,
    )
    note = _("Rien n’est lisible avant votre accord ; sans réponse, la demande expire.")
    act = button(_("Répondre"), href=PATH, small=True)
    items = [item("person-raised-hand", "warn", title, note, [act])]
    count = rights.request_count
    return only_if(count, group(_("Vos données"), count, PATH, items))


def _checks(rights: RightsToDo) -> list[Component]:
    if not rights.to_check:
        return []
    items = [
        item(
            "person-exclamation",
            "warn",
            row.site or row.number,
            _("{who} déclare {holder} comme titulaire", who=row.third_party, holder=row.holder),
            [
                *_due(row),
                button(_("Vérifier"), href=f"/droits?state=recheck&open={row.uid}", small=True),
            ],
        )
        for row in rights.to_check
    ]
    title = _("Titulaires à vérifier")
    return [group(title, rights.to_check_count, "/droits?state=recheck", items)]


def _due(row: RightRow) -> list[Component]:
    if row.answer_due is None:
        return []
    word = _("avant le {day}", day=short_day(row.answer_due))
    return [chip(word, icon="hourglass-split", tone="warn")]


def _ends(viewer: Viewer, rights: RightsToDo) -> list[Component]:
    if not rights.ending:
        return []
    items = [
        item(
            "calendar-x",
            "warn",
            row.site or row.number,
            _("PCE {number}, titulaire {holder}", number=row.number, holder=row.holder),
            [
                chip(_ends_word(row, viewer), icon="clock", tone="warn"),
                button(_("Renouveler"), href=f"/droits?ending=soon&open={row.uid}", small=True),
            ],
        )
        for row in rights.ending
    ]
    return [group(_("Droits qui finissent"), rights.ending_count, "/droits?ending=soon", items)]


def _ends_word(row: RightRow, viewer: Viewer) -> str:
    days = (row.ends_on - viewer.today).days if row.ends_on else 0
    return plural("finit dans {count} j", "finit dans {count} j", days)


def _waits(rights: RightsToDo) -> list[Component]:
    mute, sent = distributor_silence(rights.connection), rights.relayed - rights.unleft
    items = [
        *_of_holders(rights.waiting),
        *_unleft(rights.unleft, mute),
        *_of_distributor(sent, mute),
    ]
    if not items:
        return []
    total = rights.waiting + rights.relayed
    return [group(_("Réponses attendues"), total, "/droits?state=pending", items)]


def _of_holders(count: int) -> list[Component]:
    title = plural(
        "{count} titulaire n’a pas encore répondu",
        "{count} titulaires n’ont pas encore répondu",
        count,
    )
    note = _("Sans réponse, la déclaration devient obsolète.")
    act = button(_("Relancer les titulaires"), href="/droits?state=pending", small=True)
    return only_if(count, item("hourglass-split", "info", title, note, [act]))


def _unleft(count: int, mute: str) -> list[Component]:
    title = plural(
        "{count} déclaration n’est pas encore partie au distributeur",
        "{count} déclarations ne sont pas encore parties au distributeur",
        count,
    )
    note = _("Les demandes en attente partiront automatiquement dès qu’il répondra.")
    return only_if(count, _followed("send", title, note, mute))


def _of_distributor(count: int, mute: str) -> list[Component]:
    title = plural(
        "{count} droit attend la réponse du distributeur",
        "{count} droits attendent la réponse du distributeur",
        count,
    )
    note = _("Il sollicite lui-même les titulaires.")
    return only_if(count > 0, _followed("hourglass-split", title, note, mute))


def _followed(icon: str, title: str, note: str, mute: str) -> Component:
    """Return the link to pending rights; `mute` says why nothing happens for now, if so."""
    act = button(_("Suivre ces droits"), href="/droits?state=pending", small=True)
    return item(icon, "warn" if mute else "info", title, mute or note, [act])
