"""Rights that an undone import takes away are told: a mark keeps what they were."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

# The number of the import says when, as its row is written in the same transaction.
_GONE = (
    "INSERT INTO hook_marks (organisation_id, topic, subject_id, said, gone)"
    " SELECT r.organisation_id, 'rights', r.run_id, r.state,"
    " {object}('uid', r.uid, 'number', r.number, 'role', r.role) FROM {source} AS r"
    " WHERE r.run_id IS NOT NULL AND EXISTS (SELECT 1 FROM hooks AS h"
    " WHERE h.organisation_id = r.organisation_id AND h.state = 'on' AND h.rights)"
)
_OLD = "(SELECT {})".format(
    ", ".join(
        f"OLD.{name} AS {name}"
        for name in ("organisation_id", "run_id", "state", "uid", "number", "role")
    )
)


def upgrade() -> None:
    op.add_column("hook_marks", sa.Column("gone", sa.JSON(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        work = _GONE.format(object="json_object", source=_OLD)
        op.execute(
            "CREATE TRIGGER hook_right_gone AFTER DELETE ON access_rights"  # noqa: S608 (our own names)
            f" WHEN EXISTS (SELECT 1 FROM hooks) BEGIN {work}; END"
        )
        return
    work = _GONE.format(object="json_build_object", source="gone_rights")
    op.execute(
        "CREATE FUNCTION hook_right_gone() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {work} ORDER BY r.id; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER hook_right_gone AFTER DELETE ON access_rights"
        " REFERENCING OLD TABLE AS gone_rights FOR EACH STATEMENT"
        " EXECUTE FUNCTION hook_right_gone()"
    )
