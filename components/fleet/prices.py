"""Describe the prices behind the ranking and its groups."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.colleagues import ask, sentence_of
from components.kit import html, link
from core.access import Permission, Viewer
from core.i18n import _, number
from data.notifications.types import HelpSubject

Priced = tuple[int, int]  # PCEs with a price each day, of all


def priced_note(
    viewer: Viewer, priced: Priced | None, deciders: Sequence[str] = ()
) -> list[Component]:
    """Return for how many PCEs amounts are known and what they include; None means no price."""
    if not viewer.may(Permission.PRICES_READ):
        return []
    if priced is None:
        sentence = _("Saisissez une fois vos prix : chaque consommation s’affichera en euros.")
        words = _("Saisir les prix")
        if not viewer.may(Permission.PRICES_WRITE):
            note = html.P(sentence_of(deciders, HelpSubject.PRICES), className="consumption-axis")
            return [note, *ask(deciders, HelpSubject.PRICES)]
        return [html.P([sentence, " ", link(words, "/prix?new=1")], className="consumption-axis")]
    sentence = _(
        "€ pour {count} PCE sur {all}, d’après les prix de votre organisation\u00a0: les dérives au"
        " prix d’un kWh de plus, taxes comprises\u00a0; l’export donne aussi ce que chaque site a"
        " coûté.",
        count=number(priced[0]),
        all=number(priced[1]),
    )
    return [
        html.P([sentence, " ", link(_("Voir les prix"), "/prix")], className="consumption-axis")
    ]
