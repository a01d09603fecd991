"""Usage profiles of each kind of site: heating, baseload and closures."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Shut(StrEnum):
    """When a site closes, apart from weekends."""

    NEVER = "never"
    SCHOOL = "school"
    PUBLIC = "public"
    FACTORY = "factory"  # three weeks of August and the end of the year
    SHOP = "shop"  # Mondays and two weeks of August
    POOL = "pool"  # drained two weeks in September


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of site; `car` is the range of its reference consumption, MWh a year.

    `heating` is the share of that consumption due to heating; `weekend` and `closed` are the shares
    of a working day's use on weekends and closed days.
    """

    label: str
    tag: str
    car: tuple[float, float]
    heating: float
    weekend: float = 1.0
    closed: float = 1.0
    shut: Shut = Shut.NEVER
    balance: float = 16.5  # °C outside, above which nothing heats


PROFILES: Mapping[str, Profile] = {
    "nursery": Profile("Crèche", "Petite enfance", (25, 90), 0.86, 0.45, 0.45, Shut.PUBLIC),
    "primary": Profile("École", "Écoles", (60, 320), 0.94, 0.42, 0.34, Shut.SCHOOL),
    "college": Profile("Collège", "Écoles", (250, 620), 0.92, 0.42, 0.34, Shut.SCHOOL),
    "lycee": Profile("Lycée", "Écoles", (520, 1500), 0.9, 0.45, 0.36, Shut.SCHOOL),
    "gym": Profile("Gymnase", "Sport", (110, 420), 0.84, 0.92, 0.5, Shut.SCHOOL, 14.5),
    "pool": Profile("Piscine", "Sport", (900, 3200), 0.45, 1.0, 0.12, Shut.POOL, 18.5),
    "hall": Profile("Mairie annexe", "Admin", (70, 380), 0.95, 0.5, 0.5, Shut.PUBLIC),
    "library": Profile("Médiathèque", "Culture", (70, 260), 0.95, 0.8, 0.5, Shut.PUBLIC),
    "theatre": Profile("Théâtre", "Culture", (150, 520), 0.95, 1.1, 0.6, Shut.PUBLIC),
    "museum": Profile("Musée", "Culture", (120, 420), 0.88, 1.0, 0.9, Shut.PUBLIC, 17.5),
    "care": Profile("EHPAD", "Santé", (380, 1300), 0.72, 1.0, 1.0, Shut.NEVER, 18.0),
    "kitchen": Profile("Cuisine centrale", "Restauration", (120, 460), 0.3, 0.1, 0.3, Shut.SCHOOL),
    "depot": Profile(
        "Centre technique", "Technique", (90, 400), 0.95, 0.35, 0.4, Shut.PUBLIC, 14.5
    ),
    "lodging": Profile("Logement de fonction", "Logement", (2.5, 16), 0.7),
    "housing": Profile("Résidence", "Logement", (140, 980), 0.78, 1.03, 1.0, Shut.NEVER, 17.0),
    "factory": Profile("Usine", "Production", (5200, 32000), 0.14, 0.28, 0.06, Shut.FACTORY),
    "workshop": Profile("Atelier", "Production", (180, 1400), 0.4, 0.15, 0.1, Shut.FACTORY, 14.5),
    "store": Profile("Entrepôt", "Logistique", (150, 900), 0.97, 0.45, 0.35, Shut.FACTORY, 12.5),
    "office": Profile("Bureaux", "Tertiaire", (60, 300), 0.96, 0.4, 0.4, Shut.PUBLIC),
    "injection": Profile("Méthanisation", "Injection", (1, 1), 0.0),
    "bakery": Profile("Boulangerie", "Commerce", (60, 140), 0.16, 1.2, 0.12, Shut.SHOP),
}

CITY_MIX: Mapping[str, float] = {
    "primary": 30, "gym": 12, "nursery": 9, "college": 7, "hall": 8, "depot": 6, "lodging": 6,
    "care": 5, "library": 4, "lycee": 4, "theatre": 3, "pool": 3, "museum": 2, "kitchen": 3,
}  # fmt: skip
HOUSING_MIX: Mapping[str, float] = {"housing": 78, "lodging": 16, "office": 4, "care": 2}
INDUSTRY_MIX: Mapping[str, float] = {"workshop": 36, "store": 30, "office": 22, "factory": 12}
