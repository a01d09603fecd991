"""Access rights: the right, its timeline, the letters to holders; grants by kind of data."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = core.database.Instant(timezone=True)
WORD = sa.String(30)

SORTED = ("site_key", "holder_key", "number", "created_at", "ends_key")


def upgrade() -> None:
    with op.batch_alter_table("pces") as pces:
        pces.add_column(sa.Column("holder_name", sa.String(), nullable=False, server_default=""))
        pces.add_column(sa.Column("holder_since", sa.Date(), nullable=True))
    _grants()
    _rights()
    _events()
    _letters()
    _imports()
    if op.get_bind().dialect.name == "sqlite":
        _search_sqlite()
        _append_only_sqlite()
    else:
        _search_postgresql()
        _append_only_postgresql()


def _grants() -> None:
    """The same rows under a longer key: what they let read did not depend on the kind of data."""
    op.execute("CREATE TABLE grants_before AS SELECT * FROM pce_grants")
    op.drop_table("pce_grants")
    op.create_table(
        "pce_grants",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("published_first_day", sa.Date(), nullable=True),
        sa.Column("published_last_day", sa.Date(), nullable=True),
        sa.Column("whole_from", sa.Date(), nullable=True),
        sa.Column("holes", sa.String(), nullable=False),
        sa.Column("contractual", sa.Boolean(), nullable=False),
        sa.Column("technical", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_pce_grants_pce_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_pce_grants_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "pce_id", "organisation_id", "valid_from", name=op.f("pk_pce_grants")
        ),
    )
    op.create_index(
        op.f("ix_pce_grants_organisation_id_pce_id"), "pce_grants", ["organisation_id", "pce_id"]
    )
    op.execute(
        "INSERT INTO pce_grants (pce_id, organisation_id, valid_from, valid_to, first_day,"
        " last_day, published_first_day, published_last_day, whole_from, holes, contractual,"
        " technical)"
        " SELECT pce_id, organisation_id, valid_from, valid_to, first_day, last_day, first_day,"
        " last_day, first_day, '', true, true FROM grants_before"
    )
    op.drop_table("grants_before")


def _rights() -> None:
    op.create_table(
        "access_rights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in (
                *("person", "company", "holder_key", "site", "site_key", "email", "phone"),
                "postal_code",
            )
        ),
        *(
            sa.Column(name, sa.Date(), nullable=True)
            for name in (
                *("starts_on", "ends_on", "supply_first", "supply_last"),
                *("injection_first", "injection_last"),
            )
        ),
        *(
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in ("informative", "published", "contractual", "technical")
        ),
        sa.Column("ends_key", sa.Date(), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("origin", WORD, nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("renews_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("answer_due", sa.Date(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_from", sa.String(), nullable=False),
        sa.Column("answered_text", sa.String(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("source", WORD, nullable=True),
        sa.Column("proof_state", WORD, nullable=True),
        sa.Column("proof_due", sa.Date(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=True),
        sa.Column("search", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_access_rights_pce_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_access_rights_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["renews_id"], ["access_rights.id"], name=op.f("fk_access_rights_renews_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_rights")),
        sa.UniqueConstraint("uid", name=op.f("uq_access_rights_uid")),
    )
    op.create_index(
        op.f("ix_access_rights_organisation_id_state_id"),
        "access_rights",
        ["organisation_id", "state", "id"],
        postgresql_include=["search"],
    )
    for names in (
        ("role", "organisation_id", "state"),
        ("state", "id"),
        *(("organisation_id", name, "id", "state") for name in SORTED),
        *((name, "id", "state") for name in SORTED),
        ("pce_id", "organisation_id"),
        ("state", "answer_due"),
        ("run_id",),
        ("renews_id",),
    ):
        op.create_index(op.f(f"ix_access_rights_{'_'.join(names)}"), "access_rights", names)


def _events() -> None:
    op.create_table(
        "right_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("right_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("trigger", WORD, nullable=False),
        sa.Column("actor", WORD, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("source", WORD, nullable=True),
        sa.Column("before", WORD, nullable=True),
        sa.Column("after", WORD, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_events")),
    )
    op.create_index(op.f("ix_right_events_right_id_id"), "right_events", ["right_id", "id"])


def _letters() -> None:
    op.create_table(
        "holder_links",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("right_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["right_id"], ["access_rights.id"], name=op.f("fk_holder_links_right_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", "right_id", name=op.f("pk_holder_links")),
    )
    op.create_index(op.f("ix_holder_links_right_id"), "holder_links", ["right_id"])
    op.create_table(
        "right_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("next_attempt_at", INSTANT, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_right_letters_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_letters")),
        sa.UniqueConstraint("message_id", name=op.f("uq_right_letters_message_id")),
    )
    for names in (
        ("state", "next_attempt_at"),
        ("organisation_id", "email", "kind", "state"),
        ("token_hash",),
        ("created_at",),
    ):
        op.create_index(op.f(f"ix_right_letters_{'_'.join(names)}"), "right_letters", names)


def _imports() -> None:
    op.create_table(
        "right_imports",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("xlsx", sa.Boolean(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("undone_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_right_imports_run_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_right_imports_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_right_imports")),
    )
    op.create_table(
        "right_import_lines",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=True),
        sa.Column("problems", sa.JSON(), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_right_import_lines_run_id")),
        sa.PrimaryKeyConstraint("run_id", "line", name=op.f("pk_right_import_lines")),
    )
    op.create_table(
        "right_import_columns",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_right_import_columns_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "label", name=op.f("pk_right_import_columns")),
    )


def _search_sqlite() -> None:
    """Three letters anywhere in a text, found by an index; triggers keep it true."""
    for statement in (
        (
            "CREATE VIRTUAL TABLE rights_search USING fts5(search, content='access_rights',"
            " content_rowid='id', tokenize='trigram', detail='full')"
        ),
        (
            "CREATE TRIGGER rights_search_added AFTER INSERT ON access_rights BEGIN"
            " INSERT INTO rights_search (rowid, search) VALUES (NEW.id, NEW.search); END"
        ),
        (
            "CREATE TRIGGER rights_search_removed AFTER DELETE ON access_rights BEGIN"
            " INSERT INTO rights_search (rights_search, rowid, search)"
            " VALUES ('delete', OLD.id, OLD.search); END"
        ),
        (
            "CREATE TRIGGER rights_search_changed AFTER UPDATE OF search ON access_rights BEGIN"
            " INSERT INTO rights_search (rights_search, rowid, search)"
            " VALUES ('delete', OLD.id, OLD.search);"
            " INSERT INTO rights_search (rowid, search) VALUES (NEW.id, NEW.search); END"
        ),
    ):
        op.execute(statement)


def _search_postgresql() -> None:
    """The same by pg_trgm; where it cannot be had, searches read the organisation's rights."""
    op.execute(
        """DO $$ BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        EXECUTE 'CREATE INDEX rights_search ON access_rights USING gin (search gin_trgm_ops)';
        EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no pg_trgm: %', SQLERRM; END $$"""
    )


