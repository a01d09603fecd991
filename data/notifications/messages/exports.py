"""What the mails about exports say to who asked for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from data.notifications.messages.sentences import Sentences
from data.notifications.types import Kind
from i18n import N_, _, clock, plural, size

_LISTED = "{address}/exports?export={export}"
KINDS: Mapping[Kind, Sentences] = {
    Kind.EXPORT_READY: (
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
    Kind.EXPORT_FAILED: (N_("votre export n’a pas pu être fait"), ("{reason}", _LISTED)),
}


def blanks_of(kind: Kind, params: Mapping[str, object]) -> Mapping[str, object]:
    """What fills the sentences of an export, from what the outbox holds of it."""
    if kind is Kind.EXPORT_FAILED:
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
