"""Alembic runs this file; it works on the database of the settings."""

from __future__ import annotations

from alembic import context

from meldwijzer.database import Base, engine

with engine().connect() as connection:
    # Rasa keeps its own table `events` in the same database; it is not ours to migrate.
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        include_name=lambda name, kind, _: kind != "table" or name in Base.metadata.tables,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
