"""What the mails about access rights say to the people who declared them."""

from collections.abc import Mapping
from typing import cast

from i18n import _


def moved(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    """`sentence` is French, marked where the right moved; `pces` are the first numbers."""
    return _("vos droits d’accès"), [
        _(str(params["sentence"])),
        *_numbers(params),
        f"{address}/droits",
    ]


def ending(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    return _("des droits d’accès vont finir"), [
        _("Ces droits finissent dans {days} jours au plus.", days=params["days"]),
        *_numbers(params),
        _("Renouvelez-les d’ici là ; leurs titulaires seront de nouveau sollicités :"),
        f"{address}/droits",
    ]


def _numbers(params: Mapping[str, object]) -> list[str]:
    listed = "\n".join(f"- PCE {number}" for number in cast("list[str]", params["pces"]))
    more = cast("int", params["more"])
    return [listed, *([_("et {count} autres.", count=more)] if more else [])]
