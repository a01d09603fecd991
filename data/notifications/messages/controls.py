"""Write the mails about controls, to third parties and account managers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from core.i18n import N_, _, long_day
from data.notifications.messages.rights import numbers_of
from data.notifications.messages.sentences import Sentences
from data.notifications.rules import plain
from data.notifications.types import NotificationKind

_CONTROLS = "{address}/controles{open}"  # of one, if there is only one
KINDS: Mapping[NotificationKind, Sentences] = {
    NotificationKind.PROOF_ASKED: (
        N_("des preuves de consentement sont demandées"),
        (
            N_(
                "Le distributeur contrôle le consentement des titulaires de ces PCE. Transmettez"
                " leur preuve jusqu’au {due} inclus :"
            ),
            "{numbers}",
            N_("D’ici là, les données restent ouvertes ; sans preuve, ces droits seront clos."),
            _CONTROLS,
        ),
    ),
    NotificationKind.PROOF_DUE: (
        N_("des preuves de consentement sont attendues"),
        (
            N_("La preuve du consentement est attendue jusqu’au {due} inclus pour ces PCE :"),
            "{numbers}",
            N_("Sans elle, ces droits seront clos. Pour la transmettre :"),
            _CONTROLS,
        ),
    ),
    NotificationKind.PROOF_DECIDED: (
        N_("une décision sur vos preuves de consentement"),
        ("{decided}", "{numbers}", _CONTROLS),
    ),
    NotificationKind.PROOF_MESSAGE: (
        N_("un message sur un contrôle de preuve"),
        (
            N_("Un message de {who} vous attend sur ce contrôle :"),
            "{numbers}",
            "{quoted}",
            N_("Pour le lire et y répondre :"),
            _CONTROLS,
        ),
    ),
    NotificationKind.PROOF_RETURNED: (
        N_("un nouveau dépôt annule votre décision"),
        (
            N_(
                "{who} a envoyé une autre pièce avant l’application de votre décision : elle est"
                " annulée, et la nouvelle pièce est à examiner."
            ),
            "{numbers}",
            _CONTROLS,
        ),
    ),
}


def blanks_of(params: Mapping[str, object]) -> Mapping[str, object]:
    """Return the parameters of the sentences; user text cannot add lines."""
    due = str(params.get("due") or "")
    day = long_day(date.fromisoformat(due)) if due else ""
    blanks = {**params, "numbers": numbers_of(params), "due": day, "open": _leading(params)}
    blanks["who"] = plain(str(params.get("who", "")))
    blanks["quoted"] = _("«\u00a0{text}\u00a0»", text=plain(str(params.get("text", ""))))
    if "sentence" in params:
        motive, text = str(params["motive"]), plain(str(params["text"]))
        why = [_("Motif : {motive}.", motive=_(motive))] if motive else []
        parts = [_(str(params["sentence"]), due=day), *why, *([text] if text else [])]
        blanks["decided"] = "\n\n".join(parts)
    return blanks


def _leading(params: Mapping[str, object]) -> str:
    """Return the query of the control that the mail is about, if there is only one."""
    about = cast("Mapping[str, Sequence[str]]", params.get("about", {}))
    if len(about) != 1 or params["more"]:
        return ""
    ((_site, _holder, uid),) = about.values()
    return f"?controle={uid}"
