"""Write a ZIP of a person's data: each kind of row as JSON and CSV, and an index."""

import csv
import html
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from core.i18n import LANGUAGES, _, clock, number, using_language
from data.administration.subjects.rules.classes import BASES, rule_of
from data.administration.subjects.rules.labels import SORTS
from data.administration.subjects.rules.spans import span_words
from data.administration.subjects.types import Extract, Periods
from data.runs.files.texts import guarded

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;
text-align:left;vertical-align:top}"""


def write_archive(
    path: Path, extracts: Iterable[Extract], who: str, periods: Periods, now: datetime
) -> dict[str, int]:
    """Write the archive of `who` (an address) to `path`; return its rows by kind."""
    contents: list[tuple[Extract, int]] = []
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for extract in extracts:
            archive.writestr(
                f"{extract.name}.json", json.dumps(list(extract.rows), ensure_ascii=False, indent=1)
            )
            archive.writestr(f"{extract.name}.csv", _csv(extract))
            contents.append(
                (Extract(extract.name, extract.data_class, extract.fate, ()), len(extract.rows))
            )
        archive.writestr("index.html", _index(contents, who, periods, now))
    return {extract.name: count for extract, count in contents}


def _csv(extract: Extract) -> bytes:
    """Return the rows as CSV with a BOM for spreadsheets, and no cell read as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(extract.columns)
    for row in extract.rows:
        writer.writerow([_cell(row[name]) for name in extract.columns])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return guarded(str(value))


def _index(contents: list[tuple[Extract, int]], who: str, periods: Periods, now: datetime) -> str:
    """Return the index page, with a section per language."""
    parts = []
    for code in LANGUAGES:
        with using_language(code):
            body = "\n".join(_section(contents, who, periods, now))
        parts.append(f'<section lang="{code}">\n{body}\n</section>')
    head = f'<meta charset="utf-8"><title>{html.escape(who)}</title><style>{_STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="fr"><head>{head}</head><body>\n'
        + "\n<hr>\n".join(parts)
        + "\n</body></html>\n"
    )


def _section(
    contents: list[tuple[Extract, int]], who: str, periods: Periods, now: datetime
) -> Iterator[str]:
    sentence = _(
        "Tout ce que le portail garde sur {who}, le {instant}.", who=who, instant=clock(now)
    )
    title = _("Mes données")
    yield f"<h1>{_text_of(title)}</h1><p>{_text_of(sentence)}</p>"
    more = _(
        "Chaque sorte de données y est deux fois : en JSON pour un programme, en CSV pour un"
        " tableur. Les secrets (mots de passe, jetons) et les données d’autres personnes n’y sont"
        " pas."
    )
    yield f"<p>{_text_of(more)}</p>"
    heads = [_("Quoi"), _("Lignes"), _("Pourquoi"), _("Conservé"), _("Fichiers")]
    yield "<table><thead><tr>" + "".join(f"<th>{_text_of(item)}</th>" for item in heads)
    yield "</tr></thead><tbody>"
    for item, count in contents:
        yield _line(item, count, periods)
    yield "</tbody></table>"


def _line(one: Extract, count: int, periods: Periods) -> str:
    rule = rule_of(one.data_class)
    why = f"{_(rule.purpose)} ({_(BASES[rule.basis])})"
    cells = [_(SORTS[one.name]), number(count), why, span_words(rule, periods)]
    links = " ".join(f'<a href="{one.name}.{end}">{one.name}.{end}</a>' for end in ("json", "csv"))
    texts = "".join(f"<td>{_text_of(cell)}</td>" for cell in cells)
    return f"<tr>{texts}<td>{links}</td></tr>"


def _text_of(text: str) -> str:
    return html.escape(text)
