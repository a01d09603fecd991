"""Search words anywhere in a text with the database's trigram index.

SQLite uses a table beside that of the text; PostgreSQL uses pg_trgm where it is installed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, literal_column, select, table, text
from sqlalchemy.orm import Session

from data.metering.pces.rules import folded, search_key

TRIGRAM = 3  # letters; shorter words are not in the index


def is_sqlite(db: Session) -> bool:
    return db.connection().dialect.name == "sqlite"


def read_search_words(typed: str) -> tuple[list[str], str]:
    """Return the words, or the number that they form when all are short, such as 09 99 12."""
    words, key = _typed(typed)
    long = any(len(word) >= TRIGRAM for word in words)
    return ([key] if key and not long else words), key


def is_indexed(typed: str) -> bool:
    """Return whether the trigram index can search `typed`."""
    words, key = _typed(typed)
    return bool(key) or any(len(word) >= TRIGRAM for word in words)


def _typed(typed: str) -> tuple[list[str], str]:
    """Return the words, and the number that they may form.

    "" when there is none or it is too short.
    """
    words = folded(typed[:200]).split()[:8]
    key = search_key(typed[:200]).casefold()
    is_number = len(key) >= TRIGRAM and key.isascii() and any(sign.isdigit() for sign in key)
    return words, key if is_number else ""


def get_index_hits_query(index: str, words: Sequence[str], key: str) -> Select[Any]:
    """Select the ids that SQLite's `index` finds: all long words, or the number."""
    quoted = " AND ".join(_quoted(word) for word in words if len(word) >= TRIGRAM)
    if key and [key] != list(words):
        quoted = f"({quoted}) OR {_quoted(key)}"
    return (
        select(literal_column("rowid"))
        .select_from(table(index))
        .where(text(f"{index} MATCH :typed").bindparams(typed=quoted))
    )


def has_more_rows(db: Session, query: Select[Any], few: int) -> bool:
    """Return whether `query` has more than `few` rows, without counting further."""
    return (db.scalar(select(func.count()).select_from(query.limit(few + 1).subquery())) or 0) > few


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
