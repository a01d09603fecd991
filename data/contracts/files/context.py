"""The inputs of contract documents: clauses, operator and sealing key."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from data.contracts.files.clauses import clauses as read_clauses
from data.contracts.files.keys import KeySource, SealKey, has_key, seal_key
from data.contracts.types import Clause, Operator, Paper, Signing, StoredPdf
from data.controls.files.storage import Storage, digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The inputs of one portal's contracts; clauses and key are loaded on first use."""

    storage: Storage = field(repr=False)
    operator: Operator
    clauses: Callable[[], tuple[str, tuple[Clause, ...]]]
    key: Callable[[], SealKey]
    sealable: Callable[[], bool]  # whether a key exists, without creating one
    tsa: str = ""

    def drawn(self, paper: Paper) -> StoredPdf:
        """Render `paper` as a stored PDF, before any row refers to it."""
        from data.contracts.files.renderer import render  # many libraries

        return self.load_stored(render(paper))

    def load_stored(self, content: bytes) -> StoredPdf:
        return StoredPdf(self.storage.put_object(content), digest_of(content))

    def sealed(self, pdf: bytes, signing: Signing) -> StoredPdf:
        """Return `pdf` with one more seal, stored."""
        from data.contracts.files.seal_writer import seal

        content, level = seal(pdf, signing, self.key(), self.tsa)
        return StoredPdf(self.storage.put_object(content), digest_of(content), level)


def papers_of(  # noqa: PLR0913 (settings, each by its name)
    storage: Storage,
    operator: Operator,
    source: KeySource,
    *,
    folder: Path,
    clauses: str,
    tsa: str,
    clock: Callable[[], datetime],
) -> Papers:
    """Build the inputs from a portal's settings; `folder` stores the test key, if used."""
    return Papers(
        storage=storage,
        operator=operator,
        clauses=cache(lambda: read_clauses(Path(clauses) if clauses else None)),
        key=cache(lambda: seal_key(folder, operator.name, source, now=clock())),
        sealable=lambda: has_key(folder, source),
        tsa=tsa,
    )
