"""Live pages: what happens is seen within a blink, and nothing is missed after a broken line."""

from bellrock.web.live.hub import Ended, Event, Happened, Hub, Subscription, Whisper

__all__ = ["Ended", "Event", "Happened", "Hub", "Subscription", "Whisper"]
