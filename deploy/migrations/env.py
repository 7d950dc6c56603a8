"""Run by alembic for one schema at a time; deploy/migrate.py hands over the connection."""

from alembic import context

given = context.config.attributes
context.configure(
    connection=given["connection"],
    version_table_schema=given["schema"],
    transaction_per_migration=True,  # what is done stays done when a later one has to wait for a lock
)
with context.begin_transaction():
    context.run_migrations()
