"""What the mails about the control of proofs say, to third parties and to account managers."""

from collections.abc import Mapping
from datetime import date

from data.notifications.messages.rights import numbers_of
from data.notifications.messages.sentences import Sentences
from data.notifications.rules import plain
from data.notifications.types import Kind
from i18n import N_, _, long_day

_CONTROLS = "{address}/controles"
KINDS: Mapping[Kind, Sentences] = {
    Kind.PROOF_ASKED: (
        N_("des preuves de consentement sont demandées"),
        (
            N_(
                "Le distributeur contrôle le consentement des titulaires de ces PCE. Transmettez"
                " leur preuve avant le {due} :"
            ),
            "{numbers}",
            N_("D’ici là, les données restent ouvertes ; sans preuve, ces droits seront clos."),
            _CONTROLS,
        ),
    ),
    Kind.PROOF_DUE: (
        N_("des preuves de consentement sont attendues"),
        (
            N_("La preuve du consentement est attendue avant le {due} pour ces PCE :"),
            "{numbers}",
            N_("Sans elle, ces droits seront clos. Pour la transmettre :"),
            _CONTROLS,
        ),
    ),
    Kind.PROOF_DECIDED: (
        N_("une décision sur vos preuves de consentement"),
        ("{decided}", "{numbers}", _CONTROLS),
    ),
    Kind.PROOF_MESSAGE: (
        N_("un message sur un contrôle de preuve"),
        (
            N_("Un message vous attend sur le contrôle de ce PCE :"),
            "{numbers}",
            "{address}/controles?controle={control}",
        ),
    ),
}


def blanks_of(params: Mapping[str, object]) -> Mapping[str, object]:
    """What fills the sentences, from what the outbox holds; typed words make no line of theirs."""
    due = str(params.get("due") or "")
    day = long_day(date.fromisoformat(due)) if due else ""
    found = {**params, "numbers": numbers_of(params), "due": day}
    if "sentence" in params:
        motive, text = str(params["motive"]), plain(str(params["text"]))
        why = [_("Motif : {motive}.", motive=_(motive))] if motive else []
        parts = [_(str(params["sentence"]), due=day), *why, *([text] if text else [])]
        found["decided"] = "\n\n".join(parts)
    return found
