"""Serialize the plan of an import, and compute its figures and groups."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from core.i18n import N_
from data.rights.rules.expected_values import title_of
from data.rights.types import (
    ImportCounts,
    ImportPlan,
    LineGroup,
    LineProblem,
    LineState,
    Purpose,
    Repair,
)

SHOWN = 200  # lines of one group sent to a screen
REPAIRS: Mapping[Repair, str] = {
    Repair.PCE_ZERO: N_("Zéro initial perdu dans le PCE"),
    Repair.PCE_POWER: N_("PCE en notation scientifique"),
    Repair.PCE_SIGNS: N_("PCE avec des signes ou des lettres en trop"),
    Repair.POSTAL_ZERO: N_("Code postal à 4 chiffres"),
    Repair.POSTAL_SIGNS: N_("Code postal avec des signes en trop"),
    Repair.EMAIL: N_("Adresse électronique mal recopiée"),
    Repair.PHONE: N_("Téléphone sans son zéro, ou avec l’indicatif"),
    Repair.ROLE: N_("Rôle en d’autres mots"),
    Repair.FLAG_EMPTY: N_("Sorte de données laissée vide : non"),
    Repair.FLAG_WORD: N_("Oui ou non en d’autres mots"),
    Repair.DATE_WORDS: N_("Date en toutes lettres, ou sans séparateur"),
    Repair.DATE_YEAR: N_("Année à deux chiffres"),
    Repair.DATE_MARKS: N_("Date où l’année vient d’abord, sans ses tirets"),
    Repair.DATE_ORDER: N_("Date où le mois vient d’abord"),
    Repair.DATE_MONTH: N_("Date ambiguë : le mois d’abord, comme ailleurs dans ce fichier"),
    Repair.DATE_SERIAL: N_("Date restée un numéro de tableur"),
    Repair.HOLDER_TWICE: N_("Même titulaire donné deux fois"),
    Repair.DATA_END: N_("Données au-delà de la fin du droit : ramener à cette fin"),
    Repair.RIGHT_END: N_("Droit trop long : ramener à la durée permise"),
    Repair.MERGED: N_("Cellule fusionnée : reprendre sa valeur à chaque ligne"),
    Repair.UNSEEN: N_("Signes invisibles, ou chiffres d’une autre écriture"),
    Repair.FORMULA: N_("Formule : prendre la valeur qu’elle donne"),
}
DROPPED = "9000000027"  # left out by its owner
LEFT_OUT = N_("Écartée : cette ligne ne sera pas déclarée.")
BY_HAND = N_("Corrigée à la main, au contrôle")
NEEDS = N_("« {found} » : nous proposons « {expected} ».")


def packed(plan: ImportPlan) -> dict[str, Any]:
    return {
        "purpose": plan.purpose.value,
        "columns": dict(plan.columns),
        "repairs": sorted(repair.value for repair in plan.repairs),
        "usual": dict(plan.usual),
        "dropped": sorted(plan.dropped),
        "edits": {str(line): dict(texts) for line, texts in plan.edits.items()},
    }


def mark_of(plan: ImportPlan) -> str:
    """Return a mark that is equal for equal decisions."""
    text = json.dumps(packed(plan), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def unpacked(stored: Mapping[str, Any]) -> ImportPlan:
    return ImportPlan(
        purpose=Purpose(stored["purpose"]),
        columns=stored["columns"],
        repairs=frozenset(map(Repair, stored["repairs"])),
        usual=stored["usual"],
        edits={int(line): texts for line, texts in stored["edits"].items()},
        dropped=frozenset(stored.get("dropped", ())),  # missing in older drafts
    )


def counts_in(states: Iterable[LineState]) -> ImportCounts:
    counts = Counter(states)
    return ImportCounts(
        lines=counts.total(),
        accepted=counts[LineState.ACCEPTED],
        known=counts[LineState.KNOWN],
        rejected=counts[LineState.REJECTED],
        waiting=counts[LineState.WAITING],
    )


def groups_in(problems: Iterable[LineProblem]) -> tuple[LineGroup, ...]:
    """Return the problems by action: repairable ones first, then by number of lines."""
    problems_by_key: dict[tuple[Repair | None, str, str], list[LineProblem]] = {}
    for problem in problems:
        alone = problem.repair if problem.state is LineState.WAITING else None
        key = (alone, "" if alone else problem.code, "" if alone else problem.sentence)
        problems_by_key.setdefault(key, []).append(problem)
    groups = [_group(key[0], lines) for key, lines in problems_by_key.items()]
    return tuple(sorted(groups, key=lambda group: (group.repair is None, -group.count)))


def _group(repair: Repair | None, lines: Sequence[LineProblem]) -> LineGroup:
    first = lines[0]
    is_uniform = all(line.params == first.params for line in lines)
    common_sentence = first.sentence if is_uniform else title_of(first)
    sentence = REPAIRS[repair] if repair else common_sentence
    params = {} if repair or not is_uniform else first.params
    count = len({line.line for line in lines})
    return LineGroup(repair, first.code, sentence, params, count, tuple(lines[:SHOWN]))


def packed_problem(problem: LineProblem) -> list[Any]:
    """Return a problem as stored in JSON, without what its row holds."""
    params = {
        name: value if isinstance(value, str | int | float) else str(value)
        for name, value in problem.params.items()
    }
    repair = problem.repair.value if problem.repair else None
    return [
        *(problem.column, problem.field, problem.code, problem.cell_text, problem.expected),
        *(problem.sentence, params, repair),
    ]


def unpacked_problem(
    line: int, number: str, state: LineState, stored: Sequence[Any]
) -> LineProblem:
    column, name, code, cell_text, expected, sentence, params, repair = stored
    return LineProblem(
        line=line,
        number=number,
        state=state,
        column=column,
        field=name,
        code=code,
        cell_text=cell_text,
        expected=expected,
        sentence=sentence,
        params=cast("Mapping[str, object]", params),
        repair=Repair(repair) if repair else None,
    )
