"""The inputs of the editor, and a draft with its trial."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from components.thresholds.field_errors import wrong_values
from components.thresholds.form import COMMON, OWN, SAME, SEVERAL, EditorForm, count_of, draft_of
from components.thresholds.ids import Ids
from core.i18n import _
from data.analysis.signatures.rules.reasons import reason_words
from data.metering.consumption.types import Series, View
from data.metering.pces.types import PceRow
from data.thresholds.rules.checks import problems_in
from data.thresholds.rules.winter import UNRELIABLE
from data.thresholds.types import (
    MOST_PCES,
    BackTest,
    GroupTest,
    HistoryRow,
    Proposal,
    ReturnMargin,
    SimilarThreshold,
    ThresholdDraft,
    ThresholdKind,
    TrialQueries,
    WinterStanding,
)

Problem = tuple[str, str]  # field, formatted message
UNTRIED = frozenset(
    {"name", "scope", "recipients", "valid_to"}
)  # errors in these do not prevent a trial


@dataclass(frozen=True, slots=True)
class DraftTrial:
    """A draft with its trial, as shown on screen; `test` is None without trial."""

    form: EditorForm
    test: BackTest | None = None
    proposal: Proposal | None = None  # None: no values to propose for this kind
    proposed: int | None = None  # alert dates with the proposed values
    coefficient: float | None = None  # kWh per m³, recent
    watched: int = 1
    problems: tuple[Problem, ...] = ()
    site: str = ""
    margin: ReturnMargin | None = None
    group: GroupTest | None = None  # of all its PCEs, if several
    similar_by_pce: Mapping[str, SimilarThreshold] = field(
        default_factory=dict
    )  # existing thresholds of its PCEs

    @property
    def read(self) -> str | None:
        """Return the PCE whose bars are shown; None if all are empty."""
        has_energy = self.test and any(bar.energy_wh is not None for bar in self.test.bars)
        return self.test.pce if self.test and has_energy else None


@dataclass(frozen=True, slots=True)
class EditorContext:
    """Data that stay the same while the draft changes."""

    pces: Sequence[PceRow]  # first suggestions of the picker
    tags: Sequence[tuple[str, int]]
    people: Sequence[tuple[str, str, str]]  # `u12`, name, e-mail
    history: Sequence[HistoryRow] = ()
    sms: bool = False  # the operator has a gateway
    back: str = "/seuils"  # address of the page one came from
    standing: WinterStanding | None = None  # for weather thresholds: PCEs that cannot be evaluated


def form_now(controls: Mapping[str, Any], edited: Mapping[str, Any]) -> EditorForm:
    """Return the form from the fields and the stored state of the page."""
    pce = str(controls.get("choice") or edited.get("pce") or "")
    id_, version = edited.get("id"), edited.get("version")
    return EditorForm(
        draft_of({**controls, "pce": pce}),
        pce,
        id_ if isinstance(id_, int) else None,
        version if isinstance(version, int) else None,
        str(controls.get("scope") or ""),
        each_of(controls) if id_ is None else COMMON,
    )


def each_of(controls: Mapping[str, Any]) -> str:
    each = str(controls.get("each")) if controls.get("scope") == SEVERAL else COMMON
    return each if each in {SAME, OWN} else COMMON


def refill_key(trigger: object, controls: Mapping[str, Any], edited: Mapping[str, Any]) -> str:
    """Return a non-empty key if the server must set the values: another kind, or a new PCE."""
    moved = trigger == Ids.KIND or (trigger == Ids.PCE_CHOICE and edited.get("id") is None)
    return f"{controls.get('kind')}-{controls.get('choice')}" if moved else ""


def try_form(form: EditorForm, asks: TrialQueries, *, fresh: bool) -> DraftTrial:
    """Return `form` with its trial; `fresh` replaces its values by the proposed ones."""
    scope = form.draft.scope
    members = asks.members(scope) if len(scope.pces) <= MOST_PCES else {}  # none above the maximum
    form = with_trial_pce(form, members)
    draft, pce = form.draft, form.pce
    proposes = draft.kind in {ThresholdKind.FIXED, ThresholdKind.WEATHER}
    proposal = asks.propose(draft.kind, draft.period, pce) if proposes and pce else None
    if fresh:
        form = replace(form, draft=first_draft(form, proposal))
    margin = asks.propose_return(form.draft, pce) if pce else None
    if fresh and margin and form.id is None:
        form = replace(form, draft=replace(form.draft, hysteresis=margin.percent))
    problems = problems_of(form.draft)
    wrong = {field for field, _sentence in problems}
    similar_by_pce = asks.find_similar(draft, list(members), but=form.id)
    draft_trial = DraftTrial(
        form,
        proposal=proposal,
        problems=problems,
        watched=len(members),
        similar_by_pce=similar_by_pce,
        margin=margin,
    )
    if not pce or wrong - UNTRIED:
        return replace(draft_trial, site=members.get(pce) or pce)
    test = asks.back_test(form.draft, pce)
    return replace(
        draft_trial,
        problems=(*problems, *unreliable_problems(test)),
        test=test,
        proposed=dates_proposed(form.draft, proposal, pce, asks),
        coefficient=coefficient_of(asks.series(View(pce=pce))),
        site=test.alias or test.pce,
        group=tried_on_all(form, list(members), asks),
    )


def unreliable_problems(test: BackTest) -> tuple[Problem, ...]:
    """Return why weather-related excess cannot be evaluated on this site."""
    reason = test.learnt.reason if test.learnt else None
    if reason is None:
        return ()
    site, why = test.alias or test.pce, reason_words(reason)
    return (("learnt", _(UNRELIABLE, site=site, why=why)),)


def with_trial_pce(form: EditorForm, members: Mapping[str, str]) -> EditorForm:
    """Return the form with a trial PCE of its group."""
    if not form.grouped or not members or form.pce in members:
        return form
    return replace(form, pce=next(iter(members)))


def tried_on_all(form: EditorForm, numbers: Sequence[str], asks: TrialQueries) -> GroupTest | None:
    if not form.grouped or len(numbers) < 2:  # noqa: PLR2004 (a group)
        return None
    return asks.group_test(form.draft, numbers, own=form.each == OWN)


def coefficient_of(series: Series) -> float | None:
    """Return kWh per m³ over twelve months; Wh per dm³ has the same value."""
    year = series.year
    if year is None or not year.energy_wh or not year.volume_dm3:
        return None
    return year.energy_wh / year.volume_dm3


def first_draft(form: EditorForm, proposal: Proposal | None) -> ThresholdDraft:
    """Return the draft with the proposed values."""
    percent = proposal.percent if proposal and proposal.percent else form.draft.percent
    return replace(form.draft, values_wh=first_values(form, proposal), percent=percent)


def first_values(form: EditorForm, proposal: Proposal | None) -> tuple[int, ...]:
    count = count_of(form.choice)
    if proposal is not None and len(proposal.values_wh) == count:
        return proposal.values_wh
    return (0,) * count


def dates_proposed(
    draft: ThresholdDraft, proposal: Proposal | None, pce: str, asks: TrialQueries
) -> int | None:
    """Return the number of alert dates with the proposed values, if they differ."""
    if proposal is None or not proposal.values_wh or proposal.values_wh == draft.values_wh:
        return None
    return asks.back_test(replace(draft, values_wh=proposal.values_wh), pce).exceeded


def problems_of(draft: ThresholdDraft) -> tuple[Problem, ...]:
    """Return the problems as messages; an empty name is filled from the site.

    A wrong value has its own message, instead of the general one.
    """
    named = draft if draft.name else replace(draft, name="–")
    problems = [(where, _(text, **params)) for where, text, params in problems_in(named)]
    wrong = wrong_values(draft)
    if not wrong:
        return tuple(problems)
    rest = [problem for problem in problems if problem[0] != "values"]
    return (*(("values", sentence) for sentence in wrong.values()), *rest)
