"""Run by Alembic: applies the migrations to the connection that ``schema`` has given it."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, render_as_batch=True)
context.run_migrations()
