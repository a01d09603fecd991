"""Query people; each query starts from `visible(viewer)` or an invitation token."""

from data.administration.people.queries.belongings import count_belongings
from data.administration.people.queries.handover import get_handover
from data.administration.people.queries.impersonation import find_impersonated_viewer
from data.administration.people.queries.invitations import find_invited, list_invitations
from data.administration.people.queries.limits import count_limited_pces, get_tag_limit, list_tags
from data.administration.people.queries.lists import count_people, get_detail, list_people
from data.administration.people.queries.organisations import count_organisations, list_organisations
from data.administration.people.queries.visible import get_organisation, get_person, visible

__all__ = [
    "count_belongings",
    "count_limited_pces",
    "count_organisations",
    "count_people",
    "find_impersonated_viewer",
    "find_invited",
    "get_detail",
    "get_handover",
    "get_organisation",
    "get_person",
    "get_tag_limit",
    "list_invitations",
    "list_organisations",
    "list_people",
    "list_tags",
    "visible",
]
