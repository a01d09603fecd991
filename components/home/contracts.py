"""Render contract tasks on the home page: prepare, sign, countersign, renew."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.contracts.labels import WAY, address, chips, ends_soon, named, step_text
from components.home.items import group
from components.kit import button, item
from core.access import Viewer
from core.i18n import _
from data.contracts.types import ContractRow


@dataclass(frozen=True, slots=True)
class ContractsDue:
    """First pending contracts, first contracts ending soon, and whether there is none."""

    waiting: Sequence[ContractRow] = ()
    waiting_count: int = 0
    ending: Sequence[ContractRow] = ()
    ending_count: int = 0
    lacks: bool = False  # no contract, none in preparation


NO_CONTRACTS = ContractsDue()


def count_contracts(due: ContractsDue) -> int:
    return due.waiting_count + due.ending_count + due.lacks


def contracts_groups(viewer: Viewer, due: ContractsDue) -> list[Component]:
    return [*_none(due), *_waiting(viewer, due), *_ending(viewer, due)]


def _none(due: ContractsDue) -> list[Component]:
    if not due.lacks:
        return []
    note = _(
        "Sans contrat, aucun droit ne peut être déclaré et rien ne peut être exporté : il se"
        " remplit et se signe ici."
    )
    act = button(_("Commencer"), href=WAY, small=True, kind="primary")
    title = _("Aucun contrat pour votre organisation")
    return [group(_("Contrat"), 1, WAY, [item("file-earmark-text", "warn", title, note, [act])])]


def _waiting(viewer: Viewer, due: ContractsDue) -> list[Component]:
    if not due.waiting:
        return []
    title = _("Contrats à contresigner") if viewer.staff else _("Contrat à suivre")
    words = _("Contresigner") if viewer.staff else _("Ouvrir")
    items = [_item(viewer, row, words) for row in due.waiting]
    where = f"{WAY}?waits=1" if viewer.staff else WAY
    return [group(title, due.waiting_count, where, items)]


def _ending(viewer: Viewer, due: ContractsDue) -> list[Component]:
    if not due.ending:
        return []
    items = [
        _item(viewer, row, _("Voir") if viewer.staff else _("Renouveler")) for row in due.ending
    ]
    where = f"{WAY}?ending=1" if viewer.staff else WAY
    return [group(_("Contrats qui finissent"), due.ending_count, where, items)]


def _item(viewer: Viewer, row: ContractRow, words: str) -> Component:
    title = row.organisation if viewer.staff else named(row)
    act = button(words, href=address(row.uid), small=True)
    tone = "warn" if row.waits or ends_soon(row) else "info"
    marks = chips(row)
    note = step_text(row, viewer)
    return item("file-earmark-text", tone, title, note, [*marks, act])
