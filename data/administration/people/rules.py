"""Define the lifetime and the rate limits of invitations, and the roles that can be given."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from stdnum.fr import siren

from core.access import OrganisationKind, Role, roles_of
from core.errors import Conflict, Invalid, TooMany
from core.i18n import N_
from data.identity.accounts.rules import address_in

LASTS = timedelta(days=7)
KEPT = timedelta(days=90)  # for unanswered invitations
AGAIN_AFTER = timedelta(minutes=10)
LOOKS = timedelta(minutes=30)  # duration of an impersonation
LONGEST_REASON = 200
MOST_OPEN = 500  # pending invitations of one organisation
MOST_LINES = 500  # of one sheet
MOST_MAILS = 3  # invitations to one mailbox in a day, from one organisation
MOST_A_DAY = MOST_LINES  # from one organisation: one sheet, or as many by hand
LONGEST_NAME = 80
MOST_TAGS = 50  # tags that limit one person
SEES_ALL = N_(
    "Un administrateur voit tous les PCE de son organisation : donnez d’abord un autre rôle à"
    " cette personne, ou retirez les étiquettes."
)
_STAFF_SEES_ALL = N_("Le personnel du distributeur voit tous les PCE et ne peut pas être limité.")
LAST_ADMINISTRATOR = N_(
    "C’est le dernier administrateur actif de cette organisation : donnez d’abord ce rôle à"
    " quelqu’un d’autre."
)
OVER = N_(
    "Cette invitation n’est plus valable : demandez-en une autre à la personne qui vous a invité."
)
_WIDE_DOT = "\u3002"  # browsers read it as a dot
_OF_A_COUNTRY = 2  # letters
_WEB = "www."
_OF_LINKS = ("://", _WEB, "@")
# Words joined by dots, like the labels of a domain, but also `St.Pierre`.
_JOINED = re.compile(r"\w(?:[\w-]*\w)?(?:\.\w(?:[\w-]*\w)?)+")
_BEFORE_A_NAME = frozenset({"dr", "m", "me", "mgr", "mlle", "mme", "mr", "mrs", "ms", "pr"}) | {
    *("st", "ste", "sts", "jr", "sr", "ch", "chr", "fr", "ph", "th", "vve")
}  # and any initial
# Common endings of domains; endings of two letters are countries, which few names have.
_ENDINGS = frozenset(
    {
        *("app", "biz", "click", "cloud", "club", "com", "dev", "email", "example", "fun", "info"),
        *("ink", "link", "live", "lol", "mobi", "mov", "net", "new", "now", "one", "online", "org"),
        *("page", "pro", "pub", "red", "run", "shop", "site", "space", "store", "tech", "test"),
        *("top", "vip", "web", "website", "win", "work", "world", "xyz", "zip"),
    }
)


def check_role(role: Role, kind: OrganisationKind) -> None:
    """Raise Invalid unless `role` may be given in an organisation of `kind`."""
    if role not in roles_of(kind):
        raise Invalid(N_("Ce rôle n’existe pas dans cette organisation."))


def tags_in(tags: Sequence[str], role: Role, kind: OrganisationKind) -> tuple[str, ...]:
    """Return the sorted tags that limit somebody of `role`; none: every PCE.

    Raise Invalid for an administrator, who sets the limits, and for the distributor's staff.
    """
    sorted_tags = tuple(sorted(set(tags)))
    if not sorted_tags:
        return ()
    if kind is OrganisationKind.DISTRIBUTOR:
        raise Invalid(_STAFF_SEES_ALL)
    if role is Role.ADMINISTRATOR:
        raise Invalid(SEES_ALL)
    if len(sorted_tags) > MOST_TAGS:
        raise Invalid(N_("Choisissez au plus {most} étiquettes."), most=MOST_TAGS)
    return sorted_tags


def check_again(sent_at: datetime | None, now: datetime) -> None:
    """Raise TooMany when an invitation was sent less than `AGAIN_AFTER` ago."""
    if sent_at is not None and now - sent_at < AGAIN_AFTER:
        raise TooMany(
            N_(
                "Une invitation vient de partir pour cette adresse : attendez {minutes} minutes"
                " avant la suivante."
            ),
            minutes=int(AGAIN_AFTER.total_seconds() // 60),
        )


def check_mails(to_one: int, of_all: int) -> None:
    """Raise TooMany when a mailbox or an organisation has reached its daily limit."""
    if to_one >= MOST_MAILS:
        raise TooMany(
            N_(
                "{most} invitations sont parties pour cette adresse en 24 heures : attendez demain."
            ),
            most=MOST_MAILS,
        )
    if of_all >= MOST_A_DAY:
        raise TooMany(
            N_(
                "{most} invitations sont parties de cette organisation en 24 heures : continuez"
                " demain."
            ),
            most=MOST_A_DAY,
        )


def check_open(count: int) -> None:
    """Raise Conflict when `count` pending invitations reach the organisation's limit."""
    if count >= MOST_OPEN:
        raise Conflict(
            N_("{most} invitations attendent déjà une réponse : retirez-en avant d’en envoyer."),
            most=MOST_OPEN,
        )


