"""Three letters anywhere in what is searched of a PCE, found by an index; triggers keep it true."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_SQLITE = (
    (
        "CREATE VIRTUAL TABLE pces_search USING fts5(search, content='pces',"
        " content_rowid='id', tokenize='trigram', detail='full')"
    ),
    (
        "CREATE TRIGGER pces_search_added AFTER INSERT ON pces BEGIN"
        " INSERT INTO pces_search (rowid, search) VALUES (NEW.id, NEW.search); END"
    ),
    (
        "CREATE TRIGGER pces_search_removed AFTER DELETE ON pces BEGIN"
        " INSERT INTO pces_search (pces_search, rowid, search)"
        " VALUES ('delete', OLD.id, OLD.search); END"
    ),
    (
        "CREATE TRIGGER pces_search_changed AFTER UPDATE OF search ON pces BEGIN"
        " INSERT INTO pces_search (pces_search, rowid, search)"
        " VALUES ('delete', OLD.id, OLD.search);"
        " INSERT INTO pces_search (rowid, search) VALUES (NEW.id, NEW.search); END"
    ),
    "INSERT INTO pces_search (pces_search) VALUES ('rebuild')",
)
# Where pg_trgm cannot be had, searches read every PCE that the viewer may see.
_POSTGRESQL = """DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    EXECUTE 'CREATE INDEX pces_search ON pces USING gin (search gin_trgm_ops)';
    EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no pg_trgm: %', SQLERRM; END $$"""


def upgrade() -> None:
    lite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if lite else (_POSTGRESQL,):
        op.execute(statement)
