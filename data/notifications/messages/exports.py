"""What the mails about exports say to who asked for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from i18n import _, clock, plural, size


def ready(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    """`file`, `size`, `rows`, `pces`, `until` (ISO), `sha256`, and the number of the `export`."""
    rows, pces = cast("int", params["rows"]), cast("int", params["pces"])
    held = plural("{count} ligne", "{count} lignes", rows)
    of = plural("{count} PCE", "{count} PCE", pces)
    until = datetime.fromisoformat(str(params["until"]))
    return _("votre export est prêt"), [
        _(
            "Le fichier {file} est prêt : {rows}, {pces}, {size}. Il reste à votre disposition"
            " jusqu’au {until}.",
            file=params["file"], rows=held, pces=of, size=size(cast("int", params["size"])),
            until=clock(until),
        ),
        f"{address}/exports?export={params['export']}",
        _("Empreinte SHA-256 du fichier : {digest}", digest=params["sha256"]),
    ]  # fmt: skip


def failed(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    """`sentence` is French, with its `blanks`; and the number of the `export`."""
    blanks = cast("Mapping[str, object]", params["blanks"])
    return _("votre export n’a pas pu être fait"), [
        _(str(params["sentence"]), **blanks),
        f"{address}/exports?export={params['export']}",
    ]
