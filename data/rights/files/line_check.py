"""Check each line of a table: ready, repairable, or to rewrite."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from core.i18n import N_
from data.metering.pces.rules import folded
from data.rights.files.parser import Cells, Table, day_in, text_in
from data.rights.rules.adict import FALSE, FLAGS, ROLES, TRUE, role_of
from data.rights.rules.columns import letter
from data.rights.rules.declarations import read_declaration, years_after
from data.rights.rules.expected_values import BOTH_WAYS, DATES, FORMULA, TWICE, WIDE
from data.rights.rules.fields import NO_FLAG, day_of
from data.rights.rules.repairs import Order, order_of, repair_value, with_month_first
from data.rights.types import (
    Declaration,
    DeclarationForm,
    DeclarationProblem,
    Delays,
    Fix,
    ImportPlan,
    Purpose,
    Repair,
    RightRole,
)

_FORM = N_("« {found} » est une formule : écrivez la valeur elle-même.")
_VALUELESS = N_(
    "Cette cellule est une formule sans valeur : enregistrez le fichier dans un tableur, ou"
    " écrivez la valeur elle-même."
)
_TWO_WAYS = N_(
    "« {found} » est ambigu, et ce fichier a des dates avec le jour d’abord et d’autres avec le"
    " mois d’abord : écrivez AAAA-MM-JJ."
)
_LONGEST_NAME = 40  # characters of a column name
_DATA_ENDS = ("perim_donnees_conso_fin", "perim_donnees_inj_fin")
_USUAL_ROLE: Mapping[Purpose, str] = {
    Purpose.RIGHTS: ROLES[RightRole.AUTHORISED_SUPPLY],
    Purpose.HOLDINGS: ROLES[RightRole.HOLDER_SUPPLY],
}


@dataclass(slots=True)
class DeclarationLine:
    """One line: its declaration after repairs, the repairs, and what cannot be repaired."""

    line: int
    row: Cells
    texts: Mapping[str, str]  # by field: as in the file, or as corrected since
    days: Mapping[str, str]  # by field: how a real date cell is displayed
    columns: Mapping[str, str]  # by field: its place with its header, such as « E, Mail »
    declared: Declaration | None
    fixes: tuple[Fix, ...] = ()
    problems: tuple[DeclarationProblem, ...] = ()
    waits: tuple[Fix, ...] = ()  # repairs not accepted yet

    def cell_value(self, name: str, otherwise: str = "") -> str:
        """Return the text that a person sees in a cell."""
        return self.days.get(name) or self.texts.get(name, otherwise)

    @property
    def number(self) -> str:
        """Return the PCE as it was written."""
        return self.texts.get("id_pce", "")[:40]

    @property
    def cells(self) -> list[str]:
        return [text_in(cell) for cell in self.row]


def lines_of(
    table: Table, plan: ImportPlan, today: date, delays: Delays, *, holder: str = ""
) -> list[DeclarationLine]:
    """Check every line by its own content; a repeated PCE keeps its first line.

    `holder` is the organisation that adds its own PCEs, used when a line names no holder.
    """
    judge = _Judge(table, plan, today, delays, holder)
    lines = [judge.line(number, row) for number, row in table.rows]
    _mark_twins(lines)
    return lines


@dataclass
class _Judge:
    table: Table
    plan: ImportPlan
    today: date
    delays: Delays
    holder: str = ""
    cell_cache: dict[tuple[str, str], tuple[str, Repair | None, str]] = field(default_factory=dict)
    plain: dict[tuple[str, str], str] = field(default_factory=dict)  # cells that need no repair
    flags: tuple[str, ...] = tuple(FLAGS.values())

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """Return the column of each field; one without header has its letter only."""
        places = self.plan.columns.items()
        heads = ((name, place, self.table.header[place : place + 1]) for name, place in places)
        return {
            name: ", ".join([letter(place), *(text[:_LONGEST_NAME] for text in head if text)])
            for name, place, head in heads
        }

    @cached_property
    def width(self) -> int:
        return len(self.table.header)

    @cached_property
    def doubts(self) -> Mapping[str, bool]:
        """Return, by field whose dates may be month first, whether they certainly are.

        A column has one order, which one of its dates may prove; otherwise the file decides.
        """
        proved = {name: self._orders(name) for name in DATES if name in self.plan.columns}
        everywhere = set[Order]().union(*proved.values())
        orders = {name: column_orders or everywhere for name, column_orders in proved.items()}
        return {
            name: Order.DAY not in possible_orders
            for name, possible_orders in orders.items()
            if Order.MONTH in possible_orders
        }

    def _orders(self, name: str) -> set[Order]:
        """Return the orders that the dates of a column prove, ignoring corrections."""
        place, edits = self.plan.columns[name], self.plan.edits
        cells = {
            row[place]
            for number, row in self.table.rows
            if place < len(row) and (not edits or name not in edits.get(number, ()))
        }
        texts = (text_in(cell) for cell in cells if isinstance(cell, str))
        return {order for order in map(order_of, texts) if order}

    def line(self, number: int, row: Cells) -> DeclarationLine:
        texts: dict[str, str] = {}
        days: dict[str, str] = {}
        fixes: list[Fix] = []
        problems: list[DeclarationProblem] = []
        for name, place in self.plan.columns.items():
            value = row[place] if place < len(row) else None
            texts[name] = text_in(value)
            if not isinstance(value, str) and (day := day_in(value)):
                days[name] = day
        edits = self.plan.edits.get(number, {})
        for name in edits:
            days.pop(name, None)
        texts |= edits
        cell_texts = dict(texts)
        self._unplain(number, cell_texts, edits, fixes)
        if self.table.bare:
            problems += self._bare(number, edits)
        if self.doubts:
            problems += self._both_ways(cell_texts, edits, fixes)
        for name, text in cell_texts.items():
            plain = self.plain.get((name, text))
            cell_texts[name] = self._mended(name, text, fixes, problems) if plain is None else plain
        self._fill(cell_texts, fixes)
        problems += self._wide(row)
        request = DeclarationForm(**cell_texts)
        request, declared, read_problems = self._read(request, fixes)
        reported_fields = {
            problem.field for problem in problems if problem.code in {FORMULA, BOTH_WAYS}
        }
        problems += [
            read_problem
            for read_problem in read_problems
            if read_problem.field not in reported_fields
        ]
        read = None if problems else declared
        line = DeclarationLine(number, row, texts, days, self.columns, read, tuple(fixes))
        line.problems = tuple(problems)
        line.waits = tuple(fix for fix in fixes if fix.repair not in self.plan.repairs)
        return line

    def _unplain(
        self, number: int, said: dict[str, str], edits: Mapping[str, str], fixes: list[Fix]
    ) -> None:
        """Propose the values of merged cells and formulas, rather than accept them."""
        if not (self.table.merged or self.table.formulas):
            return
        for name, place in self.plan.columns.items():
            if name in edits:
                continue
            at = (number, place)
            if at in self.table.bare:
                continue  # see `_bare`
            if at in self.table.formulas:
                fixes.append(Fix(Repair.FORMULA, name, said[name], said[name]))
            elif at in self.table.merged and not said[name]:
                text = text_in(self.table.merged[at])
                fixes.append(Fix(Repair.MERGED, name, "", text))
                said[name] = text

    def _bare(self, number: int, edits: Mapping[str, str]) -> Iterator[DeclarationProblem]:
        """Refuse a formula without cached value."""
        for name, place in self.plan.columns.items():
            if (number, place) in self.table.bare and name not in edits:
                yield DeclarationProblem(0, FORMULA, name, _VALUELESS, 400)

    def _both_ways(
        self, said: dict[str, str], edits: Mapping[str, str], fixes: list[Fix]
    ) -> Iterator[DeclarationProblem]:
        """Propose a month-first date, or refuse it when the file has both orders."""
        for name, sure in self.doubts.items():
            text = said[name]
            month_first = "" if name in edits else with_month_first(text)
            if month_first and sure:
                fixes.append(Fix(Repair.DATE_MONTH, name, text, month_first))
                said[name] = month_first
            elif month_first:
                yield DeclarationProblem(0, BOTH_WAYS, name, _TWO_WAYS, 400, {"found": text})

    def _mended(
        self, name: str, text: str, fixes: list[Fix], problems: list[DeclarationProblem]
    ) -> str:
        """Return how a cell is read after repair; formulas are never read."""
        key = (name, text)
        cell_reading = self.cell_cache.get(key)
        if cell_reading is None:
            cell_reading = self.cell_cache[key] = repair_value(name, text)
        read, repair, proposed = cell_reading
        if repair is not None:
            fixes.append(Fix(repair, name, text, proposed))
            return proposed
        if text.startswith("="):
            params: dict[str, object] = {"found": text[:40]}
            problems.append(DeclarationProblem(0, FORMULA, name, _FORM, 400, params))
            return ""
        self.plain[key] = read
        return read

    def _fill(self, said: dict[str, str], fixes: list[Fix]) -> None:
        """Fill empty cells with the file's default, else with the template's."""
        for name, text in self.plan.usual.items():
            if not said.get(name):
                said[name] = repair_value(name, text)[0]
        if not said.get("role_tiers"):
            said["role_tiers"] = _USUAL_ROLE[self.plan.purpose]
        role = role_of(said["role_tiers"])
        named = said.get("raison_sociale") or said.get("nom_titulaire")
        if not named and self._own and role and not role.authorised:
            said["raison_sociale"] = self.holder
        empty = [name for name in self.flags if not said.get(name)]
        if role is None or not role.authorised or not empty or len(empty) == len(self.flags):
            return
        if all(said.get(name) in {TRUE, FALSE, "", None} for name in self.flags):
            for name in empty:
                fixes.append(Fix(Repair.FLAG_EMPTY, name, "", FALSE))
                said[name] = FALSE

    @property
    def _own(self) -> bool:
        return self.plan.purpose is Purpose.HOLDINGS

    def _wide(self, row: Cells) -> Iterator[DeclarationProblem]:
        if len(row) > self.width and any(text_in(cell) for cell in row[self.width :]):
            sentence = N_("La ligne a {found} cellules, l’en-tête en a {expected}.")
            params: dict[str, object] = {"found": len(row), "expected": self.width}
            yield DeclarationProblem(0, WIDE, "", sentence, 400, params)

    def _read(
        self, asked: DeclarationForm, fixes: list[Fix]
    ) -> tuple[DeclarationForm, Declaration | None, tuple[DeclarationProblem, ...]]:
        """Parse the declaration; problems that a repair can solve become repairs."""
        declared, problems = read_declaration(asked, self.today, self.delays)
        if declared is not None:
            return asked, declared, ()
        for mended in self._gestures(asked, problems):
            fixes.append(mended)
            asked = replace(asked, **{mended.field: mended.proposed})
        declared, problems = read_declaration(asked, self.today, self.delays)
        empty = [problem for problem in problems if problem.sentence == NO_FLAG]
        return asked, declared, tuple(problem for problem in problems if problem not in empty[1:])

    def _gestures(
        self, asked: DeclarationForm, problems: Sequence[DeclarationProblem]
    ) -> Iterator[Fix]:
        person, company = asked.nom_titulaire, asked.raison_sociale
        checks = {problem.check for problem in problems}
        if 5 in checks and folded(person) == folded(company):  # noqa: PLR2004
            yield Fix(Repair.HOLDER_TWICE, "nom_titulaire", person, "")
        ends = day_of(asked.date_fin_droit_acces)
        starts = day_of(asked.date_debut_droit_acces)
        if 16 in checks and starts and ends:  # noqa: PLR2004
            # One day less than the years: from 1 September to 31 August.
            ends = years_after(starts, self.delays.longest_years) - timedelta(days=1)
            end_text = asked.date_fin_droit_acces
            yield Fix(Repair.RIGHT_END, "date_fin_droit_acces", end_text, ends.isoformat())
        for name in _DATA_ENDS:
            text = getattr(asked, name)
            last = day_of(text)
            if last and ends and last > ends:
                yield Fix(Repair.DATA_END, name, text, ends.isoformat())


def _mark_twins(lines: Sequence[DeclarationLine]) -> None:
    """Refuse repeated PCEs with other values; the first readable line is kept."""
    first: dict[tuple[str, str], tuple[int, Declaration]] = {}
    for line in lines:
        declared = line.declared
        if declared is None:
            continue
        at, first_declaration = first.setdefault(
            (declared.number, declared.role.value), (line.line, declared)
        )
        if first_declaration != declared:
            sentence = N_("Ce PCE est déjà à la ligne {line}, avec d’autres valeurs.")
            twice = DeclarationProblem(0, TWICE, "id_pce", sentence, 409, {"line": at})
            line.declared, line.problems = None, (twice,)