def _append_only_sqlite() -> None:
    for statement in (
        (
            "CREATE TRIGGER right_events_no_UPDATE BEFORE UPDATE ON right_events"
            " BEGIN SELECT RAISE(ABORT, 'right_events is append-only'); END"
        ),
        (
            "CREATE TRIGGER right_events_no_DELETE BEFORE DELETE ON right_events"
            " WHEN EXISTS (SELECT 1 FROM access_rights WHERE id = OLD.right_id)"
            " BEGIN SELECT RAISE(ABORT, 'right_events is append-only'); END"
        ),
        # REPLACE deletes the row in its way without any trigger for DELETE.
        (
            "CREATE TRIGGER right_events_no_REPLACE BEFORE INSERT ON right_events"
            " WHEN EXISTS (SELECT 1 FROM right_events WHERE id = NEW.id)"
            " BEGIN SELECT RAISE(ABORT, 'right_events is append-only'); END"
        ),
    ):
        op.execute(statement)


def _append_only_postgresql() -> None:
    for statement in (
        (
            "CREATE FUNCTION right_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN IF TG_OP = 'DELETE' AND NOT EXISTS"
            " (SELECT 1 FROM access_rights WHERE id = OLD.right_id) THEN RETURN OLD; END IF;"
            " RAISE EXCEPTION 'right_events is append-only'; END $$"
        ),
        (
            "CREATE FUNCTION right_events_not_emptied() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION 'right_events is append-only'; END $$"
        ),
        (
            "CREATE TRIGGER right_events_no_change BEFORE UPDATE OR DELETE ON right_events"
            " FOR EACH ROW EXECUTE FUNCTION right_events_append_only()"
        ),
        (
            "CREATE TRIGGER right_events_no_truncate BEFORE TRUNCATE ON right_events"
            " FOR EACH STATEMENT EXECUTE FUNCTION right_events_not_emptied()"
        ),
    ):
        op.execute(statement)
