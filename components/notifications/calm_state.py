"""Render the state without exceedance: since when, or that no threshold is set."""

from dataclasses import dataclass

from dash.development.base_component import Component

from components.kit import button, empty
from components.notifications.episodes import open_texts
from components.notifications.filters import InboxQuery, Tab, address
from core.i18n import _, plural
from data.thresholds.types import NO_EPISODES, EpisodeCounts


@dataclass(frozen=True, slots=True)
class CalmState:
    """Content of an empty inbox: days without exceedance, and number of thresholds."""

    days: int | None = None
    thresholds: int = 0
    may_write: bool = False
    open: EpisodeCounts = NO_EPISODES  # of the organisation
    later: int = 0  # alerts that the viewer snoozed
    proofs: int | None = None  # to send; None without controls

    def quiet_hours_text(self) -> Component:
        if self.later:
            return self._snoozed()
        if sum(self.open):
            return self._others()
        if self.proofs is not None:
            return self._proofs(self.proofs)
        if not self.thresholds:
            return self._unset()
        text = _(
            "Un dépassement, une absence de données ou leur fin s’affichera ici, en même temps que"
            " dans vos messages."
        )
        return empty("bell", quiet_text(self.days), text)

    def _snoozed(self) -> Component:
        text = plural(
            "{count} alerte est reportée : elle reviendra ici si elle dure encore.",
            "{count} alertes sont reportées : elles reviendront ici si elles durent encore.",
            self.later,
        )
        href = address(InboxQuery(tab=Tab.LATER))
        act = button(_("Voir les alertes reportées"), href=href, kind="primary")
        return empty("bell", _("Plus rien à voir"), text, act)

    def _others(self) -> Component:
        text = _(
            "Dans votre organisation : {alerts}. D’autres personnes en sont prévenues.",
            alerts=", ".join(open_texts(self.open)),
        )
        act = button(_("Voir les alertes"), href="/seuils?open=1", kind="primary")
        return empty("bell", _("Aucune notification ne vous est adressée"), text, act)

    @staticmethod
    def _proofs(count: int) -> Component:
        title = plural(
            "{count} preuve est attendue de vous", "{count} preuves sont attendues de vous", count
        )
        text = _(
            "Les demandes de preuve, leurs rappels et leurs décisions vous arrivent par courriel."
            " Les alertes de consommation s’afficheront ici."
        )
        acts = [
            button(_("Voir les contrôles"), href="/controles", icon="patch-check", kind="primary"),
            button(_("Voir le journal des envois"), href="/notifications?tab=journal"),
        ]
        return empty("bell", title if count else _("Aucune notification"), text, acts)

    def _unset(self) -> Component:
        act = button(_("Définir un seuil"), href="/seuils", kind="primary")
        text = _(
            "Un seuil prévient quand un site consomme trop, trop peu, ou ne publie plus ses"
            " données."
        )
        return empty(
            "bell", _("Aucun seuil n’est encore posé"), text, act if self.may_write else ()
        )


def quiet_text(days: int | None) -> str:
    """Return `Aucun dépassement depuis 94 jours`."""
    if days is None:
        return _("Aucun dépassement à ce jour")
    if days == 0:
        return _("Aucun dépassement en cours")
    return plural(
        "Aucun dépassement depuis {count} jour", "Aucun dépassement depuis {count} jours", days
    )
