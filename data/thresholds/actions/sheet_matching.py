"""Match each line of a sheet with at most one existing threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.i18n import N_
from data.runs.types import SheetProblem
from data.thresholds.files.columns import NAME, PCE, REFERENCE
from data.thresholds.types import KnownThreshold, SheetRow, ThresholdDraft, ThresholdKind

_UNKNOWN = N_(
    "Ligne {line} : aucun seuil de ce PCE n’a la référence {reference}. Videz la cellule pour en"
    " créer un."
)
_SEVERAL = N_(
    "Ligne {line} : plusieurs seuils de ce PCE s’appellent « {name} ». Reprenez l’export, dont la"
    " colonne « Référence » les distingue."
)
_TAKEN = N_("Ligne {line} : ce seuil est déjà celui de la ligne {other}.")
_OTHER_WATCH = N_(
    "Ligne {line} : le seuil de cette référence garde ce qu’il surveille, consommation ou absence"
    " de données. Videz la référence pour en créer un autre."
)
_PERCENT = {ThresholdKind.RELATIVE, ThresholdKind.WEATHER}


class Matching:
    """Matches the lines of a sheet with existing thresholds by PCE, oldest first."""

    def __init__(self, known: Mapping[str, Sequence[KnownThreshold]]) -> None:
        self._known = known
        self._lines: dict[tuple[int, str], int] = {}

    def find(self, row: SheetRow) -> KnownThreshold | SheetProblem | None:
        """Return the threshold that `row` refers to, None for a new one, or a problem.

        It is found by reference; else by PCE, kind, period and name, or as the only one for a line
        without name.
        """
        match = self._referred(row) if row.reference is not None else self._is_same(row)
        if not isinstance(match, KnownThreshold):
            return match
        other = self._lines.setdefault((match.id, row.pce), row.line)
        return match if other == row.line else _problem(row, PCE, _TAKEN, other=other)

    def _referred(self, row: SheetRow) -> KnownThreshold | SheetProblem:
        mine = next(
            (threshold for threshold in self._of(row) if threshold.id == row.reference), None
        )
        if mine is None:
            return _problem(row, REFERENCE, _UNKNOWN, reference=row.reference)
        kinds = {mine.draft.kind, row.draft.kind}
        if ThresholdKind.MISSING in kinds and len(kinds) > 1:
            return _problem(row, REFERENCE, _OTHER_WATCH)
        return mine

    def _is_same(self, row: SheetRow) -> KnownThreshold | SheetProblem | None:
        segments = (row.draft.kind, row.draft.period)
        same_kind = [
            threshold
            for threshold in self._of(row)
            if (threshold.draft.kind, threshold.draft.period) == segments
        ]
        named = [threshold for threshold in same_kind if threshold.draft.name == row.draft.name]
        if len(named) > 1:
            return _problem(row, NAME, _SEVERAL, name=row.draft.name)
        if not named and not row.named and len(same_kind) == 1:
            return same_kind[0]
        return named[0] if named else None

    def _of(self, row: SheetRow) -> Sequence[KnownThreshold]:
        return self._known.get(row.pce, ())


def merge_row(row: SheetRow, before: ThresholdDraft) -> ThresholdDraft:
    """Return the draft of an existing threshold changed by `row`; the rest is kept.

    So are its limits of week-ends and closed days where the sheet has none.
    """
    draft = row.draft
    same_kind = (draft.kind, draft.period) == (before.kind, before.period)
    return replace(
        draft,
        name=draft.name if row.named else before.name,
        percent=draft.percent if draft.kind in _PERCENT else before.percent,
        learnt_to=draft.learnt_to or before.learnt_to,
        week=before.week if same_kind and not draft.week.is_set else draft.week,
        delay=draft.delay if draft.kind is ThresholdKind.MISSING else before.delay,
        recipients=before.recipients,
        scope=before.scope,
    )


def _problem(row: SheetRow, column: str, message: str, **params: object) -> SheetProblem:
    return SheetProblem(row.line, column, message, {"line": row.line, **params})
