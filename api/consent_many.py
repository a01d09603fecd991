"""Serve a letter with more PCEs than a page holds: towns, search and bulk answers.

Nothing is selected at first. A bulk answer is summarised in full before it is given, then applied
to exactly the points that were shown, or to none.
"""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from api.consent_words import letter_words, reader_words, right_words
from api.context import now, portal
from api.locale import speak_to_reader
from core.database import blocks
from core.errors import Conflict, Invalid
from core.i18n import N_, PARIS, _, long_day, number
from data.rights.actions import LetterAnswering
from data.rights.actions.answers import NO_LONGER, NOTHING_LEFT
from data.rights.messages import TEXT_VERSION, kinds_said, purpose_said
from data.rights.queries import find_in_scope, get_letter_page, read_letter, read_scope
from data.rights.types import (
    ConsentEvidence,
    LetterFilter,
    LetterPart,
    LetterScope,
    LetterTown,
    LetterView,
    PassportLetter,
    RightTrigger,
)

_PARTS = {
    LetterPart.WAITING: N_("À décider"),
    LetterPart.OPEN: N_("Ouverts"),
    LetterPart.ELSEWHERE: N_("Décidés dans votre espace"),
    LetterPart.CLOSED: N_("Clos"),
}
_ANSWERED_IN = {"accept": LetterPart.WAITING, "refuse": LetterPart.WAITING}
_MOST_PAGE = 1_000_000


def open_letter(db: Session, token: str) -> PassportLetter | None:
    """Return the letter of a link, if any, and use its reader's language from here on."""
    speak_to_reader("fr")  # also for an invalid link
    letter = read_letter(db, token)
    if letter is not None:
        speak_to_reader(letter.language)
    return letter


def filter_of_query() -> LetterFilter:
    """Return the filter in the address, without invalid values."""
    page = request.args.get("page", "")
    return _filter(request.args, int(page) if page.isascii() and page.isdigit() else 1)


def read_scope_filter(fields: MultiDict[str, str]) -> LetterFilter:
    """Return the filter of the points that a bulk answer is about."""
    letter_filter = _filter(fields, 1)
    if letter_filter.part not in {LetterPart.WAITING, LetterPart.OPEN}:
        raise Invalid(N_("Choisissez d’accepter, de refuser ou de retirer votre accord."))
    return letter_filter


def _filter(fields: MultiDict[str, str], page: int) -> LetterFilter:
    parts = {part.value: part for part in LetterPart}
    return LetterFilter(
        parts.get(fields.get("partie", "")),
        fields.get("commune") or None,
        fields.get("q", "")[:100],
        min(page, _MOST_PAGE),
    )


def render_letter(db: Session, token: str, words: dict[str, Any]) -> str:
    """Render one page of a large letter."""
    view = get_letter_page(db, token, filter_of_query(), today_now())
    return render_template("consent_many.html", **words, **_letter_words(view))


def render_scope(token: str, reply: str, letter_filter: LetterFilter, mark: str) -> str:
    """Render what a bulk answer would change; raise Conflict if it is no longer the same."""
    if _ANSWERED_IN.get(reply, LetterPart.OPEN) is not letter_filter.part:
        raise Conflict(NOTHING_LEFT)
    with portal().database.reading() as db:
        letter = open_letter(db, token)
        scope = read_scope(db, token, letter_filter, mark, today_now())
    words = {**_scope_words(scope), **letter_words(letter), "answer": reply}
    return render_template("consent_sure.html", wanted=letter_filter, **words)


def answer_scope(
    token: str,
    trigger: RightTrigger,
    letter_filter: LetterFilter,
    mark: str,
    evidence: ConsentEvidence,
) -> None:
    """Answer for exactly the points that `mark` identifies, block by block.

    Each block is a transaction, so that other writers wait briefly. Raise Conflict when the points
    are not those shown, before anything is answered, or when none of them waits any more.
    """
    with portal().database.reading() as db:
        ids = find_in_scope(db, token, letter_filter, mark, today_now())
    answering = LetterAnswering.begin(token, trigger, evidence, now())
    answered = changed_before = 0
    for block in blocks(ids):
        with portal().database.transaction() as db:
            done = answering.answer_block(db, block)
        answered += done.answered
        changed_before += done.changed_before
    if not answered:
        raise Conflict(NOTHING_LEFT)
    if changed_before:
        raise Conflict(
            N_(
                "Votre réponse est enregistrée pour {answered} points de livraison ; {left} avaient"
                " changé entre-temps et restent tels quels."
            ),
            answered=number(answered),
            left=number(changed_before),
        )


