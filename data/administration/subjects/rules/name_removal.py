"""Remove names from the places of values where a name is written."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from data.administration.subjects.types import Subject

NOBODY = "–"
_NAME, _EMAIL = "nom_titulaire", "courriel_titulaire"  # fields of Asked


def _is_theirs(subject: Subject, text: str) -> bool:
    """Return whether `text` is the person's name, as others may see it, or address."""
    names = {subject.name, f"{subject.name} ({subject.organisation})"} if subject.name else set()
    return text in names or text.strip().lower() == subject.email


def without_who(params: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    """Return `params` with `who` replaced if it is the person."""
    is_subject = _is_theirs(subject, str(params.get("who", "")))
    return {**params, "who": NOBODY} if is_subject else dict(params)


def without_decider(params: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
    """Return `params` with the person's name removed from the list of deciders."""
    if not params.get("deciders") or not subject.name:
        return dict(params)
    name_pattern = rf"(?:^|(?<=, )){re.escape(subject.name)}(?=, |$)"
    return {**params, "deciders": re.sub(name_pattern, NOBODY, params["deciders"])}


def without_holder(params: Mapping[str, Any], uids: Collection[str]) -> dict[str, Any]:
    """Return the `params` of a mail about several PCEs without holders of `uids`.

    `uids` are rights and controls.
    """
    about = {
        number: [details[0], NOBODY, *details[2:]] if details[2] in uids and details[1] else details
        for number, details in params.get("about", {}).items()
    }
    return {**params, "about": about} if about else dict(params)


def without_cells(plan: Mapping[str, Any], subject: Subject, *, home: bool) -> dict[str, Any]:
    """Return the plan of an import without the person's name and addresses as a holder.

    In the plans of their own organisation (`home`), the name alone is enough; elsewhere it must
    stand beside their address.
    """
    new_plan = dict(plan)
    for name in {"usual"} & plan.keys():
        new_plan[name] = _without(plan[name], subject, home=home)
    for name in {"edits"} & plan.keys():
        lines = plan[name].items()
        new_plan[name] = {line: _without(texts, subject, home=home) for line, texts in lines}
    return new_plan


def _without(texts: Mapping[str, str], subject: Subject, *, home: bool) -> dict[str, str]:
    addressed = texts.get(_EMAIL, "").strip().lower() == subject.email
    called = home and bool(subject.name) and texts.get(_NAME, "").strip() == subject.name
    gone = {_EMAIL: addressed, _NAME: addressed or called}
    return {field: NOBODY if gone.get(field) else text for field, text in texts.items()}
