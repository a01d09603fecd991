"""What each message says, in its reader's language."""

from collections.abc import Callable, Mapping
from typing import cast

from data.notifications.types import Kind, Letter, Mail
from i18n import _, speaking


def write(letter: Letter, operator: str, address: str) -> Mail:
    """The mail, in its reader's language; *address* is the portal's public one."""
    with speaking(letter.language):
        subject, body = _KINDS[letter.kind](letter.params, address)
        text = "\n\n".join(
            [
                _("Bonjour {name},", name=letter.name),
                *body,
                _("{operator}, Espace client", operator=operator),
            ]
        )
        return Mail(letter.email, f"{operator} – {subject}", text + "\n", letter.message_id)


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


def _moved(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    """`sentence` is French, marked where the right moved; `pces` are the first numbers."""
    return _("vos droits d’accès"), [
        _(str(params["sentence"])),
        *_numbers(params),
        f"{address}/droits",
    ]


def _ending(params: Mapping[str, object], address: str) -> tuple[str, list[str]]:
    return _("des droits d’accès vont finir"), [
        _("Ces droits finissent dans {days} jours au plus.", days=params["days"]),
        *_numbers(params),
        _("Renouvelez-les d’ici là ; leurs titulaires seront de nouveau sollicités :"),
        f"{address}/droits",
    ]


def _numbers(params: Mapping[str, object]) -> list[str]:
    listed = "\n".join(f"- PCE {number}" for number in cast("list[str]", params["pces"]))
    more = cast("int", params["more"])
    return [listed, *([_("et {count} autres.", count=more)] if more else [])]


_KINDS: Mapping[Kind, Callable[[Mapping[str, object], str], tuple[str, list[str]]]] = {
    Kind.PASSWORD_RESET: _reset,
    Kind.PASSWORD_CHANGED: _changed,
    Kind.SECOND_FACTOR_ON: _factor_on,
    Kind.SECOND_FACTOR_OFF: _factor_off,
    Kind.CODES_GUESSED: _guessed,
    Kind.RIGHTS_MOVED: _moved,
    Kind.RIGHTS_ENDING: _ending,
}
