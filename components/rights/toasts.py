"""Describe the outcome of an operation on rights in a toast."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import toast
from core.i18n import _, plural
from data.rights.types import Changed, DeclarationOutcome


def changed_toast(title: str, changed: Sequence[Changed]) -> Component:
    return toast(title, plural("{count} droit", "{count} droits", len(changed)), tone="ok")


def renewed_toast(outcomes: Sequence[DeclarationOutcome]) -> Component:
    good = sum(not outcome.problems and not outcome.is_duplicate for outcome in outcomes)
    summary = plural("{count} demande envoyée", "{count} demandes envoyées", good)
    if not good:
        summary = _("Aucune demande envoyée")
    return toast(_("Renouvellement"), summary, tone="ok" if good else "info")
