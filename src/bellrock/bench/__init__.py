"""Benches: figures of speed, weight and safety, measured on the real processes."""
