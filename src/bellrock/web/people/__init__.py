"""Pages by which colleagues come in, keep their account, and are managed."""
