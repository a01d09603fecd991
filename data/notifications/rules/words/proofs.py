"""What a line of the inbox says of the control of proofs; of many at once, how many."""

from collections.abc import Mapping

from data.notifications.rules.words.told import Told, day_in, whole
from data.notifications.types import Kind
from data.told import Told as Apart
from i18n import N_, _, long_day, plural

_DECIDED: Mapping[str, tuple[str, str]] = {  # by verdict: of one, of many
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
_TITLES: Mapping[Kind, tuple[str, str]] = {
    Kind.PROOF_ASKED: (
        N_("{site} : preuve de consentement demandée, jusqu’au {due} inclus"),
        N_("{count} preuves de consentement demandées, jusqu’au {due} inclus"),
    ),
    Kind.PROOF_MESSAGE: (N_("{site} : un message de {who}"), ""),
    Kind.PROOF_RETURNED: (
        N_("{site} : un nouveau dépôt annule votre décision"),
        N_("{count} décisions annulées par un nouveau dépôt"),
    ),
}
_REASONS: Mapping[Kind, str] = {
    Kind.PROOF_ASKED: N_(
        "Le distributeur vérifie l’accord du titulaire : sans preuve, le droit sera clos."
    ),
    Kind.PROOF_DECIDED: N_("Le distributeur a examiné la preuve transmise."),
    Kind.PROOF_MESSAGE: N_("Un message vous attend sur le contrôle de sa preuve."),
    Kind.PROOF_RETURNED: N_(
        "{who} a remplacé la pièce avant l’application de votre décision : examinez la nouvelle."
    ),
}


def proof_title(told: Told) -> str:
    one, many = _TITLES.get(told.kind) or _DECIDED[str(told.params.get("verdict", "accept"))]
    due = day_in(told, "due")
    said = {"site": told.site, "who": told.params.get("who", "")}
    return plural(one, many, _count(told), due=long_day(due) if due else "", **said)


def proof_note(told: Told) -> str:
    """Of one, its PCE and holder; then the motive and the words that somebody wrote, or why."""
    motive, text = str(told.params.get("motive") or ""), str(told.params.get("text") or "")
    said = [_("Motif : {motive}.", motive=_(motive))] if motive else []
    said += [_("«\u00a0{text}\u00a0»", text=text)] if text else []
    why = _(_REASONS[told.kind], who=told.params.get("who", ""))
    return " ".join([*_about(told), *(said or [why])])


def apart(told: Told, note: str) -> Apart:
    """*note*, the words of another distributor that it ends with apart."""
    theirs = str(told.params.get("text") or "") if told.params.get("upstream") else ""
    before, found, after = note.rpartition(theirs) if theirs else (note, "", "")
    return Apart(before, found, after)


def proof_act(told: Told) -> str:
    return plural("Voir le contrôle", "Voir les contrôles", _count(told))


def _count(told: Told) -> int:
    return whole(told, "count") or 1


def _about(told: Told) -> list[str]:
    holder = str(told.params.get("holder") or "")
    if not told.pce_number or not holder:
        return []
    return [_("PCE {pce}, titulaire {holder}.", pce=told.pce_number, holder=holder)]
