"""Each line of a table against the checks: ready, to be mended, or to be written again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from data.pces.rules import folded
from data.rights.files.reading import Cells, Table, day_in, text_in
from data.rights.rules.adict import FALSE, FLAGS, ROLES, TRUE, role_of
from data.rights.rules.columns import letter
from data.rights.rules.declaring import read_declaration, years_after
from data.rights.rules.expecting import BOTH_WAYS, DATES, FORMULA, TWICE, WIDE
from data.rights.rules.fields import NO_FLAG, day_of
from data.rights.rules.mending import Order, mend, order_of, with_month_first
from data.rights.types import (
    Asked,
    Declaration,
    Delays,
    Fix,
    Plan,
    Problem,
    Purpose,
    Repair,
    RightRole,
)
from i18n import N_

_FORM = N_("« {found} » est une formule : écrivez la valeur elle-même.")
_VALUELESS = N_(
    "Cette cellule est une formule sans valeur : enregistrez le fichier dans un tableur, ou"
    " écrivez la valeur elle-même."
)
_TWO_WAYS = N_(
    "« {found} » est ambigu, et ce fichier a des dates avec le jour d’abord et d’autres avec le"
    " mois d’abord : écrivez AAAA-MM-JJ."
)
_LONGEST_NAME = 40  # letters of the name of a column
_DATA_ENDS = ("perim_donnees_conso_fin", "perim_donnees_inj_fin")
_USUAL_ROLE: Mapping[Purpose, str] = {
    Purpose.RIGHTS: ROLES[RightRole.AUTHORISED_SUPPLY],
    Purpose.HOLDINGS: ROLES[RightRole.HOLDER_SUPPLY],
}


@dataclass(slots=True)
class Line:
    """One line: what it declares once mended, its repairs, what no repair mends."""

    line: int
    row: Cells
    texts: Mapping[str, str]  # by field, as it was found, or written again since
    days: Mapping[str, str]  # by field, how a day that the sheet keeps as one is written
    columns: Mapping[str, str]  # by field, where it stands: « E, Mail », in the file's own words
    declared: Declaration | None
    fixes: tuple[Fix, ...] = ()
    problems: tuple[Problem, ...] = ()
    waits: tuple[Fix, ...] = ()  # the repairs that nobody accepted yet

    def found(self, name: str, otherwise: str = "") -> str:
        """What a person finds in a cell."""
        return self.days.get(name) or self.texts.get(name, otherwise)

    @property
    def number(self) -> str:
        """The PCE as it was written."""
        return self.texts.get("id_pce", "")[:40]

    @property
    def cells(self) -> list[str]:
        return [text_in(cell) for cell in self.row]


def lines_of(
    table: Table, plan: Plan, today: date, delays: Delays, *, holder: str = ""
) -> list[Line]:
    """Every line, judged by what is written in it alone; a PCE twice keeps its first line.

    *holder* is who brings its own PCE, where a line does not say whose they are.
    """
    judge = _Judge(table, plan, today, delays, holder)
    found = [judge.line(number, row) for number, row in table.rows]
    _mark_twins(found)
    return found


@dataclass
class _Judge:
    table: Table
    plan: Plan
    today: date
    delays: Delays
    holder: str = ""
    known: dict[tuple[str, str], tuple[str, Repair | None, str]] = field(default_factory=dict)
    plain: dict[tuple[str, str], str] = field(default_factory=dict)  # what needs no mending
    flags: tuple[str, ...] = tuple(FLAGS.values())

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """A column that nothing names has its letter alone."""
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
        """The dates that may have their month first, by field, and whether they surely have.

        A column is written in one order, which one of its dates may prove; else the file does.
        """
        proved = {name: self._orders(name) for name in DATES if name in self.plan.columns}
        everywhere = set[Order]().union(*proved.values())
        orders = {name: found or everywhere for name, found in proved.items()}
        return {name: Order.DAY not in one for name, one in orders.items() if Order.MONTH in one}

    def _orders(self, name: str) -> set[Order]:
        """Those that the dates of a column prove; what was written here is not the file's."""
        place, edits = self.plan.columns[name], self.plan.edits
        held = {
            row[place]
            for number, row in self.table.rows
            if place < len(row) and (not edits or name not in edits.get(number, ()))
        }
        texts = (text_in(one) for one in held if isinstance(one, str))
        return {found for found in map(order_of, texts) if found}

    def line(self, number: int, row: Cells) -> Line:
        texts: dict[str, str] = {}
        days: dict[str, str] = {}
        fixes: list[Fix] = []
        problems: list[Problem] = []
        for name, place in self.plan.columns.items():
            value = row[place] if place < len(row) else None
            texts[name] = text_in(value)
            if not isinstance(value, str) and (day := day_in(value)):
                days[name] = day
        edits = self.plan.edits.get(number, {})
        for name in edits:
            days.pop(name, None)
        texts |= edits
        said = dict(texts)
        self._unplain(number, said, edits, fixes)
        if self.table.bare:
            problems += self._bare(number, edits)
        if self.doubts:
            problems += self._both_ways(said, edits, fixes)
        for name, text in said.items():
            plain = self.plain.get((name, text))
            said[name] = self._mended(name, text, fixes, problems) if plain is None else plain
        self._fill(said, fixes)
        problems += self._wide(row)
        asked = Asked(**said)
        asked, declared, found = self._read(asked, fixes)
        told = {problem.field for problem in problems if problem.code in {FORMULA, BOTH_WAYS}}
        problems += [one for one in found if one.field not in told]
        read = None if problems else declared
        line = Line(number, row, texts, days, self.columns, read, tuple(fixes))
        line.problems = tuple(problems)
        line.waits = tuple(fix for fix in fixes if fix.repair not in self.plan.repairs)
        return line

    def _unplain(
        self, number: int, said: dict[str, str], edits: Mapping[str, str], fixes: list[Fix]
    ) -> None:
        """What a merged cell or a formula gives is proposed, not taken."""
        if not (self.table.merged or self.table.formulas):
            return
        for name, place in self.plan.columns.items():
            if name in edits:
                continue
            at = (number, place)
            if at in self.table.bare:
                continue  # see below
            if at in self.table.formulas:
                fixes.append(Fix(Repair.FORMULA, name, said[name], said[name]))
            elif at in self.table.merged and not said[name]:
                text = text_in(self.table.merged[at])
                fixes.append(Fix(Repair.MERGED, name, "", text))
                said[name] = text

    def _bare(self, number: int, edits: Mapping[str, str]) -> Iterator[Problem]:
        """A formula that the program which wrote the file did not work out."""
        for name, place in self.plan.columns.items():
            if (number, place) in self.table.bare and name not in edits:
                yield Problem(0, FORMULA, name, _VALUELESS, 400)

    def _both_ways(
        self, said: dict[str, str], edits: Mapping[str, str], fixes: list[Fix]
    ) -> Iterator[Problem]:
        """A date that may have its month first: proposed so, or refused where both are met."""
        for name, sure in self.doubts.items():
            text = said[name]
            month_first = "" if name in edits else with_month_first(text)
            if month_first and sure:
                fixes.append(Fix(Repair.DATE_MONTH, name, text, month_first))
                said[name] = month_first
            elif month_first:
                yield Problem(0, BOTH_WAYS, name, _TWO_WAYS, 400, {"found": text})

    def _mended(self, name: str, text: str, fixes: list[Fix], problems: list[Problem]) -> str:
        """What the cell will be read as; a formula is never read."""
        key = (name, text)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = mend(name, text)
        read, repair, proposed = found
        if repair is not None:
            fixes.append(Fix(repair, name, text, proposed))
            return proposed
        if text.startswith("="):
            params: dict[str, object] = {"found": text[:40]}
            problems.append(Problem(0, FORMULA, name, _FORM, 400, params))
            return ""
        self.plain[key] = read
        return read

    def _fill(self, said: dict[str, str], fixes: list[Fix]) -> None:
        """What an empty cell means: what its owner said, else what the template says."""
        for name, text in self.plan.usual.items():
            if not said.get(name):
                said[name] = mend(name, text)[0]
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

    def _wide(self, row: Cells) -> Iterator[Problem]:
        if len(row) > self.width and any(text_in(cell) for cell in row[self.width :]):
            sentence = N_("La ligne a {found} cellules, l’en-tête en a {expected}.")
            params: dict[str, object] = {"found": len(row), "expected": self.width}
            yield Problem(0, WIDE, "", sentence, 400, params)

    def _read(
        self, asked: Asked, fixes: list[Fix]
    ) -> tuple[Asked, Declaration | None, tuple[Problem, ...]]:
        """The declaration; problems that one gesture mends become repairs, and it is read again."""
        declared, problems = read_declaration(asked, self.today, self.delays)
        if declared is not None:
            return asked, declared, ()
        for mended in self._gestures(asked, problems):
            fixes.append(mended)
            asked = replace(asked, **{mended.field: mended.proposed})
        declared, problems = read_declaration(asked, self.today, self.delays)
        empty = [one for one in problems if one.sentence == NO_FLAG]
        return asked, declared, tuple(one for one in problems if one not in empty[1:])

    def _gestures(self, asked: Asked, problems: Sequence[Problem]) -> Iterator[Fix]:
        person, company = asked.nom_titulaire, asked.raison_sociale
        checks = {problem.check for problem in problems}
        if 5 in checks and folded(person) == folded(company):  # noqa: PLR2004
            yield Fix(Repair.HOLDER_TWICE, "nom_titulaire", person, "")
        ends = day_of(asked.date_fin_droit_acces)
        starts = day_of(asked.date_debut_droit_acces)
        if 16 in checks and starts and ends:  # noqa: PLR2004
            # A day less than the years: from 1 September to 31 August.
            ends = years_after(starts, self.delays.longest_years) - timedelta(days=1)
            found = asked.date_fin_droit_acces
            yield Fix(Repair.RIGHT_END, "date_fin_droit_acces", found, ends.isoformat())
        for name in _DATA_ENDS:
            text = getattr(asked, name)
            last = day_of(text)
            if last and ends and last > ends:
                yield Fix(Repair.DATA_END, name, text, ends.isoformat())


def _mark_twins(lines: Sequence[Line]) -> None:
    """A PCE that comes twice with other words: the first line that can be read is kept."""
    first: dict[tuple[str, str], tuple[int, Declaration]] = {}
    for line in lines:
        declared = line.declared
        if declared is None:
            continue
        at, kept = first.setdefault((declared.number, declared.role.value), (line.line, declared))
        if kept != declared:
            sentence = N_("Ce PCE est déjà à la ligne {line}, avec d’autres valeurs.")
            twice = Problem(0, TWICE, "id_pce", sentence, 409, {"line": at})
            line.declared, line.problems = None, (twice,)
