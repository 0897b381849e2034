"""Steps between versions of the schema, run by Alembic. A step that was released is never edited."""
