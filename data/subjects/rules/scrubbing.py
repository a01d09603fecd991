"""Names out of values that are about something else, at the places where a name is written."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from data.subjects.types import Subject

NOBODY = "–"
_NAME, _EMAIL = "nom_titulaire", "courriel_titulaire"  # fields of Asked


def _is_theirs(subject: Subject, text: str) -> bool:
    """Their name, as the other side reads it too, or their address."""
    names = {subject.name, f"{subject.name} ({subject.organisation})"} if subject.name else set()
    return text in names or text.strip().lower() == subject.email


def without_who(params: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    """*params* where who acts, if it is them, is nobody."""
    theirs = _is_theirs(subject, str(params.get("who", "")))
    return {**params, "who": NOBODY} if theirs else dict(params)


def without_decider(params: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    """*params* whose list of those who may answer names them no more."""
    if not params.get("deciders") or not subject.name:
        return dict(params)
    theirs = rf"(?:^|(?<=, )){re.escape(subject.name)}(?=, |$)"
    return {**params, "deciders": re.sub(theirs, NOBODY, params["deciders"])}


def without_holder(params: Mapping[str, Any], uids: Collection[str]) -> dict[str, Any]:
    """*params* where the rights and controls *uids*, of a mail on several PCE, name no holder."""
    about = {
        number: [said[0], NOBODY, *said[2:]] if said[2] in uids and said[1] else said
        for number, said in params.get("about", {}).items()
    }
    return {**params, "about": about} if about else dict(params)


def without_cells(plan: Mapping[str, Any], subject: Subject, *, home: bool) -> dict[str, Any]:
    """The plan of an import whose holders' names and addresses are not theirs any more.

    A name alone is theirs in the plans of their own organisation, *home*; elsewhere it is beside
    their address only.
    """
    kept = dict(plan)
    for name in {"usual"} & plan.keys():
        kept[name] = _without(plan[name], subject, home=home)
    for name in {"edits"} & plan.keys():
        lines = plan[name].items()
        kept[name] = {line: _without(texts, subject, home=home) for line, texts in lines}
    return kept


def _without(texts: Mapping[str, str], subject: Subject, *, home: bool) -> dict[str, str]:
    addressed = texts.get(_EMAIL, "").strip().lower() == subject.email
    called = home and bool(subject.name) and texts.get(_NAME, "").strip() == subject.name
    gone = {_EMAIL: addressed, _NAME: addressed or called}
    return {field: NOBODY if gone.get(field) else text for field, text in texts.items()}
