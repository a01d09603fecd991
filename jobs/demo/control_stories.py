"""Scenarios of the demo controls: each state and urgency as of today."""

from dataclasses import dataclass, replace
from datetime import date

from data.controls.types import ChecklistPoint, ControlVerdict, ExpectedProof, Motive
from jobs.demo.control_steps import (
    Do,
    ask_third_party,
    assign_colleague,
    decided,
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

EACH = 2  # rights per scenario
TOGETHER = 3.05  # days ago: one mandate for several controls
ACCEPT, AGAIN, REJECT = decided(ControlVerdict.ACCEPT), ControlVerdict.AGAIN, ControlVerdict.REJECT
_LONG, _SHORT, _NEAR, _SOON, _CALM = -17, -2, 2, 8, 22


@dataclass(frozen=True, slots=True)
class ControlStory:
    """Deadline in days from today, and steps as (days ago, action)."""

    due: int
    steps: tuple[tuple[float, Do], ...] = ()
    together: bool = False


def former(one: ExpectedProof, signed: date) -> Paper:
    """Return a mandate of the previous holder of the contract."""
    return mandate(one, signed, holder="SCI des Anciens Moulins")


def nameless(expected: ExpectedProof, signed: date) -> Paper:
    """Return a mandate that does not name its PCE."""
    return mandate(replace(expected, number="(voir annexe)"), signed)


STORIES: tuple[ControlStory, ...] = (
    ControlStory(
        _NEAR,
        (
            (4, sent(mandate)),
            (3.9, owned),
            (3, ticked([ChecklistPoint.HOLDER, ChecklistPoint.NUMBER])),
        ),
    ),
    ControlStory(
        _NEAR,
        ((2, ask_third_party("Bonjour, il reste peu de jours : avez-vous le mandat signé ?")),),
    ),
    ControlStory(
        _SOON,
        (
            (15, sent(mandate)),
            (13, decided(AGAIN, Motive.SIGNATURE, "Le cachet de l’entreprise manque.")),
        ),
    ),
    ControlStory(_LONG, ((40, sent(mandate)), (38, ACCEPT))),
    ControlStory(_CALM, ((1, staged(mandate, photo)),)),
    ControlStory(_SHORT),
    ControlStory(
        _LONG,
        (
            (36, sent(former)),
            (33, decided(REJECT, Motive.HOLDER, "Le contrat a changé de main en 2024.")),
        ),
    ),
    ControlStory(
        _SOON,
        (
            (6, sent(scan)),
            (5.9, assign_colleague),
            (5, noted("Scan pâle : comparer avec le mandat de 2024.")),
        ),
    ),
    ControlStory(_CALM),
    ControlStory(_SHORT, ((5, sent(mandate, scan)), (4, assign_colleague))),
    ControlStory(_SOON, together=True),
    ControlStory(_LONG),
    ControlStory(
        _LONG,
        (
            (41, sent(nameless)),
            (40, owned),
            (
                39,
                ask_third_party("Le PCE n’est pas écrit sur le mandat : de quel site parle-t-il ?"),
            ),
            (38.9, noted("Titulaire appelé : il confirme de vive voix.")),
            (38, replied("Voici l’annexe qui donne la liste des PCE.", mandate)),
            (37, read),
            (37, ACCEPT),
        ),
    ),
    ControlStory(
        _SOON,
        (
            (16, sent(photo)),
            (14, decided(AGAIN, Motive.UNREADABLE, "La photo est floue : un PDF suffit.")),
            (6, sent(mandate)),
            (5, owned),
            (
                4,
                ticked(
                    [ChecklistPoint.HOLDER, ChecklistPoint.NUMBER, ChecklistPoint.DATE],
                    [ChecklistPoint.SIGNATURE],
                ),
            ),
            (3, replied("Le cachet est au verso, voyez la page 2.")),
        ),
    ),
    ControlStory(_CALM, ((2, sent(mandate)),)),
    ControlStory(
        _SOON,
        (
            (7, ask_third_party("Un mandat pour tous vos sites suffit.")),
            (6, replied("Merci, il arrive.")),
        ),
    ),
    ControlStory(_CALM, ((2, given_up),)),
    ControlStory(_NEAR),
    ControlStory(_SOON, together=True),
    ControlStory(_LONG, ((39, sent(mandate, photo)), (37, ACCEPT))),
)
