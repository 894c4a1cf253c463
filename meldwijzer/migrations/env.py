"""Alembic runs this file; it works on the database of the settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from meldwijzer.database import Base, engine

#: Any number, as long as nothing else in the database uses it.
LOCK = 4_711_112

with engine().connect() as connection:
    # Rasa keeps its own table `events` in the same database; it is not ours to migrate.
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        include_name=lambda name, kind, _: kind != "table" or name in Base.metadata.tables,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # Of several machines that start at the same moment one migrates; the others wait and find it done.
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.run_migrations()
    connection.commit()
