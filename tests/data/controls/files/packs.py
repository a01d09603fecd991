"""An evidence pack of a small control, with every kind of thing in it."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from data.controls.types.pieces import (
    Evidence,
    PackedLink,
    PackedMessage,
    PackedPiece,
    PackedStep,
    PieceKind,
)
from tests.data.controls.files.pieces import image, pdf

MADE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def links(count=4, first=7, step=1):
    """Entries of the journal, each with the digest of the one before."""
    made = []
    previous = "ab" * 32
    for place in range(count):
        said = {"detail": {"mot": "écrit"}, "previous": previous, "seq": first + place * step}
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        made.append(PackedLink(text, previous))
    return tuple(made)


def piece(name, kind, content, deposit=1):
    digest = hashlib.sha256(content).hexdigest()
    return PackedPiece(deposit, name, kind, digest, MADE - timedelta(days=2), content)


def evidence(**changes):
    made = Evidence(
        uid="c-42",
        number="09999999910042",
        holder="Lycée des Tilleuls",
        third_party="Thermia Conseil",
        operator="Réseau Gaz",
        deadline=date(2026, 12, 8),
        made_at=MADE,
        steps=(
            PackedStep(MADE - timedelta(days=9), "Preuve en attente", "Réseau Gaz"),
            PackedStep(MADE, "Preuve vérifiée KO", "Claire Martin", "Signature", "Page 2 <vide>"),
        ),
        messages=(
            PackedMessage(MADE - timedelta(days=1), "Bob", "Voici <b>le</b> mandat\n& l’annexe"),
        ),
        pieces=(
            piece("Mandat signé <1>.pdf", PieceKind.PDF, pdf("Mandat")),
            piece("../photo.JPEG", PieceKind.JPEG, image("JPEG", size=(16, 10)), deposit=2),
            piece("écran.png", PieceKind.PNG, image("PNG", size=(16, 10)), deposit=0),
        ),
        links=links(),
    )
    return replace(made, **changes)
