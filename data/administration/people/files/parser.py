"""Parse people from bytes: each line is accepted, or refused with what was found."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from core.access import Role
from core.errors import Invalid
from core.i18n import N_
from data.administration.people.files import columns as c
from data.administration.people.rules import MOST_LINES, MOST_TAGS, person_in
from data.administration.people.types import NewInvitation, PersonLine
from data.identity.accounts.rules import address_in, folded
from data.runs.files.refusals import RefusedCell, clean, quoted_value
from data.runs.files.rows import problem_of, read_rows
from data.runs.types import SheetProblem, SheetSorted, SheetTable

_T = TypeVar("_T")
_Cells = Mapping[str, str]


def read(content: bytes) -> SheetTable:
    """Return the sheet in `content`, CSV or XLSX, of at most `MOST_LINES` lines."""
    return read_rows(content, c.HEADER, (c.NAME, c.EMAIL), MOST_LINES)


def people_in(table: SheetTable, roles: Sequence[Role]) -> SheetSorted[PersonLine]:
    """Parse the people in `table`, for an organisation with these `roles`."""
    lines: dict[str, PersonLine] = {}
    problems: list[SheetProblem] = []
    for line, row in table.lines.items():
        cells = {column: clean(str(row.get(column) or "")).strip() for column in c.HEADER}
        try:
            new = _invitation(cells, roles, lines)
        except RefusedCell as refused:
            problems.append(problem_of(line, refused, c.NAME))
        else:
            lines[new.email] = PersonLine(line, new)
    return SheetSorted(tuple(lines.values()), problems=tuple(problems))


def _invitation(
    cells: _Cells, roles: Sequence[Role], lines_by_email: Mapping[str, PersonLine]
) -> NewInvitation:
    try:
        name = person_in(cells[c.NAME])
    except Invalid:
        raise RefusedCell(
            N_(
                "Ligne {line}, colonne « {column} » : indiquez un nom de 80 signes au plus, sur"
                " une ligne et sans adresse."
            ),
            column=c.NAME,
        ) from None
    if not cells[c.EMAIL]:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : indiquez une adresse."), column=c.EMAIL
        )
    email = address_in(cells[c.EMAIL], anywhere=False)
    if email is None:
        raise RefusedCell(
            N_(
                "Ligne {line}, colonne « {column} » : « {found} » n’est pas une adresse."
                " Écrivez-la nom@domaine.fr."
            ),
            found=quoted_value(cells[c.EMAIL]),
            column=c.EMAIL,
        )
    if email in lines_by_email:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : cette adresse est déjà ligne {first}."),
            first=lines_by_email[email].line,
            column=c.EMAIL,
        )
    role = _role(cells, roles)
    return NewInvitation(email, name, role, _language(cells), tags=_tags(cells, role))


def _tags(cells: _Cells, role: Role) -> tuple[str, ...]:
    """Return the tags in a line's cell, as they are written there."""
    named = (" ".join(tag.split()) for tag in cells[c.TAGS].split(","))
    tags = tuple(dict.fromkeys(filter(None, named)))
    if tags and role is Role.ADMINISTRATOR:
        raise RefusedCell(
            N_(
                "Ligne {line}, colonne « {column} » : un administrateur voit tous les PCE."
                " Retirez ces étiquettes, ou changez le rôle."
            ),
            column=c.TAGS,
        )
    if len(tags) > MOST_TAGS:
        raise RefusedCell(
            N_("Ligne {line}, colonne « {column} » : {most} étiquettes au plus."),
            most=MOST_TAGS,
            column=c.TAGS,
        )
    return tags


def _role(cells: _Cells, roles: Sequence[Role]) -> Role:
    words = {role: c.ROLE_WORDS[role] for role in roles}
    return _word(cells[c.ROLE], c.ROLE, words, roles[0])


def _language(cells: _Cells) -> str:
    return _word(cells[c.LANGUAGE], c.LANGUAGE, c.LANGUAGE_WORDS, "fr")


def _word(text: str, column: str, words: Mapping[_T, str], usual: _T) -> _T:
    if not text:
        return usual
    for value, word in words.items():
        if folded(text) in {folded(word), str(value)}:
            return value
    raise RefusedCell(
        N_("Ligne {line}, colonne « {column} » : « {found} » n’est pas connu. Écrivez {expected}."),
        found=quoted_value(text),
        expected=" / ".join(words.values()),
        column=column,
    )
