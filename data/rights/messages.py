"""Write letters to holders: third party, data, period, and how to refuse."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from core.i18n import N_, PARIS, _, long_day, using_language
from data.identity.settings.types import Passage
from data.notifications.messages import MessageSender, begun, signed
from data.notifications.rules import plain
from data.notifications.types import Mail
from data.rights.rules.links import sign_stop
from data.rights.types import LetterKind, PassportRight, RightDataKind, RightLetter, RightState

TEXT_VERSION = "2026-12-01.2"  # of the sentences that a holder agrees to; stored with each answer
NAMED = 20  # rights described in a letter; the others are counted
KINDS: Mapping[RightDataKind, str] = {
    RightDataKind.INFORMATIVE: N_("les consommations de chaque jour"),
    RightDataKind.PUBLISHED: N_("les consommations facturées"),
    RightDataKind.CONTRACTUAL: N_(
        "les données du contrat (tarif, consommation de référence, profil)"
    ),
    RightDataKind.TECHNICAL: N_("les données du compteur"),
}


def write(letter: RightLetter, desk: MessageSender) -> Mail:
    """Write the mail, with the opt-out link, also offered by mail clients as a button."""
    link = f"{desk.address}/consentement/{letter.token}"
    stop = f"{desk.address}/courriels/{sign_stop(letter.id, desk.secret)}"
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    with using_language(letter.language):
        subject, body = _LETTERS[letter.kind](letter.rights, link)
        first = [_("Bonjour,"), *begun(desk, _PASSAGES[letter.kind])]
        no_more = _("Ne plus m’écrire : {link}", link=stop)
        text = "\n\n".join([*first, *body, signed(desk), no_more])
        title = f"{desk.operator} – {subject}"
        return Mail(letter.email, title, text + "\n", letter.message_id, headers=headers)


Rights = Sequence[PassportRight]


def _consent(rights: Rights, link: str) -> tuple[str, list[str]]:
    who = plain(rights[0].third_party)
    first = _("{who} demande à lire des données de gaz dont vous êtes titulaire :", who=who)
    return _("{who} demande l’accès à vos données", who=who), _asking(rights, link, first)


def _reminder(rights: Rights, link: str) -> tuple[str, list[str]]:
    who = plain(rights[0].third_party)
    first = _(
        "Rappel : {who} demande à lire des données de gaz dont vous êtes titulaire, et vous n’avez"
        " pas encore répondu :",
        who=who,
    )
    return _("rappel, {who} attend votre réponse", who=who), _asking(rights, link, first)


def _asking(rights: Rights, link: str, first: str) -> list[str]:
    """Write the request: who asks for what, how to answer, and by when."""
    due = min((right.answer_due for right in rights if right.answer_due), default=None)
    body = [
        first,
        *_described(rights),
        _("Acceptez ou refusez ici, sans compte ; sans réponse, rien n’est transmis :"),
        link,
    ]
    if due:
        body.append(_("Cette demande expire le {day}.", day=long_day(due)))
    body += [
        _("Gardez ce message : la même adresse montre qui lit vos données et retire l’accord."),
        _("Si vous n’êtes pas titulaire de ces points de livraison, refusez."),
    ]
    return body


def _informed(rights: Rights, link: str) -> tuple[str, list[str]]:
    who = plain(rights[0].third_party)
    return _("vos données sont ouvertes à {who}", who=who), [
        _("{who} lit désormais ces données en tant que titulaire :", who=who),
        *_described(rights),
        _("Le détail, et qui a lu quoi :"),
        link,
    ]


def _receipt(rights: Rights, link: str) -> tuple[str, list[str]]:
    states = {right.state for right in rights}
    state = next(state for state in _RECEIPTS if state in states)
    who = plain(rights[0].third_party)
    sentence, subject = _RECEIPTS[state]
    return _(subject), [
        _(sentence, who=who, day=_closed([right for right in rights if right.state is state])),
        *_described(rights),
        _("Ce message est votre reçu. Pour voir qui a lu quoi, ou retirer votre accord :")
        if RightState.ACTIVE in states  # nothing can be done about the others
        else _("Ce message est votre reçu. Pour voir qui a lu quoi :"),
        link,
    ]


# When there are several answers, the first of these present words the letter.
_RECEIPTS: Mapping[RightState, tuple[str, str]] = {
    RightState.REVOKED: (
        N_("Vous avez retiré votre accord le {day} : {who} ne lit plus ces données."),
        N_("le retrait de votre accord est enregistré"),
    ),
    RightState.ACTIVE: (
        N_("Vous avez accepté que {who} lise ces données."),
        N_("votre accord est enregistré"),
    ),
    RightState.REFUSED: (
        N_("Vous avez refusé que {who} lise ces données : rien n’est transmis."),
        N_("votre refus est enregistré"),
    ),
    RightState.OBSOLETE: (
        N_("L’accès de {who} à ces données est terminé."),
        N_("un accès à vos données est terminé"),
    ),
}


def _ended(rights: Rights, link: str) -> tuple[str, list[str]]:
    who = plain(rights[0].third_party)
    return _("un accès à vos données est terminé"), [
        _("{who} ne lit plus ces données :", who=who),
        *_described(rights),
        _("Qui a lu quoi tant que l’accès a duré :"),
        link,
    ]


def _described(rights: Rights) -> list[str]:
    """Describe the delivery points, grouped by what is read of them."""
    paragraphs: list[str] = []
    for group in perimeters(rights[:NAMED], _message_text):
        kinds, days = kinds_said(group[0]), days_said(group[0])
        points = "\n".join(_line(right) for right in group)
        what = "\n".join(f"- {words}" for words in [*kinds, days])
        paragraphs += [points, _(_tense(group)) + "\n" + what, *purpose_said(group[0])]
    if len(rights) > NAMED:
        paragraphs.append(
            _(
                "- et {count} autres points de livraison : le lien montre ce qui est lu pour"
                " chacun.",
                count=len(rights) - NAMED,
            )
        )
    return paragraphs


_K = TypeVar("_K")


def perimeters(rights: Rights, of: Callable[[PassportRight], _K]) -> list[list[PassportRight]]:
    """Group `rights` by the key that `of` returns, in order of first appearance."""
    groups: dict[_K, list[PassportRight]] = {}
    for right in rights:
        groups.setdefault(of(right), []).append(right)
    return list(groups.values())


def kinds_said(right: PassportRight) -> tuple[str, ...]:
    return tuple(_(KINDS[kind]) for kind in RightDataKind if kind in right.kinds)


def purpose_said(right: PassportRight) -> tuple[str, ...]:
    """Quote the purpose stated by the third party, or say that it gave none; () for own rights."""
    if right.purpose is None:
        return ()
    who, purpose = plain(right.third_party), plain(right.purpose)
    if not purpose:
        return (_("{who} n’a pas dit pour quoi faire.", who=who),)
    return (_("Finalité indiquée par {who} : « {purpose} »", who=who, purpose=purpose),)


def days_said(right: PassportRight) -> str:
    """Return the days of data that a right opens, in words."""
    if right.first and right.last:
        first, last = long_day(right.first), long_day(right.last)
        words = (
            N_("injections du {first} au {last}")
            if right.injection
            else N_("données du {first} au {last}")
        )
        return _(words, first=first, last=last)
    return _("toutes les données du titulaire")


def _message_text(right: PassportRight) -> tuple[object, ...]:
    return kinds_said(right), days_said(right), purpose_said(right), _tense([right])


def _tense(rights: Rights) -> str:
    """Return the heading of what is, would be, was or would have been read."""
    states = {right.state for right in rights}
    if RightState.ACTIVE in states:
        return N_("Ce qui est lu :")
    if any(state.waiting for state in states):
        return N_("Ce qui serait lu :")
    if states == {RightState.REFUSED}:
        return N_("Ce qui aurait été lu :")
    return N_("Ce qui était lu :")


def _closed(rights: Rights) -> str:
    """Return the latest closing day."""
    at = max((right.closed_at for right in rights if right.closed_at), default=None)
    return long_day(at.astimezone(PARIS).date()) if at else "–"


def _line(right: PassportRight) -> str:
    """Return a delivery point as its holder knows it, with the third party's name for it."""
    place, site = plain(right.place), plain(right.site)
    name = f"PCE {right.number}" + (f" ({place})" if place else "")
    if site and site != place:
        name += ", " + _("nommé par le demandeur : {site}", site=site)
    until = ""
    if right.state in {RightState.REVOKED, RightState.OBSOLETE}:
        until = _("clos le {day}", day=_closed([right]))
    elif right.ends_on and right.state is not RightState.REFUSED:
        until = _("jusqu’au {day}", day=long_day(right.ends_on))
    return f"- {name}" + (f", {until}" if until else "")


_LETTERS: Mapping[LetterKind, Callable[[Rights, str], tuple[str, list[str]]]] = {
    LetterKind.CONSENT: _consent,
    LetterKind.REMINDER: _reminder,
    LetterKind.INFORMED: _informed,
    LetterKind.RECEIPT: _receipt,
    LetterKind.ENDED: _ended,
}
_PASSAGES: Mapping[LetterKind, Passage] = {
    LetterKind.CONSENT: Passage.CONSENT,
    LetterKind.REMINDER: Passage.REMINDER,
    LetterKind.INFORMED: Passage.INFORMED,
    LetterKind.RECEIPT: Passage.RECEIPT,
    LetterKind.ENDED: Passage.ENDED,
}
