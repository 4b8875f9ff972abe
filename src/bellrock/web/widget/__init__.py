"""The chat widget: its loader and texts, its requests, the page for apps, and the demo exchange."""
