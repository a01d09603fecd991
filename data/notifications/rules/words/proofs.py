"""Inbox texts about controls; for many at once, their number."""

from collections.abc import Mapping

from core.i18n import N_, _, long_day, plural
from data.notifications.rules.words.lines import WordedLine, day_in, whole_line
from data.notifications.types import NotificationKind
from data.upstream_message import UpstreamMessage

_DECIDED: Mapping[str, tuple[str, str]] = {  # by verdict: for one, for several
    "accept": (N_("{site} : preuve validée"), N_("{count} preuves validées")),
    "again": (
        N_("{site} : nouvelle pièce demandée, jusqu’au {due} inclus"),
        N_("{count} nouvelles pièces demandées, jusqu’au {due} inclus"),
    ),
    "reject": (
        N_("{site} : preuve refusée, le droit est clos"),
        N_("{count} preuves refusées, leurs droits sont clos"),
    ),
}
_TITLES: Mapping[NotificationKind, tuple[str, str]] = {
    NotificationKind.PROOF_ASKED: (
        N_("{site} : preuve de consentement demandée, jusqu’au {due} inclus"),
        N_("{count} preuves de consentement demandées, jusqu’au {due} inclus"),
    ),
    NotificationKind.PROOF_MESSAGE: (N_("{site} : un message de {who}"), ""),
    NotificationKind.PROOF_RETURNED: (
        N_("{site} : un nouveau dépôt annule votre décision"),
        N_("{count} décisions annulées par un nouveau dépôt"),
    ),
}
_REASONS: Mapping[NotificationKind, str] = {
    NotificationKind.PROOF_ASKED: N_(
        "Le distributeur vérifie l’accord du titulaire : sans preuve, le droit sera clos."
    ),
    NotificationKind.PROOF_DECIDED: N_("Le distributeur a examiné la preuve transmise."),
    NotificationKind.PROOF_MESSAGE: N_("Un message vous attend sur le contrôle de sa preuve."),
    NotificationKind.PROOF_RETURNED: N_(
        "{who} a remplacé la pièce avant l’application de votre décision : examinez la nouvelle."
    ),
}


def proof_title(event: WordedLine) -> str:
    singular, many = _TITLES.get(event.kind) or _DECIDED[str(event.params.get("verdict", "accept"))]
    due = day_in(event, "due")
    params = {"site": event.site, "who": event.params.get("who", "")}
    return plural(singular, many, _count(event), due=long_day(due) if due else "", **params)


def proof_note(event: WordedLine) -> str:
    """Describe a control: PCE and holder, motive and message, or the reason."""
    motive, text = str(event.params.get("motive") or ""), str(event.params.get("text") or "")
    parts = [_("Motif : {motive}.", motive=_(motive))] if motive else []
    parts += [_("«\u00a0{text}\u00a0»", text=text)] if text else []
    why = _(_REASONS[event.kind], who=event.params.get("who", ""))
    return " ".join([*_about(event), *(parts or [why])])


def quoted_note(told: WordedLine, note: str) -> UpstreamMessage:
    """Return `note` with its trailing quote of another distributor separated."""
    upstream_text = str(told.params.get("text") or "") if told.params.get("upstream") else ""
    before, quote, after = note.rpartition(upstream_text) if upstream_text else (note, "", "")
    return UpstreamMessage(before, quote, after)


def proof_act(event: WordedLine) -> str:
    return plural("Voir le contrôle", "Voir les contrôles", _count(event))


def _count(event: WordedLine) -> int:
    return whole_line(event, "count") or 1


def _about(event: WordedLine) -> list[str]:
    holder = str(event.params.get("holder") or "")
    if not event.pce_number or not holder:
        return []
    return [_("PCE {pce}, titulaire {holder}.", pce=event.pce_number, holder=holder)]
