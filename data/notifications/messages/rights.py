"""Write the mails about access rights to their authors and to the holders of the PCEs."""

from collections.abc import Mapping, Sequence
from typing import cast
from urllib.parse import urlencode

from core.i18n import N_, _
from data.notifications.messages.sentences import Sentences
from data.notifications.rules import plain
from data.notifications.types import NotificationKind

_RIGHTS, _PCES = "{address}/droits{open}", "{address}/pces"
_READERS = "{address}/droits/lecteurs{search}"
_SUBJECT = N_("vos droits d’accès")  # of older queued mails without their own
KINDS: Mapping[NotificationKind, Sentences] = {
    NotificationKind.RIGHTS_MOVED: ("{subject}", ("{moved}", "{numbers}", _RIGHTS)),
    NotificationKind.RIGHTS_ENDING: (
        N_("des droits d’accès vont finir"),
        (
            N_("Ces droits finissent dans {days} jours au plus."),
            "{numbers}",
            N_("Renouvelez-les d’ici là ; leurs titulaires seront de nouveau sollicités :"),
            _RIGHTS,
        ),
    ),
    NotificationKind.RIGHTS_DECLARED: (  # to the holder: another organisation requests these PCEs
        N_("un droit est déclaré sur vos PCE"),
        (
            N_("{who} déclare un droit d’accès sur des PCE que vous tenez :"),
            "{numbers}",
            "{advice}",
            _READERS,
        ),
    ),
    NotificationKind.RIGHTS_FOUND: (  # to the holder: a right known upstream is new here
        N_("un accès à vos PCE est connu du distributeur"),
        (
            N_(
                "{who} lit des PCE que vous tenez, par un droit que le distributeur lui connaît,"
                " nouveau, rouvert ou plus large :"
            ),
            "{numbers}",
            N_(
                "Votre accord ne vous est pas redemandé : le distributeur le considère comme"
                " donné. Ce qui est lu, et comment y mettre fin :"
            ),
            _READERS,
        ),
    ),
    NotificationKind.RIGHTS_ANSWERED: (  # to the person who answered for the holder
        N_("votre réponse est enregistrée"),
        (
            "{moved}",
            "{numbers}",
            N_("Ce message est votre reçu. Qui lit vos données, et qui a lu quoi :"),
            _READERS,
        ),
    ),
    NotificationKind.RIGHTS_SETTLED: (  # the distributor recognised somebody else as the holder
        N_("un autre titulaire est reconnu sur vos PCE"),
        (
            N_("Le distributeur reconnaît {who} comme titulaire de ces PCE :"),
            "{numbers}",
            N_("Si c’est une erreur, prévenez-le sans attendre :"),
            _PCES,
        ),
    ),
}


def blanks_of(params: Mapping[str, object]) -> Mapping[str, object]:
    """Return the parameters of the sentences, from the French `sentence` and the first `pces`."""
    blanks = {
        **params,
        "numbers": numbers_of(params),
        **_leading(params),
        "advice": _advice(params),
    }
    if "who" in params:  # text chosen by others, which must not add a line or an address
        blanks["who"] = plain(str(params["who"]))
    if "sentence" in params:
        blanks["subject"] = _(str(params.get("subject", _SUBJECT)))
        blanks["moved"] = _(str(params["sentence"]), who=blanks.get("who", ""))
    return blanks


def _advice(params: Mapping[str, object]) -> str:
    """Return the advice on an unexpected request; a recipient who cannot answer is told who can."""
    if params.get("decides", True):
        return _("Si vous ne l’attendiez pas, refusez la demande, ou prévenez le distributeur :")
    deciders = plain(str(params.get("deciders", "")))
    if not deciders:
        return _("Si personne ne l’attendait, prévenez le distributeur :")
    return _(
        "Vous ne pouvez pas y répondre vous-même. Si personne ne l’attendait, {deciders} peut "
        "refuser la demande :",
        deciders=deciders,
    )


def _leading(params: Mapping[str, object]) -> Mapping[str, str]:
    """Return the queries for the one right or PCE that the mail is about."""
    numbers = cast("list[str]", params["pces"])
    if len(numbers) != 1 or params["more"]:
        return {"open": "", "search": ""}
    uid = _about(params, numbers[0])[2]
    return {
        "open": f"?{urlencode({'open': uid})}" if uid else "",
        "search": f"?{urlencode({'q': numbers[0]})}",
    }


def _about(params: Mapping[str, object], number: str) -> tuple[str, str, str]:
    """Return the site, holder and right of a PCE, as far as the reader knows them."""
    details = cast("Mapping[str, Sequence[str]]", params.get("about", {}))
    site, holder, uid = details.get(number, ("", "", ""))
    return plain(site), plain(holder), uid


def _line(params: Mapping[str, object], number: str) -> str:
    site, holder, _uid = _about(params, number)
    pce_label = f"{site} – PCE {number}" if site else f"PCE {number}"
    return "- " + (
        _("{pce}, titulaire {holder}", pce=pce_label, holder=holder) if holder else pce_label
    )


def numbers_of(params: Mapping[str, object]) -> str:
    listed = "\n".join(_line(params, number) for number in cast("list[str]", params["pces"]))
    more = cast("int", params["more"])
    return "\n\n".join([listed, *([_("et {count} autres.", count=more)] if more else [])])
