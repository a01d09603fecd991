"""Describe each right of a letter: its delivery point, its days and its state."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import current_app, url_for

from core.i18n import N_, _, clock, long_day
from data.rights.actions.answers import NO_LONGER
from data.rights.messages import TEXT_VERSION, days_said, kinds_said, perimeters, purpose_said
from data.rights.rules.links import sign_stop
from data.rights.rules.reads import did
from data.rights.types import DataReader, Passport, PassportLetter, PassportRight, RightState

_STATES: Mapping[RightState, tuple[str, str]] = {
    RightState.PENDING: (N_("Attend votre réponse"), "info"),
    RightState.ACTIVE: (N_("Ouvert"), "ok"),
    RightState.RECHECK: (N_("Vérification en cours"), "warn"),
    RightState.REFUSED: (N_("Vous avez refusé"), "mute"),
    RightState.REVOKED: (N_("Accord retiré"), "mute"),
    RightState.OBSOLETE: (N_("Terminé"), "mute"),
}


def page_words(letter: Passport, today: date) -> dict[str, Any]:
    """Return the template values of a letter that fits on one page."""
    waiting: list[PassportRight] = []
    active: list[PassportRight] = []
    elsewhere: list[PassportRight] = []
    over: list[PassportRight] = []
    for right in letter.rights:
        silent = right.uid in letter.silent
        if not silent and _may_answer(right, today):
            waiting.append(right)
        elif not silent and right.state is RightState.ACTIVE:
            active.append(right)
        elif silent and not right.state.final:
            elsewhere.append(right)
        else:
            over.append(right)
    return {
        "who": letter.rights[0].third_party,
        "asked": list(dict.fromkeys(words for right in waiting for words in kinds_said(right))),
        "purposes": list(
            dict.fromkeys(
                purpose_label
                for waiting_right in waiting
                for purpose_label in purpose_said(waiting_right)
            )
        ),
        "alone": len(letter.rights) == 1,  # with several rights, the holder ticks the ones meant
        "waiting": _group(waiting),
        "active": _group(active),
        "elsewhere": _group(elsewhere),
        "no_longer": _(NO_LONGER),
        "over": _group(over),
        "due": earliest_day([right.answer_due for right in waiting]),
        "readers": [reader_words(reader) for reader in letter.readers],
        "version": TEXT_VERSION,
        **letter_words(letter.letter),
    }


def letter_words(letter: PassportLetter | None) -> dict[str, Any]:
    """Return whether the reader stopped letters, and the link to change it."""
    if letter is None:
        return {"stop": "", "stopped": False}
    token = sign_stop(letter.id, str(current_app.secret_key))
    return {"stop": url_for("letters.show", token=token), "stopped": letter.stopped}


def _may_answer(right: PassportRight, today: date) -> bool:
    """Return whether a right can be answered: not when late, even before the nightly job."""
    late = right.answer_due is not None and right.answer_due < today
    over = right.ends_on is not None and right.ends_on < today
    return right.state is RightState.PENDING and not (late or over)


def earliest_day(days: Sequence[date | None]) -> str:
    """Return the earliest known day as text; "" without any."""
    known_days = [day for day in days if day is not None]
    return long_day(min(known_days)) if known_days else ""


def _group(rights: Sequence[PassportRight]) -> dict[str, Any]:
    """Return rights grouped by their kinds of data and purposes."""
    return {
        "count": len(rights),
        "perimeters": [
            {
                "kinds": kinds_said(similar_rights[0]),
                "purpose": " ".join(purpose_said(similar_rights[0])),
                "rights": [right_words(right) for right in similar_rights],
            }
            for similar_rights in perimeters(rights, _terms)
        ],
    }


def _terms(right: PassportRight) -> tuple[tuple[str, ...], ...]:
    return kinds_said(right), purpose_said(right)


def right_words(right: PassportRight) -> dict[str, str]:
    """Return one delivery point as its holder knows it; the requester's name is separate."""
    state, tone = _STATES[right.state]
    at = right.closed_at or right.answered_at
    site = " ".join(right.site.split()) if right.site != right.place else ""
    return {
        "uid": right.uid,
        "number": right.number,
        "place": right.place,
        "site": _("nommé par le demandeur : {site}", site=site) if site else "",
        "state": _(state),
        "tone": tone,
        "days": days_said(right),
        "until": _("jusqu’au {day}", day=long_day(right.ends_on)) if right.ends_on else "",
        "at": _("le {at}", at=clock(at)) if at else "",
    }


def reader_words(reader: DataReader) -> dict[str, str]:
    """Return one line of the log of reads."""
    return {
        "at": clock(reader.at),
        "who": reader.organisation,
        "what": did(reader.action),
        "number": reader.number,
    }
