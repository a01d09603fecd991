"""The sentences that a holder agrees to have a version, kept with each answer."""

import hashlib

from data.rights.messages import TEXT_VERSION
from tests.architecture.catalogs import read, said_in
from tests.architecture.sources import ROOT

SHOWN = {
    "api/templates/consent.html",
    "api/templates/consent_parts.html",
    "api/templates/withdraw.html",
    "components/rights/readers_answer.py",
    "components/rights/readers_labels.py",
    "data/notifications/messages/sender.py",
    "data/rights/messages.py",
}
TEXTS = {
    "2026-11-26": "f273d265201e5749",
    "2026-11-26.2": "082eae2a733e90a6",
    "2026-11-26.3": "8b79010a8f379fe5",
    "2026-11-30": "26663d67d0f664d1",  # the same sentences, with those of consent_parts.html
    "2026-12-01": "99778778cff91058",  # English rewritten
    "2026-12-01.2": "8aa61d458b02eaf4",  # French rewritten
}


def test_another_text_has_another_version():
    """Change a sentence, then date TEXT_VERSION anew, and add its mark here: none is rewritten."""
    english = read()
    said = sorted({text for path in SHOWN for text in said_in(ROOT / path)})
    both = "\n".join(f"{text}\t{english.get(text).string}" for text in said)
    assert len(said) > 50
    assert hashlib.sha256(both.encode()).hexdigest()[:16] == TEXTS[TEXT_VERSION]
