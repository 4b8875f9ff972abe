"""Playbooks: what is asked, looked up and concluded for a topic, as data and pure functions."""
