"""Runs the numbered migrations on the connection that `store.engine` hands in. They only grow."""

from alembic import context

from feedd.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
