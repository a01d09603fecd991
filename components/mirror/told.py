"""A sentence with the distributor's own words, French whatever one reads; and when choices hold."""

from components.kit import Child, html
from data.mirror.types import Told
from i18n import _


def said(told: Told) -> list[Child]:
    theirs = [html.Span(told.theirs, lang="fr")] if told.theirs else []
    return [told.before, *theirs, told.after]


def held_from(*, sent: bool, sends: bool, refused: bool) -> str:
    """When choices hold: what leaves, or no longer does, waits for no synchronisation."""
    if sent == sends:
        return _("Ils valent dès la prochaine synchronisation.")
    if sends and refused:
        return _("Vos déclarations attendent que vos identifiants, refusés, soient corrigés.")
    if sends:
        return _("Vos déclarations partent dans la minute.")
    return _("Plus aucune déclaration ne part.")
