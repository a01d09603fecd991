"""Convert between the editor's fields and a draft."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from components.thresholds.labels import CHOICES, choice_of
from data.notifications.types import ChannelKind, Grouping, Recipient, Severity
from data.thresholds.rules.amounts import AMBIGUOUS, Unclear, wh_of
from data.thresholds.rules.winter import LEAST_PROPOSED
from data.thresholds.types import (
    ThresholdDraft,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
    WeekLimits,
)

ONE, SEVERAL, TAG = "one", "several", "tag:"
COMMON, SAME, OWN = "common", "same", "own"  # for several PCEs: common, or one each
WRONG = -1000  # outside any valid range, so that the rules report it
# Wh: empty where required, below 0, ambiguous
EMPTY, BELOW, DOUBTFUL = -1, -2, -3
MOST_TYPED = 10**9  # kWh
_NUMBER = re.compile(r"[^\s;,]+")
_SPACES = re.compile(r"\s")
USUAL = ThresholdDraft("", ThresholdKind.FIXED, ThresholdPeriod.MONTH)
USUAL_PERCENT = 15
DELAYS = (1, 4, 24, 72)  # hours without answer before a second person is notified
_USUAL_OF = {ThresholdKind.RELATIVE: USUAL_PERCENT, ThresholdKind.WEATHER: LEAST_PROPOSED}


@dataclass(frozen=True, slots=True)
class EditorForm:
    """Values of the editor; `pce` is the one on which the draft is tried."""

    draft: ThresholdDraft
    pce: str
    id: int | None = None
    version: int | None = None
    scope: str = ONE
    each: str = COMMON

    @property
    def choice(self) -> str:
        return choice_of(self.draft.kind, self.draft.period)

    @property
    def grouped(self) -> bool:
        """Return whether it applies to several PCEs, or to a tag."""
        return self.scope == SEVERAL or self.scope.startswith(TAG)


def form_of(draft: ThresholdDraft, pce: str, id_: int, version: int) -> EditorForm:
    """Return the form of an existing threshold."""
    scope = TAG + draft.scope.tag if draft.scope.tag else ONE
    if not draft.scope.tag and len(draft.scope.pces) > 1:
        scope = SEVERAL
    return EditorForm(draft, pce, id_, version, scope)


def parse_whole_number(value: object, empty: int) -> int:
    """Parse a whole number: `empty` if blank, WRONG if invalid."""
    if value is None or value == "":
        return empty
    if isinstance(value, bool):
        return WRONG
    if isinstance(value, int | float):
        return round(value) if abs(value) < MOST_TYPED else WRONG
    text = _SPACES.sub("", str(value))
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else WRONG


def values_wh(values: object, count: int) -> tuple[int, ...]:
    """Return `count` typed kWh values in Wh; invalid ones are negative, which rules reject."""
    raw_values = values if isinstance(values, list) else []
    return tuple(
        _wh(raw_values[rank]) if rank < len(raw_values) else EMPTY for rank in range(count)
    )


def _wh(value: object) -> int:
    """Return the Wh of a dragged number, or of a typed text."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, str):
        return _typed_wh(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value < MOST_TYPED:
        return WRONG  # not a number, or NaN, which no comparison accepts
    return round(value * 1000) if value >= 0 else BELOW


def _typed_wh(text: str) -> int:
    try:
        typed = wh_of(text)
    except Unclear as unclear:
        return DOUBTFUL if unclear.message == AMBIGUOUS else WRONG
    if typed >= MOST_TYPED * 1000:
        return WRONG
    return typed if typed >= 0 else BELOW


def count_of(choice: str) -> int:
    """Return the number of values of a kind."""
    return {"month": 12, "day": 1, "year": 1, "low": 1}.get(choice, 0)


def day_of(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None


def numbers_in(text: object) -> tuple[str, ...]:
    """Return the PCEs of a pasted list, in order, without duplicates."""
    return tuple(dict.fromkeys(_NUMBER.findall(str(text or "")[:100_000].upper())))


def scope_of(controls: Mapping[str, Any]) -> ThresholdScope:
    chosen = str(controls.get("scope") or ONE)
    if chosen.startswith(TAG):
        return ThresholdScope(tag=chosen.removeprefix(TAG))
    if chosen == SEVERAL:
        return ThresholdScope(numbers_in(controls.get("several")))
    pce = str(controls.get("pce") or "")
    return ThresholdScope((pce,) if pce else ())


def kind_of(controls: Mapping[str, Any]) -> tuple[str, ThresholdKind, ThresholdPeriod]:
    choice = str(controls.get("kind") or "month")
    choice = choice if choice in CHOICES else "month"
    kind, period = CHOICES[choice]
    every = str(controls.get("every") or "")
    if kind is ThresholdKind.RELATIVE and every in set(ThresholdPeriod):
        period = ThresholdPeriod(every)
    return choice, kind, period


def draft_of(controls: Mapping[str, Any]) -> ThresholdDraft:
    """Return the draft of the fields, unvalidated."""
    choice, kind, period = kind_of(controls)
    winter = kind is ThresholdKind.WEATHER
    warn = 0 if winter else parse_whole_number(controls.get("warn"), 0)
    daily = period is ThresholdPeriod.DAY
    percent = parse_whole_number(controls.get("excess" if winter else "percent"), 0)
    return ThresholdDraft(
        name=str(controls.get("name") or "").strip(),
        kind=kind,
        period=period,
        values_wh=values_wh(controls.get("values"), count_of(choice)),
        percent=percent if winter or kind is ThresholdKind.RELATIVE else 0,
        delay=parse_whole_number(controls.get("delay"), USUAL.delay),
        warn_at=warn or None,
        hysteresis=parse_whole_number(controls.get("hysteresis"), 0),
        consecutive=parse_whole_number(controls.get("consecutive"), 1) if daily else 1,
        valid_from=day_of(controls.get("first")),
        valid_to=day_of(controls.get("last")),
        severity=severity_of(controls.get("severity")),
        recipients=recipients_of(controls.get("told")),
        scope=scope_of(controls),
        window=parse_whole_number(controls.get("window"), USUAL.window) if winter else USUAL.window,
        learnt_to=day_of(controls.get("learnt")) if winter else None,
        week=week_of(controls) if choice == ThresholdPeriod.DAY.value else WeekLimits(),
    )


def week_of(controls: Mapping[str, Any]) -> WeekLimits:
    """Return the limits of week-ends and closed days; invalid ones are negative."""
    weekend, closed = (
        None if value is None or value == "" else _wh(value)
        for value in (controls.get("weekend"), controls.get("closed"))
    )
    days = controls.get("closed_on")
    chosen = {str(day) for day in days} if isinstance(days, list) and closed is not None else set()
    return WeekLimits(weekend, closed, tuple(day for day in range(7) if str(day) in chosen))


def severity_of(value: object) -> Severity:
    text = str(value or "")
    severities_by_code = {str(severity.value): severity for severity in Severity}
    return severities_by_code.get(text, Severity.WARNING)


def recipients_of(addressees: object) -> tuple[Recipient, ...]:
    """Return the recipients in the editor's list; invalid entries are ignored."""
    recipients_by_key = {}
    for entry in addressees if isinstance(addressees, list) else []:
        if isinstance(entry, Mapping) and (person := person_of(entry.get("who"))):
            recipients_by_key[person] = Recipient(
                *person, channels_of(entry), grouping_of(entry), delay_of(entry)
            )
    return tuple(recipients_by_key.values())


def person_of(word: object) -> tuple[int | None, int | None] | None:
    """Return the user or extra address of a key: `u12` is user 12, `a3` address 3."""
    match = re.fullmatch(r"([ua])([0-9]{1,9})", str(word or ""))
    if match is None:
        return None
    number = int(match[2])
    return (number, None) if match[1] == "u" else (None, number)


def channels_of(entry: Mapping[str, Any]) -> frozenset[ChannelKind]:
    by = entry.get("by")
    named = set(map(str, by)) if isinstance(by, list) else set()
    return frozenset(channel for channel in ChannelKind if channel.value in named) | {
        ChannelKind.INBOX
    }


def grouping_of(entry: Mapping[str, Any]) -> Grouping:
    every = str(entry.get("every"))
    return Grouping(every) if every in set(Grouping) else Grouping.IMMEDIATE


def delay_of(entry: Mapping[str, Any]) -> int:
    """Return the hours without answer after which a second person is notified."""
    hours = parse_whole_number(entry.get("after"), 0)
    return hours if hours in DELAYS else 0


def recipient_entries(recipients: Sequence[Recipient]) -> list[dict[str, Any]]:
    """Return the editor's list of recipients."""
    return [
        {
            "who": f"u{recipient.user_id}"
            if recipient.user_id is not None
            else f"a{recipient.address_id}",
            "by": sorted(channel.value for channel in recipient.channels - {ChannelKind.INBOX}),
            "every": recipient.grouping.value,
            **({"after": str(recipient.after_hours)} if recipient.after_hours else {}),
        }
        for recipient in recipients
    ]


def form_of_query(query: Mapping[str, str], pce: str, user_id: int) -> EditorForm:
    """Return a new threshold from the address; its author receives mail."""
    choice = query.get("kind", "")
    choice = choice if choice in CHOICES else "month"
    kind, period = CHOICES[choice]
    several = numbers_in(query.get("pces"))
    me = Recipient(
        user_id, None, frozenset({ChannelKind.INBOX, ChannelKind.EMAIL}), Grouping.IMMEDIATE
    )
    draft = ThresholdDraft(
        "",
        kind,
        period,
        (0,) * count_of(choice),
        percent=_USUAL_OF.get(kind, 0),
        warn_at=None if kind is ThresholdKind.WEATHER else USUAL.warn_at,
        recipients=(me,),
        scope=ThresholdScope(several or (pce,)),
        learnt_to=day_of(query.get("learnt")) if kind is ThresholdKind.WEATHER else None,
    )
    return EditorForm(draft, pce, scope=SEVERAL if several else ONE)
