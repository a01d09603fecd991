"""Component ids of the weather screens."""

from enum import StrEnum
from typing import Any

from components.kit import by_name


class Ids(StrEnum):
    FORM = "weather-form"  # redrawn by each response, with the typed values
    SHOWN = "weather-shown"  # data: code of the station; "" for a new one
    CODE = "weather-code"
    NAME = "weather-name"
    LATITUDE = "weather-latitude"
    LONGITUDE = "weather-longitude"
    AREAS = "weather-areas"
    SAVE = "weather-save"
    PCE = "weather-pce"
    TAG = "weather-tag"
    ATTACH = "weather-attach"
    ATTACHING = "weather-attaching"  # the fields, redrawn with their errors


FIELDS = by_name(Ids.CODE, Ids.NAME, Ids.LATITUDE, Ids.LONGITUDE, Ids.AREAS)


def detach_button(number: object) -> dict[str, Any]:
    """Return the id of the button that detaches a PCE; `number` may be `ALL`."""
    return {"type": "weather-detach", "number": number}
