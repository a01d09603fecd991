"""Checks against the distributor's knowledge (domain.md §2.5, checks 2, 6 and 17 to 20)."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter

from core.i18n import N_
from data.metering.pces.rules import folded
from data.rights.rules.addresses import belongs, mailbox_of, reaches
from data.rights.rules.attempts import digest
from data.rights.rules.pending import REMIND_DAYS
from data.rights.types import (
    Declaration,
    DeclarationDoubt,
    DeclarationProblem,
    EndSource,
    OwnRight,
    PceFacts,
    RightActor,
    RightRow,
    RightState,
    RightTrigger,
)

SOON = timedelta(days=REMIND_DAYS[0])  # before its end, a right should be renewed
CONFLICT, ABSENT, TOO_MANY = 409, 404, 429
_UNKNOWN_PCE, _POSTAL_CODE = 2, 6
# checks whose answer reveals whether a guess was right
IDENTITY_CHECKS = frozenset({_UNKNOWN_PCE, _POSTAL_CODE})
BY_HOLDER = frozenset({EndSource.HOLDER, EndSource.DISTRIBUTOR_FOR_HOLDER})


def unknown_pce(number: str) -> DeclarationProblem:
    """Return the problem of an unknown number, or of one with wrong name and postal code.

    Both (checks 2 and 6) have one answer, so that numbers alone reveal nothing of a holder.
    """
    return DeclarationProblem(
        _UNKNOWN_PCE,
        "1000000006",
        "id_pce",
        N_("Le distributeur ne connaît pas le PCE {pce} à ce code postal : relisez les deux."),
        ABSENT,
        {"pce": number},
    )


def too_many_letters() -> DeclarationProblem:
    """Return the problem of a mailbox that reached its daily limit."""
    sentence = N_("Cette adresse a reçu assez de demandes aujourd’hui : déclarez demain.")
    return DeclarationProblem(7, "9000000025", "courriel_titulaire", sentence, TOO_MANY)


def too_many_tries(until: str, *, one_by_one: bool) -> DeclarationProblem:
    """Return the problem of too many failed attempts; the form reopens by `until`.

    Attempts made `one_by_one`, repeated ones included, do not block files.
    """
    sentence = N_(
        "Trop d’essais en 24 heures, ici et par fichier : PCE inconnus à leur code postal,"
        " titulaires ou adresses qui ne sont pas ceux du contrat. Reprenez le {until}, ou appelez"
        " le distributeur."
    )
    if one_by_one:
        sentence = N_(
            "Trop d’essais en 24 heures, un droit à la fois : PCE inconnus à leur code postal,"
            " titulaires ou adresses qui ne correspondent pas au contrat, demandes annulées après"
            " envoi. Reprenez le {until}, importez un fichier, ou appelez le distributeur."
        )
    return DeclarationProblem(0, "9000000026", "id_pce", sentence, TOO_MANY, {"until": until})


def renewal_in(declared: Declaration, facts: PceFacts, today: date) -> int | None:
    """Return the active right that `declared` would renew: one that ends soon, and before it."""
    if not declared.role.authorised:
        return None
    until = min(today + SOON, (declared.ends_on or date.max) - timedelta(days=1))
    for right in facts.own:
        is_comparable = right.role is declared.role and right.state is RightState.ACTIVE
        if is_comparable and right.ends_on and today <= right.ends_on <= until:
            return right.id
    return None


def conflicts_in(
    declared: Declaration,
    facts: PceFacts,
    today: date,
    renewed: int | None = None,
    *,
    strict: bool = False,
) -> tuple[DeclarationProblem, ...]:
    """Return why `declared` cannot be accepted on this PCE; `renewed` is the right it renews.

    A wrong postal code with the right name is refused when `strict`, as in ADICT; otherwise the
    distributor checks it.
    """
    if list_other_rights(declared.postal_code, facts):
        if not _is_holder(declared.holder, facts):
            return (unknown_pce(declared.number),)  # and no other problem
        if strict:
            return (_wrong_postal_code(),)
    return tuple(_conflicts(declared, facts, today, renewed))


def _wrong_postal_code() -> DeclarationProblem:
    sentence = N_("Le code postal n’est pas celui du PCE : relisez-le.")
    return DeclarationProblem(_POSTAL_CODE, "1000000005", "code_postal", sentence, CONFLICT)


def _conflicts(
    declared: Declaration, facts: PceFacts, today: date, renewed: int | None
) -> Iterator[DeclarationProblem]:
    same = [right for right in facts.own if right.role is declared.role]
    active = (right for right in same if right.state is RightState.ACTIVE)
    conflicts = {
        7: declared.role.authorised
        and not facts.is_holder
        and belongs(declared.email, facts.asker_emails),
        17: facts.ended_on is not None and facts.ended_on < today,
        18: any(right.id != renewed for right in active),
        19: any(right.state.waiting for right in same),
        20: any(blocks(right, facts) for right in facts.own),
    }
    for check, wrong in conflicts.items():
        if wrong:
            code, name, sentence = _SAID[check]
            yield DeclarationProblem(check, code, name, sentence, CONFLICT)


_SAID = {
    7: (
        "9000000007",
        "courriel_titulaire",
        N_("Cette adresse est celle de votre organisation : indiquez celle du titulaire."),
    ),
    17: ("1000000004", "id_pce", N_("Le contrat de fourniture de ce PCE est terminé.")),
    18: (
        "1000000003",
        "id_pce",
        N_("Un droit actif existe déjà sur ce PCE : renouvelez-le plutôt."),
    ),
    19: ("9000000019", "id_pce", N_("Un droit attend déjà une réponse sur ce PCE.")),
    20: (
        "1000000013",
        "id_pce",
        N_("Le titulaire a révoqué un droit sur ce PCE : il n’en accepte plus d’autre."),
    ),
}


def blocks(right: OwnRight, facts: PceFacts) -> bool:
    """Return whether the holder's revocation of `right` still applies; it ends with the holder."""
    if right.state is not RightState.REVOKED or right.source not in BY_HOLDER:
        return False
    since = facts.holder_since
    return since is None or right.closed_on is None or right.closed_on >= since


