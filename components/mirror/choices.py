"""Render when choices take effect, the outcome of saved credentials, and what stopping cancels."""

from core.i18n import _, plural
from data.exchange.mirror.types import Unleft


def effective_from_text(*, sent: bool, sends: bool, refused: bool) -> str:
    """Return when choices take effect; sending does not wait for a synchronisation."""
    if sent == sends:
        return _("Ils s’appliquent dès la prochaine synchronisation.")
    if sends and refused:
        return _("Vos déclarations attendent que vos identifiants, refusés, soient corrigés.")
    if sends:
        return _("Vos déclarations partent dans la minute.")
    return _("Plus aucune déclaration ne part.")


def kept_note(leaving: int) -> str:
    """Return what happens after credentials were saved."""
    if not leaving:
        return _("Testez-les : aucun essai n’a encore été fait.")
    return plural(
        "{count} envoi attendait : il part dans la minute.",
        "{count} envois attendaient : les premiers partent dans la minute.",
        leaving,
    )


def cancelled_text(cancelled: int) -> str:
    """Return how many unsent declarations were cancelled."""
    sentence = plural(
        "{count} déclaration qui n’était pas partie est annulée.",
        "{count} déclarations qui n’étaient pas parties sont annulées.",
        cancelled,
    )
    return sentence if cancelled else ""


def cost_text(unleft: Unleft) -> str:
    """Return what removing the connection cancels; empty if nothing is pending."""
    declared = plural(
        " {count} déclaration qui n’est pas partie sera annulée.",
        " {count} déclarations qui ne sont pas parties seront annulées.",
        unleft.declared,
    )
    others = plural(
        " {count} autre envoi (révocation ou preuve) ne sera pas fait.",
        " {count} autres envois (révocations ou preuves) ne seront pas faits.",
        unleft.others,
    )
    counts_by_label = ((declared, unleft.declared), (others, unleft.others))
    return "".join(words for words, count in counts_by_label if count)


def acted_text(act: str, *, refused: bool) -> str:
    """Return the outcome of an action on a message: withdrawn or retried."""
    if act == "drop":
        return _("Retiré : rien n’a été envoyé")
    if refused:
        return _("Il attend que vos identifiants soient acceptés")
    return _("Il part dans la minute")
