"""Contracts: drawn with our clauses, then sealed, as who signs waits for it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from bench.report import Line, bound
from data.contracts.files.clauses import clauses
from data.contracts.files.keys import KeySource, SealKey, seal_key
from data.contracts.files.renderer import render
from data.contracts.files.seal_writer import seal
from data.contracts.files.verification import check
from data.contracts.types import Paper, Party, Signing, SigningMethod
from tests.data.contracts.files.papers import PAPER, signing

TURNS, GOAL = 40, 250  # times, milliseconds


def measure() -> Iterator[tuple[str, list[Line]]]:
    """One section: the 95th percentile of each, the first of all apart."""
    now = datetime.now(UTC)
    with TemporaryDirectory() as folder:
        key = seal_key(Path(folder), "Réseau Gaz", KeySource(), now=now)
        begin = time.perf_counter()
        _sealed(key, now)
        first = 1000 * (time.perf_counter() - begin)
        took = [_spent(key, now) for _ in range(TURNS)]
    name = f"render + seal, 95th of {TURNS}"
    yield (
        "Contracts",
        [
            bound(name, _p95([drawn + signed for drawn, signed, _ in took]), "ms", GOAL),
            Line("the first, fonts and key read", f"{first:,.1f} ms", "", "", "", None),
            Line("render alone", f"{_p95([one[0] for one in took]):,.1f} ms", "", "", "", None),
            Line("seal alone", f"{_p95([one[1] for one in took]):,.1f} ms", "", "", "", None),
            Line(
                "check of one seal", f"{_p95([one[2] for one in took]):,.1f} ms", "", "", "", None
            ),
        ],
    )


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def _spent(key: SealKey, now: datetime) -> tuple[float, float, float]:
    begin = time.perf_counter()
    pdf = render(_paper())
    drawn = time.perf_counter()
    made, _level = seal(pdf, _signing(now), key)
    signed = time.perf_counter()
    if not check(made, key.anchors).valid:
        raise AssertionError("a seal that is not valid is not fast")
    return tuple(
        1000 * (b - a) for a, b in ((begin, drawn), (drawn, signed), (signed, time.perf_counter()))
    )


def _sealed(key: SealKey, now: datetime) -> bytes:
    return seal(render(_paper()), _signing(now), key)[0]


def _signing(now: datetime) -> Signing:
    return signing(Party.CLIENT, at=now, method=SigningMethod.CODE_TOTP)


def _paper() -> Paper:
    version, text = clauses()
    return replace(PAPER, template=version, clauses=text)
