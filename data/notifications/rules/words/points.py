"""Say what happens to the delivery points that organisations ask for."""

from core.i18n import _
from data.notifications.rules.words.lines import WordedLine
from data.notifications.types import NotificationKind


def point_title(told: WordedLine) -> str:
    """Return what happened to a delivery point."""
    who, pce = str(told.params.get("who")), told.site
    if told.kind is NotificationKind.POINT_CLAIMED:
        return _("{who} demande le PCE {pce}", who=who, pce=pce)
    if told.kind is NotificationKind.POINT_LEFT:
        return _("Le PCE {pce} est désormais à une autre organisation", pce=pce)
    if told.params.get("accepted"):
        return _("Le PCE {pce} est à vous", pce=pce)
    return _("Le PCE {pce} ne vous est pas attribué", pce=pce)


def point_note(told: WordedLine) -> str:
    """Return what follows, or the sentence of a refusal."""
    if told.kind is NotificationKind.POINT_CLAIMED:
        return _("Vérifiez sa preuve, puis acceptez ou refusez : le demandeur attend.")
    if told.kind is NotificationKind.POINT_LEFT:
        who = str(told.params.get("who"))
        return _("{who} l’a attribué à qui a prouvé qu’il le détient. Écrivez-lui en cas"
                 " d’erreur.", who=who)  # fmt: skip
    if told.params.get("accepted"):
        return _("{who} a vérifié votre preuve.", who=str(told.params.get("who")))
    words = _("Réponse de {who} :", who=str(told.params.get("who")))
    return f"{words} {told.params.get('answer')}"
