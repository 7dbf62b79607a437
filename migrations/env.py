"""How Alembic reaches the tables. The connection and its transaction come from bot.store.migrate."""

from alembic import context
from sqlmodel import SQLModel

from bot.store import tables

assert tables.Audit.__tablename__ in SQLModel.metadata.tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
