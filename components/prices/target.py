"""Render and parse the PCEs of a price or a budget: all, those of a tag, or one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from dash.development.base_component import Component

from components.costs import picked_pce, site_field, site_text
from components.kit import FieldReader, FormEntries, Typed
from core.errors import Invalid
from core.i18n import _
from data.metering.prices.types import PriceTarget

Tags = Sequence[tuple[str, int]]  # each with its number of PCEs
ALL, BY_TAG, ONE = "all", "tag", "pce"


@dataclass(frozen=True, slots=True)
class TargetSentences:
    """Error messages of an inconsistent target or a missing tag."""

    no_tag: str
    also_tag: str
    also_pce: str


def scope_of(pce: str, tag: str = "") -> str:
    return ONE if pce else BY_TAG if tag else ALL


def typed_target(target: PriceTarget, alias: str = "") -> Typed:
    """Return the field values of a target; `alias` names its PCE."""
    scope = scope_of(target.pce, target.tag)
    return {"scope": scope, "tag": target.tag, "pce": site_text(target.pce, alias)}


def target_fields(entries: FormEntries, tags: Tags) -> list[Component]:
    scopes = [
        (ALL, _("Tous les PCE")),
        (BY_TAG, _("Les PCE d’une étiquette")),
        (ONE, _("Un seul PCE")),
    ]
    tag = entries.typed.get("tag", "")
    tag_options = [("", _("aucune")), *((name, f"{name} ({count})") for name, count in tags)]
    if tag and tag not in {name for name, _count in tags}:
        tag_options.append((tag, tag))
    return [
        entries.select("scope", _("Pour"), scopes, ALL),
        entries.select("tag", _("Étiquette"), tag_options),
        site_field(entries, _("PCE")),
    ]


def read_target(reader: FieldReader, sentences: TargetSentences) -> PriceTarget | None:
    """Return the target of the fields; filled fields that do not apply are errors."""
    scope, typed = reader.typed.get("scope", ALL), reader.typed
    tag = reader.read("tag", partial(_require_text, sentences.no_tag)) if scope == BY_TAG else ""
    pce = reader.read("pce", picked_pce) if scope == ONE else ""
    if typed.get("tag") and scope not in {BY_TAG, ONE}:
        reader.errors["tag"] = _(sentences.also_tag)
    if typed.get("pce") and scope != ONE:
        reader.errors["pce"] = _(sentences.also_pce)
    return None if tag is None or pce is None else PriceTarget(pce, tag)


def _require_text(sentence: str, text: str) -> str:
    if not text:
        raise Invalid(sentence)
    return text
