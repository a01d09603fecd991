"""What the editor is given to draw itself, and a draft after its trial."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from components.thresholds.form import Form, count_of, draft_of
from components.thresholds.ids import Ids
from data.consumption.types import Series, View
from data.pces.types import PceRow
from data.thresholds.rules.checks import problems_in
from data.thresholds.types import (
    BackTest,
    Draft,
    HistoryRow,
    Period,
    Proposal,
    Scope,
    ThresholdKind,
)
from i18n import _

Problem = tuple[str, str]  # field, sentence already filled
UNTRIED = frozenset(
    {"name", "scope", "recipients", "valid_to"}
)  # wrong, they keep no trial from being made


@dataclass(frozen=True, slots=True)
class Asks:
    """The queries that a trial makes, bound to their database and viewer at the edge."""

    back_test: Callable[[Draft, str], BackTest]
    propose: Callable[[ThresholdKind, Period, str], Proposal]
    watched: Callable[[Scope], int]
    series: Callable[[View], Series]


@dataclass(frozen=True, slots=True)
class Tried:
    """A draft after its trial: what the screen shows of it; `test` is None without one."""

    form: Form
    test: BackTest | None = None
    proposal: Proposal | None = None  # None: this kind has no values to propose
    proposed: int | None = None  # dates that the proposed values would have given
    coefficient: float | None = None  # kWh in a m³, lately
    watched: int = 1
    problems: tuple[Problem, ...] = ()
    site: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What does not change while the draft does."""

    pces: Sequence[PceRow]  # the first suggestions of the picker
    tags: Sequence[tuple[str, int]]
    people: Sequence[tuple[str, str, str]]  # `u12`, name, e-mail
    history: Sequence[HistoryRow] = ()


def form_now(controls: Mapping[str, Any], edited: Mapping[str, Any]) -> Form:
    """What the fields and the page's own memory say."""
    pce = str(controls.get("choice") or edited.get("pce") or "")
    id_, version = edited.get("id"), edited.get("version")
    return Form(
        draft_of({**controls, "pce": pce}),
        pce,
        id_ if isinstance(id_, int) else None,
        version if isinstance(version, int) else None,
        str(controls.get("scope") or ""),
    )


def refills(trigger: object, controls: Mapping[str, Any], edited: Mapping[str, Any]) -> str:
    """Not empty when the values must come from here: another kind, or another PCE to begin with."""
    moved = trigger == Ids.KIND or (trigger == Ids.PCE_CHOICE and edited.get("id") is None)
    return f"{controls.get('kind')}-{controls.get('choice')}" if moved else ""


def tried(form: Form, asks: Asks, *, fresh: bool) -> Tried:
    """*form* after its trial; *fresh* takes the proposed values in place of its own."""
    draft, pce = form.draft, form.pce
    fixed = draft.kind is ThresholdKind.FIXED
    proposal = asks.propose(draft.kind, draft.period, pce) if fixed and pce else None
    if fresh:
        form = replace(form, draft=replace(draft, values_wh=first_values(form, proposal)))
    problems = problems_of(form.draft)
    wrong = {field for field, _sentence in problems}
    watched = 0 if "scope" in wrong else asks.watched(form.draft.scope)  # none of too many is read
    known = Tried(form, proposal=proposal, problems=problems, watched=watched)
    if not pce or wrong - UNTRIED:
        return replace(known, site=pce)
    test = asks.back_test(form.draft, pce)
    return replace(
        known,
        test=test,
        proposed=dates_proposed(form.draft, proposal, pce, asks),
        coefficient=coefficient_of(asks.series(View(pce=pce))),
        site=test.alias or test.pce,
    )


def coefficient_of(series: Series) -> float | None:
    """How many kWh a m³ made over the last twelve months (Wh in a dm³, as much)."""
    year = series.year
    if year is None or not year.energy_wh or not year.volume_dm3:
        return None
    return year.energy_wh / year.volume_dm3


def first_values(form: Form, proposal: Proposal | None) -> tuple[int, ...]:
    count = count_of(form.choice)
    if proposal is not None and len(proposal.values_wh) == count:
        return proposal.values_wh
    return (0,) * count


def dates_proposed(draft: Draft, proposal: Proposal | None, pce: str, asks: Asks) -> int | None:
    """How many dates the proposed values would have given, where they are not those tried."""
    if proposal is None or not proposal.values_wh or proposal.values_wh == draft.values_wh:
        return None
    return asks.back_test(replace(draft, values_wh=proposal.values_wh), pce).exceeded


def problems_of(draft: Draft) -> tuple[Problem, ...]:
    """In the reader's words; a name left empty is made from the site, and is none."""
    named = draft if draft.name else replace(draft, name="–")
    return tuple((field, _(text, **params)) for field, text, params in problems_in(named))
