"""Write the mails about an export to the person who requested it."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from core.i18n import N_, _, clock, plural, size
from data.notifications.messages.sentences import Sentences
from data.notifications.types import NotificationKind

_LISTED = "{address}/exports?export={export}"
KINDS: Mapping[NotificationKind, Sentences] = {
    NotificationKind.EXPORT_READY: (
        N_("votre export est prêt"),
        (
            N_(
                "Le fichier {file} est prêt : {rows}, {pces}, {size}. Il reste à votre disposition"
                " jusqu’au {until}."
            ),
            _LISTED,
            N_("Empreinte SHA-256 du fichier : {sha256}"),
        ),
    ),
    NotificationKind.EXPORT_FAILED: (
        N_("votre export n’a pas pu être fait"),
        ("{reason}", _LISTED),
    ),
}


def blanks_of(kind: NotificationKind, params: Mapping[str, object]) -> Mapping[str, object]:
    """Return the parameters of the sentences of an export."""
    if kind is NotificationKind.EXPORT_FAILED:
        blanks = cast("Mapping[str, object]", params["blanks"])
        return {"export": params["export"], "reason": _(str(params["sentence"]), **blanks)}
    until = datetime.fromisoformat(str(params["until"]))
    return {
        **params,
        "rows": plural("{count} ligne", "{count} lignes", cast("int", params["rows"])),
        "pces": plural("{count} PCE", "{count} PCE", cast("int", params["pces"])),
        "size": size(cast("int", params["size"])),
        "until": clock(until),
    }
