"""What becomes of the controls of the demo: each state and urgency, seen from today."""

from dataclasses import dataclass, replace
from datetime import date

from data.controls.types import Expected, Motive, Point, Verdict
from jobs.demo.control_steps import (
    Do,
    asked,
    decided,
    given,
    given_up,
    noted,
    owned,
    read,
    replied,
    sent,
    staged,
    ticked,
)
from jobs.demo.papers import Paper, mandate, photo, scan

EACH = 2  # rights of each story
TOGETHER = 3.05  # days ago: one mandate for several
ACCEPT, AGAIN, REJECT = decided(Verdict.ACCEPT), Verdict.AGAIN, Verdict.REJECT
_LONG, _SHORT, _NEAR, _SOON, _CALM = -17, -2, 2, 8, 22


@dataclass(frozen=True, slots=True)
class Story:
    """The deadline in days from today, and what is done so many days ago."""

    due: int
    steps: tuple[tuple[float, Do], ...] = ()
    together: bool = False


def former(one: Expected, signed: date) -> Paper:
    """A mandate of whoever held the contract before."""
    return mandate(one, signed, holder="SCI des Anciens Moulins")


def nameless(one: Expected, signed: date) -> Paper:
    """A mandate that does not name its PCE."""
    return mandate(replace(one, number="(voir annexe)"), signed)


STORIES: tuple[Story, ...] = (
    Story(_NEAR, ((4, sent(mandate)), (3.9, owned), (3, ticked([Point.HOLDER, Point.NUMBER])))),
    Story(_NEAR, ((2, asked("Bonjour, il reste peu de jours : avez-vous le mandat signé ?")),)),
    Story(
        _SOON,
        (
            (15, sent(mandate)),
            (13, decided(AGAIN, Motive.SIGNATURE, "Le cachet de l’entreprise manque.")),
        ),
    ),
    Story(_LONG, ((40, sent(mandate)), (38, ACCEPT))),
    Story(_CALM, ((1, staged(mandate, photo)),)),
    Story(_SHORT),
    Story(
        _LONG,
        (
            (36, sent(former)),
            (33, decided(REJECT, Motive.HOLDER, "Le contrat a changé de main en 2024.")),
        ),
    ),
    Story(
        _SOON,
        ((6, sent(scan)), (5.9, given), (5, noted("Scan pâle : comparer avec le mandat de 2024."))),
    ),
    Story(_CALM),
    Story(_SHORT, ((5, sent(mandate, scan)), (4, given))),
    Story(_SOON, together=True),
    Story(_LONG),
    Story(
        _LONG,
        (
            (41, sent(nameless)),
            (40, owned),
            (39, asked("Le PCE n’est pas écrit sur le mandat : de quel site parle-t-il ?")),
            (38.9, noted("Titulaire appelé : il confirme de vive voix.")),
            (38, replied("Voici l’annexe qui donne la liste des PCE.", mandate)),
            (37, read),
            (37, ACCEPT),
        ),
    ),
    Story(
        _SOON,
        (
            (16, sent(photo)),
            (14, decided(AGAIN, Motive.UNREADABLE, "La photo est floue : un PDF suffit.")),
            (6, sent(mandate)),
            (5, owned),
            (4, ticked([Point.HOLDER, Point.NUMBER, Point.DATE], [Point.SIGNATURE])),
            (3, replied("Le cachet est au verso, voyez la page 2.")),
        ),
    ),
    Story(_CALM, ((2, sent(mandate)),)),
    Story(
        _SOON,
        ((7, asked("Un mandat pour tous vos sites suffit.")), (6, replied("Merci, il arrive."))),
    ),
    Story(_CALM, ((2, given_up),)),
    Story(_NEAR),
    Story(_SOON, together=True),
    Story(_LONG, ((39, sent(mandate, photo)), (37, ACCEPT))),
)