def name_in(text: str) -> str:
    """Return the name in `text`, on one line. Raise Invalid."""
    name = _one_line(text)
    if not name:
        raise Invalid(N_("Indiquez un nom."))
    if len(name) > LONGEST_NAME:
        raise Invalid(N_("Ce nom est trop long : {most} caractères au plus."), most=LONGEST_NAME)
    return name


def person_in(text: str) -> str:
    """Return the person's name in `text`. Raise Invalid.

    Mails to strangers quote it: it must contain no link, nothing that a mail client turns into one,
    and no layout.
    """
    name = name_in(text)
    plain = unicodedata.normalize("NFKC", name).casefold().replace(_WIDE_DOT, ".")
    if len(text.strip().splitlines()) > 1 or any(sign in plain for sign in _OF_LINKS):
        raise Invalid(
            N_(
                "Ce nom contient une adresse ou un retour à la ligne : indiquez seulement le prénom"
                " et le nom."
            )
        )
    for joined in _JOINED.findall(plain):
        if _may_be_a_site(joined):
            raise Invalid(
                N_(
                    "« {found} » ressemble à l’adresse d’un site : indiquez seulement le prénom"
                    " et le nom, avec une espace après un point."
                ),
                found=joined[:40],
            )
    return name


def _may_be_a_site(joined: str) -> bool:
    """Return whether words joined by dots are a domain; not `j.-p.`, `j.p.martin`, `st.pierre`."""
    *before, last = joined.split(".")
    if len(last) == 1 or last.isdecimal():  # no domain ends so
        return False
    short = all(len(label) == 1 or label in _BEFORE_A_NAME for label in before)
    return not short or len(last) == _OF_A_COUNTRY or last in _ENDINGS


def name_of(email: str) -> str:
    """Return a provisional name made from an e-mail address, until the person gives theirs."""
    local, _at, domain = email.partition("@")
    try:
        return person_in(local if _WEB in local.casefold() else local.replace(".", " "))
    except Invalid:
        return domain.partition(".")[0]


def siren_in(text: str) -> str | None:
    """Return the SIREN in `text`, None when it is empty. Raise Invalid."""
    digits = "".join(text.split())
    if not digits:
        return None
    if not (digits.isascii() and siren.is_valid(digits)):
        raise Invalid(
            N_(
                "« {found} » n’est pas un numéro SIREN : neuf chiffres, dont le dernier contrôle"
                " les autres."
            ),
            found=text.strip()[:40],
        )
    return digits


def email_in(text: str) -> str:
    """Return the address in `text`. Raise Invalid."""
    typed = text.strip(" ")
    email = address_in(typed, anywhere=False)
    if email is None:
        raise Invalid(N_("« {found} » n’est pas une adresse électronique."), found=typed[:80])
    return email


def check_new(typed: Mapping[str, str]) -> dict[str, Invalid]:
    """Return the problems of the form of a new organisation and its first person, by field."""
    readers: Mapping[str, Callable[[str], object]] = {
        "organisation": name_in,
        "siren": siren_in,
        "name": person_in,
        "email": email_in,
    }
    problems = {}
    for name, read in readers.items():
        try:
            read(typed[name])
        except Invalid as error:
            problems[name] = error
    return problems


def check_kind(kind: OrganisationKind) -> None:
    """Raise Invalid for a second distributor: its people would see everything."""
    if kind is OrganisationKind.DISTRIBUTOR:
        raise Invalid(N_("Le distributeur ne peut pas être créé ici."))


def check_looked_at(kind: OrganisationKind, *, active: bool) -> None:
    """Raise Invalid if a person cannot be impersonated: distributor's staff, disabled account."""
    if kind is OrganisationKind.DISTRIBUTOR:
        raise Invalid(N_("Personne du distributeur ne peut être vu de cette façon."))
    if not active:
        raise Invalid(N_("Ce compte est désactivé : il ne voit plus rien."))


def reason_in(text: str) -> str:
    """Return the reason of an impersonation, on one line. Raise Invalid."""
    reason = _one_line(text)
    if not reason:
        raise Invalid(N_("Indiquez le motif : il reste au journal."))
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            N_("Ce motif est trop long : {most} caractères au plus."), most=LONGEST_REASON
        )
    return reason


def _one_line(text: str) -> str:
    """Return the text on one line, without control or invisible characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
