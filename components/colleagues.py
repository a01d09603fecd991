"""Name the colleagues who can do what the viewer cannot, and ask them in one press."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components.kit import button
from core.i18n import _, plural
from data.notifications.rules.words import act_of
from data.notifications.types import HelpSubject

MOST_NAMED = 3


def any_of(names: Sequence[str]) -> str:
    """Return `Ada`, `Ada ou Abel`, `Ada, Abel ou Anna`; without names, who it is by role."""
    if not names:
        return _("un administrateur de votre organisation")
    *others, last = names[:MOST_NAMED]
    return _("{others} ou {last}", others=", ".join(others), last=last) if others else last


def all_of(names: Sequence[str]) -> str:
    """Return `Ada`, `Ada et Abel`, or `Ada, Abel, Anna et 2 autres`."""
    rest = len(names) - MOST_NAMED
    if rest > 0:
        more = plural("{count} autre", "{count} autres", rest)
        return _("{names} et {more}", names=", ".join(names[:MOST_NAMED]), more=more)
    *others, last = names
    return _("{names} et {more}", names=", ".join(others), more=last) if others else last


def sentence_of(names: Sequence[str], subject: HelpSubject) -> str:
    """Return `Ada ou Abel peut saisir les prix du gaz.`, with a capital letter."""
    words = _("{who} peut {act}.", who=any_of(names), act=act_of(subject))
    return words[0].upper() + words[1:]


def ask_button(subject: object, pce: object) -> dict[str, Any]:
    """Return the id of the button that asks colleagues, for a PCE or for none with ""."""
    return {"type": "colleagues-ask", "subject": subject, "pce": pce}


def ask(names: Sequence[str], subject: HelpSubject, pce: str = "") -> list[Component]:
    """Return the button that sends them the request; none where nobody can."""
    if not names:
        return []
    return [_button(len(names), subject, pce)]


def ask_by_role(subject: HelpSubject, pce: str = "") -> list[Component]:
    """Return the button where colleagues are not read; its toast names those who were asked."""
    return [_button(1, subject, pce)]


def _button(count: int, subject: HelpSubject, pce: str) -> Component:
    words = plural("Lui envoyer la demande", "Leur envoyer la demande", count)
    return button(words, id=ask_button(subject.value, pce), icon="send", kind="primary")
