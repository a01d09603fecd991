"""What the mails of an account say, in their reader's language."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from data.notifications.messages.desk import Desk
from data.notifications.messages.exports import failed, ready
from data.notifications.messages.rights import declared, ending, moved, settled
from data.notifications.rules import sign_link
from data.notifications.types import Kind, Letter, Link, Mail, Verb
from i18n import _, speaking

CONFIRMING = timedelta(days=7)  # that an extra address has to confirm
REFUSING = timedelta(days=3650)  # a mail found years later must still end it


def write(letter: Letter, desk: Desk) -> Mail:
    """The mail, in its reader's language."""
    with speaking(letter.language):
        params = dict(letter.params)
        if letter.kind is Kind.ADDRESS_CONFIRM:
            params["token"] = _about_address(letter, desk, Verb.CONFIRM, CONFIRMING)
            params["refusal"] = _about_address(letter, desk, Verb.REFUSE, REFUSING)
        subject, body = _KINDS[letter.kind](params, desk.address)
        hello = _("Bonjour {name},", name=letter.name) if letter.name else _("Bonjour,")
        signature = _("{operator}, Espace client", operator=desk.operator)
        text = "\n\n".join([hello, *body, signature])
        return Mail(letter.email, f"{desk.operator} – {subject}", text + "\n", letter.message_id)


def _about_address(letter: Letter, desk: Desk, verb: Verb, lasts: timedelta) -> str:
    number = letter.params["address_id"]
    assert isinstance(number, int)  # noqa: S101 (tells mypy what the outbox holds)
    link = Link(verb, number, letter.created_at + lasts)
    return sign_link(link, desk.secret)


def _reset(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    return _("choisir un nouveau mot de passe"), [
        _(
            "Vous, ou quelqu’un d’autre, avez demandé un nouveau mot de passe. Pour le choisir, "
            "ouvrez ce lien dans l’heure ; il ne sert qu’une fois :"
        ),
        f"{address}/mot-de-passe/{params['token']}",
        _("Si ce n’est pas vous, ne faites rien : votre mot de passe reste le même."),
    ]


def _changed(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    del params
    return _("votre mot de passe a changé"), [
        _(
            "Le mot de passe de votre compte vient d’être changé, et vos autres sessions sont "
            "fermées."
        ),
        _("Si ce n’est pas vous, choisissez-en tout de suite un autre :"),
        f"{address}/mot-de-passe-oublie",
    ]


def _factor_on(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    del params
    return _("la double authentification est active"), [
        _(
            "Un code de votre application est demandé à chaque connexion, après le mot de passe. "
            "Vos autres sessions sont fermées."
        ),
        _("Si ce n’est pas vous, prévenez votre administrateur et changez de mot de passe :"),
        f"{address}/mot-de-passe-oublie",
    ]


def _factor_off(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    del params
    return _("la double authentification n’est plus active"), [
        _("Le mot de passe suffit de nouveau pour ouvrir votre compte."),
        _("Si ce n’est pas vous, prévenez votre administrateur et changez de mot de passe :"),
        f"{address}/mot-de-passe-oublie",
    ]


def _guessed(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    del params
    return _("des codes incorrects ont été essayés"), [
        _(
            "Quelqu’un a donné votre mot de passe, puis plusieurs codes incorrects : aucun n’a été "
            "accepté."
        ),
        _("Si c’est vous, il vous reste vos codes de secours."),
        _(
            "Si ce n’est pas vous, quelqu’un connaît votre mot de passe : choisissez-en tout de "
            "suite un autre, ce qui ferme aussi toutes les sessions :"
        ),
        f"{address}/mot-de-passe-oublie",
    ]


def _confirm(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    return _("confirmer cette adresse"), [
        _(
            "{organisation} souhaite vous envoyer ses alertes de consommation de gaz à cette "
            "adresse. Pour l’accepter, ouvrez ce lien dans les sept jours :",
            organisation=params["organisation"],
        ),
        f"{address}/avis/{params['token']}",
        _("Ce n’est pas vous, ou vous ne voulez plus qu’on vous écrive ? Ouvrez celui-ci :"),
        f"{address}/avis/{params['refusal']}",
    ]


_KINDS: Mapping[Kind, Callable[[Mapping[str, object], str], tuple[str, list[str]]]] = {
    Kind.PASSWORD_RESET: _reset,
    Kind.PASSWORD_CHANGED: _changed,
    Kind.SECOND_FACTOR_ON: _factor_on,
    Kind.SECOND_FACTOR_OFF: _factor_off,
    Kind.CODES_GUESSED: _guessed,
    Kind.RIGHTS_MOVED: moved,
    Kind.RIGHTS_DECLARED: declared,
    Kind.RIGHTS_SETTLED: settled,
    Kind.RIGHTS_ENDING: ending,
    Kind.EXPORT_READY: ready,
    Kind.EXPORT_FAILED: failed,
    Kind.ADDRESS_CONFIRM: _confirm,
}
