"""What the mails about access rights say to the people who declared them."""

from collections.abc import Mapping
from typing import cast

from data.notifications.rules import plain
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


def declared(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    """To who holds these PCE: somebody else asks to read them."""
    return _("un droit est déclaré sur vos PCE"), [
        _("{who} déclare un droit d’accès sur des PCE que vous tenez :", who=_who(params)),
        *_numbers(params),
        _("Si vous ne l’attendiez pas, refusez la demande, ou prévenez le distributeur :"),
        f"{address}/pces",
    ]


def settled(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    """To who holds these PCE: the distributor took somebody else for their holder."""
    return _("un autre titulaire est reconnu sur vos PCE"), [
        _("Le distributeur reconnaît {who} comme titulaire de ces PCE :", who=_who(params)),
        *_numbers(params),
        _("Si c’est une erreur, prévenez-le sans attendre :"),
        f"{address}/pces",
    ]


def _who(params: Mapping[str, object]) -> str:
    """A name that others chose, unable to make a line or an address of its own."""
    return plain(str(params["who"]))


def _numbers(params: Mapping[str, object]) -> list[str]:
    listed = "\n".join(f"- PCE {number}" for number in cast("list[str]", params["pces"]))
    more = cast("int", params["more"])
    return [listed, *([_("et {count} autres.", count=more)] if more else [])]
