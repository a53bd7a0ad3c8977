"""Run the migrations on the connection that `server.migrate` hands over, all of them in its transaction."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True)
context.run_migrations()
