"""What an act on rights did, in a toast."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import toast
from data.rights.types import Changed, Outcome
from i18n import _, plural


def changed_toast(title: str, changed: Sequence[Changed]) -> Component:
    return toast(title, plural("{count} droit", "{count} droits", len(changed)), tone="ok")


def renewed_toast(outcomes: Sequence[Outcome]) -> Component:
    good = sum(not outcome.problems and not outcome.known for outcome in outcomes)
    said = plural("{count} demande envoyée", "{count} demandes envoyées", good)
    if not good:
        said = _("Aucune demande envoyée")
    return toast(_("Renouvellement"), said, tone="ok" if good else "info")
