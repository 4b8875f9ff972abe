"""Pages and endpoints for people: server-rendered, one folder an audience."""
