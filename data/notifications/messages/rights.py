"""What the mails about access rights say to the people who declared them, and to who holds."""

from collections.abc import Mapping
from typing import cast

from data.notifications.messages.sentences import Sentences
from data.notifications.rules import plain
from data.notifications.types import Kind
from i18n import N_, _

_RIGHTS, _PCES, _READERS = "{address}/droits", "{address}/pces", "{address}/droits/lecteurs"
KINDS: Mapping[Kind, Sentences] = {
    Kind.RIGHTS_MOVED: (N_("vos droits d’accès"), ("{moved}", "{numbers}", _RIGHTS)),
    Kind.RIGHTS_ENDING: (
        N_("des droits d’accès vont finir"),
        (
            N_("Ces droits finissent dans {days} jours au plus."),
            "{numbers}",
            N_("Renouvelez-les d’ici là ; leurs titulaires seront de nouveau sollicités :"),
            _RIGHTS,
        ),
    ),
    Kind.RIGHTS_DECLARED: (  # to who holds these PCE: somebody else asks to read them
        N_("un droit est déclaré sur vos PCE"),
        (
            N_("{who} déclare un droit d’accès sur des PCE que vous tenez :"),
            "{numbers}",
            N_("Si vous ne l’attendiez pas, refusez la demande, ou prévenez le distributeur :"),
            _READERS,
        ),
    ),
    Kind.RIGHTS_ANSWERED: (  # to who said so for the holder
        N_("votre réponse est enregistrée"),
        (
            "{moved}",
            "{numbers}",
            N_("Ce message est votre reçu. Qui lit vos données, et qui a lu quoi :"),
            _READERS,
        ),
    ),
    Kind.RIGHTS_SETTLED: (  # the distributor took somebody else for their holder
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
    """What fills the sentences: the outbox holds a French `sentence`, and the first `pces`."""
    found = {**params, "numbers": numbers_of(params)}
    if "who" in params:  # a name that others chose, unable to make a line or an address of its own
        found["who"] = plain(str(params["who"]))
    if "sentence" in params:
        found["moved"] = _(str(params["sentence"]), who=found.get("who", ""))
    return found


def numbers_of(params: Mapping[str, object]) -> str:
    """The first PCE, one a line, and how many others."""
    listed = "\n".join(f"- PCE {number}" for number in cast("list[str]", params["pces"]))
    more = cast("int", params["more"])
    return "\n\n".join([listed, *([_("et {count} autres.", count=more)] if more else [])])
