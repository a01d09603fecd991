"""Component ids of the weather screens."""

from enum import StrEnum
from typing import Any


class Ids(StrEnum):
    FORM = "weather-form"  # drawn again by each answer, full of what was typed
    SHOWN = "weather-shown"  # data: the code of the station on screen; "" for a new one
    CODE = "weather-code"
    NAME = "weather-name"
    LATITUDE = "weather-latitude"
    LONGITUDE = "weather-longitude"
    AREAS = "weather-areas"
    SAVE = "weather-save"
    PCE = "weather-pce"
    TAG = "weather-tag"
    ATTACH = "weather-attach"
    ATTACHING = "weather-attaching"  # the fields, drawn again with what is wrong


FIELDS = {
    "code": Ids.CODE,
    "name": Ids.NAME,
    "latitude": Ids.LATITUDE,
    "longitude": Ids.LONGITUDE,
    "areas": Ids.AREAS,
}


def detach_button(number: object) -> dict[str, Any]:
    """The id of the button that takes a station from a PCE; *number* may be `ALL`."""
    return {"type": "weather-detach", "number": number}
