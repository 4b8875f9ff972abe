"""JSON for the exchange's own software and for integrators: one table of operations, described by OpenAPI 3.1."""