def today_now() -> date:
    """Return the day of this request, in Paris."""
    return now().astimezone(PARIS).date()


def _letter_words(view: LetterView) -> dict[str, Any]:
    letter_filter = view.criteria
    return {
        "view": view,
        "count": sum(view.counts.values()),
        "tabs": [
            {
                "label": _(_PARTS[part]),
                "count": number(count),
                "url": _address(LetterFilter(part)),
                "here": part is letter_filter.part,
            }
            for part, count in view.counts.items()
            if count
        ],
        "waits": letter_filter.part is LetterPart.WAITING,
        "is_open": letter_filter.part is LetterPart.OPEN,
        "elsewhere": letter_filter.part is LetterPart.ELSEWHERE,
        "no_longer": _(NO_LONGER),
        "town": _town_name_of(letter_filter.town) if letter_filter.town else "",
        "up": _address(LetterFilter(letter_filter.part)),
        "back": _address(letter_filter, letter_filter.page),
        "lines": [right_words(right) for right in view.rights],
        "readers": [reader_words(reader) for reader in view.readers],
        "pages": _pages(view),
        "version": TEXT_VERSION,
        **_scope_words(view.scope),
        "who": view.third_party,
        "wanted": letter_filter,
        **letter_words(view.letter),
    }


def _scope_words(scope: LetterScope) -> dict[str, Any]:
    listed_count = sum(count for _right, count in scope.terms)
    return {
        "who": scope.terms[0][0].third_party if scope.terms else "",
        "total": number(scope.count),
        "alone": scope.count == 1,
        "mark": scope.mark,
        "terms": [
            {
                "count": number(count),
                "kinds": kinds_said(right),
                "purpose": " ".join(purpose_said(right)),
            }
            for right, count in scope.terms
        ],
        "other_terms": number(scope.count - listed_count) if listed_count < scope.count else "",
        "towns": [_town_words(town) for town in scope.towns],
        "other_towns": scope.town_count - len(scope.towns),
        "days": _span(scope.first, scope.last),
        "ends": _ends(scope.ends_first, scope.ends_last),
        "due": long_day(scope.due) if scope.due else "",
    }


def _span(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return _("toutes les données du titulaire")
    return _("données du {first} au {last}", first=long_day(first), last=long_day(last))


def _ends(first: date | None, last: date | None) -> str:
    """Return until when the rights last: one day, or at the latest one."""
    if first is None or last is None:
        return ""
    if first == last:
        return _("jusqu’au {day}", day=long_day(last))
    return _("jusqu’au {last} au plus tard, selon le point", last=long_day(last))


def _town_words(town: LetterTown) -> dict[str, Any]:
    return {
        "key": town.key,
        "name": _town_name(town.code, town.name),
        "count": number(town.count),
        "mark": town.mark,
    }


def _town_name_of(key: str) -> str:
    code, _colon, name = key.partition(":")
    return _town_name(code, name)


def _town_name(code: str, name: str) -> str:
    return f"{name} ({code})" if name else _("Code postal {code}", code=code)


def _pages(view: LetterView) -> dict[str, Any]:
    letter_filter, last = view.criteria, view.pages
    before = _address(letter_filter, letter_filter.page - 1) if letter_filter.page > 1 else ""
    after = _address(letter_filter, letter_filter.page + 1) if letter_filter.page < last else ""
    return {
        "page": number(letter_filter.page),
        "last": number(last),
        "before": before,
        "after": after,
    }


def _address(letter_filter: LetterFilter, page: int = 1) -> str:
    """Return the address of a page of this letter."""
    query: dict[str, Any] = {"token": request.view_args["token"]} if request.view_args else {}
    query["partie"] = letter_filter.part.value if letter_filter.part else None
    query |= {
        "commune": letter_filter.town,
        "q": letter_filter.text or None,
        "page": page if page > 1 else None,
    }
    return url_for("consent.show", **query, _anchor="points")
