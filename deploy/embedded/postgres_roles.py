"""What a fresh PostgreSQL server needs before the first migration: a database and the login of the services."""


def prepare(url: str, app: str, password: str, database: str) -> None:
    """Have the login `app` (which may take on the roles of the services, and owns nothing) and the database."""
    import psycopg
    from psycopg.sql import SQL, Identifier, Literal

    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = %s", [app]).fetchone():
            # NOINHERIT: it has no right but through the role that a transaction takes on.
            made = SQL("create role {} login noinherit nosuperuser password {}")
            connection.execute(made.format(Identifier(app), Literal(password)))
        if not connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
            connection.execute(SQL("create database {} template template0").format(Identifier(database)))