def same_name(name: str, other: str) -> bool:
    """Return whether two names are equal, ignoring accents, case, hyphens and points."""
    return _letters(name) == _letters(other)


@lru_cache(maxsize=4096)
def _letters(name: str) -> str:
    return "".join(sign for sign in folded(name) if sign.isalnum())


def opening(
    declared: Declaration, facts: PceFacts, organisation: str
) -> tuple[RightTrigger, RightActor]:
    """Return the first transition of a right without any problem, and its actor.

    The holder's name and postal code must match the contract, and so must the e-mail address if one
    is known: the link is the only proof of the person who answers. If the holder or the place is
    unknown, nobody can be recognised, so the distributor checks. A third party that declares itself
    the holder must bear that name itself: knowing a holder's details opens nothing to others.
    """
    placed = bool(facts.postal_code) and not list_other_rights(declared.postal_code, facts)
    matches = placed and _is_holder(declared.holder, facts)
    if declared.role.authorised and matches and is_covered(declared.email, facts):
        return RightTrigger.DECLARED, RightActor.THIRD_PARTY
    if not declared.role.authorised and matches and _is_holder(organisation, facts):
        return RightTrigger.DECLARED_HOLDER, RightActor.THIRD_PARTY
    return RightTrigger.DECLARED_DOUBTFUL, RightActor.SYSTEM


def guess_holder(declared: Declaration, facts: PceFacts) -> str:
    """Return the digest of a wrong guess about a known PCE, "" when there is none.

    The outcome, a check or a letter, reveals whether name, postal code and address are right. A
    name or an address is one guess for all PCEs of a holder, however many lines repeat it; a postal
    code is one for its PCE, whatever the role. Where nothing is known there is nothing to guess.
    """
    if list_other_rights(declared.postal_code, facts):
        return pce_guess(declared.number, declared.postal_code, declared.holder)
    known_identity = facts.postal_code and _letters(facts.holder)
    if not (declared.role.authorised and known_identity):
        return ""
    if not _is_holder(declared.holder, facts):
        return name_guess(declared.holder, facts.holder)
    if not facts.holder_emails or is_covered(declared.email, facts):
        return ""
    return address_guess(declared.email, facts.holder_id)


def pce_guess(number: str, postal_code: str, holder: str) -> str:
    """Return the digest of an unknown PCE, or of a wrong postal code.

    It includes the name: the answer for a wrong postal code reveals whether it is the contract's.
    """
    return digest((number, postal_code, _letters(holder)))


def name_guess(name: str, holder: str) -> str:
    return digest(("name", _letters(name), _letters(holder)))


def address_guess(email: str, holder_id: int | None) -> str:
    return digest(("address", mailbox_of(email), str(holder_id or "")))


def _is_holder(name: str, facts: PceFacts) -> bool:
    """Return whether `name` is the contract's; an empty name never is."""
    letters = _letters(facts.holder)
    return bool(letters) and letters == _letters(name)


def list_other_rights(postal_code: str, facts: PceFacts) -> bool:
    """Return whether the PCE is known to be at another postal code."""
    return bool(facts.postal_code) and postal_code != facts.postal_code


def is_covered(email: str, facts: PceFacts) -> bool:
    """Return whether `email` may be the holder's, as far as known."""
    return facts.holder_id is None or reaches(email, facts.holder_emails)


def doubts_of(row: RightRow, facts: PceFacts) -> frozenset[DeclarationDoubt]:
    """Return the differences between a right and what is known of its PCE."""
    own = not row.role.authorised
    doubts = {
        DeclarationDoubt.UNKNOWN: not (facts.holder and facts.postal_code),
        DeclarationDoubt.NAME: bool(facts.holder) and not same_name(row.holder, facts.holder),
        DeclarationDoubt.POSTAL_CODE: list_other_rights(row.postal_code, facts),
        DeclarationDoubt.EMAIL: not own and not is_covered(row.email, facts),
        DeclarationDoubt.ASKER: own and not same_name(row.third_party, facts.holder),
    }
    return frozenset(doubt for doubt, differs in doubts.items() if differs)


_excluded_fields = {"kinds", "purpose"}
_get_values = attrgetter(
    *(attribute.name for attribute in fields(Declaration) if attribute.name not in _excluded_fields)
)


@lru_cache(maxsize=4096)
def _date_text(value: object) -> str:
    """Return the text of a value, cached since lines share their dates."""
    return str(value)


def digest_of(declared: Declaration) -> str:
    """Return the mark that two declarations of the same thing share.

    Marks are stored: the text that is hashed never changes, whatever the classes are called.
    """
    parts = [
        *(repr(_date_text(value)) for value in _get_values(declared)),
        *(f"<Kind.{kind.name}: {kind.value!r}>" for kind in sorted(declared.kinds)),
        *([repr(declared.purpose)] if declared.purpose else []),
    ]
    return hashlib.sha256(f"[{', '.join(parts)}]".encode()).hexdigest()[:32]


def same_as(declared: Declaration, facts: PceFacts) -> OwnRight | None:
    """Return the open or waiting right with exactly this declaration, or None."""
    open_rights = [right for right in facts.own if not right.state.final]
    mark = digest_of(declared) if open_rights else ""
    return next((right for right in open_rights if right.digest == mark), None)
