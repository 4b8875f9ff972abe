"""Every change of the database schema, in order: one linear chain, raw SQL."""
