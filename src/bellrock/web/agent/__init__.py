"""The agents' console: a live inbox, one conversation at a time, and every action a key away."""
