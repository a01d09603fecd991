"""Reading people: every read starts from `visible(viewer)`, or from the token of an invitation."""

from data.people.queries.belongings import belongings_of
from data.people.queries.handing import handing_to
from data.people.queries.invitations import find_invited, list_invitations
from data.people.queries.limits import limit_of, limit_to, list_tags
from data.people.queries.lists import count_people, get_detail, list_people
from data.people.queries.looks import seen_as
from data.people.queries.organisations import count_organisations, list_organisations
from data.people.queries.visible import get_organisation, get_person, visible

__all__ = [
    "belongings_of",
    "count_organisations",
    "count_people",
    "find_invited",
    "get_detail",
    "get_organisation",
    "get_person",
    "handing_to",
    "limit_of",
    "limit_to",
    "list_invitations",
    "list_organisations",
    "list_people",
    "list_tags",
    "seen_as",
    "visible",
]
