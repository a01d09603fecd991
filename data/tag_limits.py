"""The tag restriction of a person, one rule for every row about a PCE.

Tables are referenced by name only, so that features imported before theirs, such as notifications,
can use the rule. Without a restriction, no table is joined.
"""

from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    column,
    func,
    or_,
    select,
    table,
    true,
)

_tags = table(
    "pce_tags",
    column("pce_id", Integer),
    column("organisation_id", Integer),
    column("tag", String),
).alias("limit_tags")
_people = table("user_tags", column("user_id", Integer), column("tag", String), column("at")).alias(
    "limit_people"
)
_pces = table("pces", column("id", Integer), column("number", String)).alias("limit_pces")


class Limited(Protocol):
    """Subject of the restriction: a viewer, or the parameters of a prepared statement."""

    @property
    def limited(self) -> bool: ...
    @property
    def user_id(self) -> Any: ...  # noqa: ANN401 (a value, or SQL)
    @property
    def organisation_id(self) -> Any: ...  # noqa: ANN401


def within(viewer: Limited, pce_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 (a column)
    """Return whether the PCE `pce_id` has one of the tags that limit `viewer`."""
    if not viewer.limited:
        return true()
    return _bears(viewer.organisation_id, viewer.user_id).where(_tags.c.pce_id == pce_id).exists()


def within_number(viewer: Limited, number: Any) -> ColumnElement[bool]:  # noqa: ANN401 (a column)
    """Return whether the PCE `number` has one of the tags; True for "", about no PCE."""
    if not viewer.limited:
        return true()
    return or_(number == "", _bears_number(viewer.organisation_id, viewer.user_id, number))


def reaches(organisation_id: Any, user_id: Any, number: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """Return whether a user, by column or value, may be told about a PCE."""
    bears = _bears_number(organisation_id, user_id, number)
    return or_(~is_limited(user_id), number == "", bears)


def is_limited(user_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 (a column)
    """Return whether a user is limited to tags, even to tags that no PCE has any more."""
    limit = select(_people.c.tag).where(_people.c.user_id == user_id)
    return limit.correlate_except(_people).exists()


def knows_tag(viewer: Limited, tag: Any) -> ColumnElement[bool]:  # noqa: ANN401 (a column)
    """Return whether `tag` is one of those that limit `viewer`."""
    if not viewer.limited:
        return true()
    mine: ColumnElement[bool] = tag.in_(
        select(_people.c.tag).where(_people.c.user_id == viewer.user_id)
    )
    return mine


def own_since(viewer: Limited, user_id: Any, at: Any) -> ColumnElement[bool]:  # noqa: ANN401
    """Return whether an object without a PCE, such as a file, is theirs since the restriction."""
    if not viewer.limited:
        return true()
    mine = select(func.max(_people.c.at)).where(_people.c.user_id == viewer.user_id)
    return and_(user_id == viewer.user_id, at >= mine.scalar_subquery())


def _bears(organisation_id: Any, user_id: Any) -> Select[Any]:  # noqa: ANN401
    """Select the PCEs with a tag that limits a user."""
    return (
        select(_tags.c.pce_id)
        .join(_people, _people.c.tag == _tags.c.tag)
        .where(_people.c.user_id == user_id, _tags.c.organisation_id == organisation_id)
        .correlate_except(_tags, _people)
    )


def _bears_number(organisation_id: Any, user_id: Any, number: Any) -> ColumnElement[bool]:  # noqa: ANN401
    query = _bears(organisation_id, user_id).join(_pces, _pces.c.id == _tags.c.pce_id)
    return query.where(_pces.c.number == number).correlate_except(_tags, _people, _pces).exists()
