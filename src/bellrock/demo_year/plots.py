"""What happens in a conversation: most are short and settled, some are handed over, a few are long, the newest are open."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from bellrock.core import FIRST_LINE
from bellrock.demo_year.stories import Cast, Story
from bellrock.demo_year.words import Said, Voice

_MINUTE, _HOUR = 60.0, 3_600.0
_ASKS_A_PERSON = frozenset(
    {
        "two_factor_lost",
        "deposit_wrong_network",
        "liquidation_dispute",
        "kyc_rejected",
        "withdrawal_pending",
        "api_error",
    }
)
_SERIOUS = frozenset({"liquidation_dispute", "two_factor_lost", "phishing_report"})
_LONG_SHARE = 0.03
_LEFT_SHARE = 0.3
_RECENT = timedelta(days=12)
_LONG_MESSAGES = 20


@dataclass(frozen=True, slots=True)
class Plot:
    """Who speaks about what."""

    voice: Voice
    cast: Cast
    language: str
    topic: str
    chance: random.Random
    brief: float = 0.0

    @property
    def is_left(self) -> bool:
        """Whether nobody has come to it yet, as with some of what is recent."""
        return self.chance.random() < _LEFT_SHARE

    def opening(self) -> Said:
        return self.voice.opening(self.language, self.topic, self.chance)

    def more(self) -> Said:
        return self.voice.more(self.language, self.topic, self.chance)

    def answer(self) -> Said:
        return self.voice.answer(self.language, self.topic, self.chance)

    def common(self, key: str) -> Said:
        return self.voice.common(self.language, key, self.chance)

    def note(self) -> Said:
        """Return a note, which colleagues write to each other in the language of the house."""
        return self.voice.plain(self.chance.choice(_NOTES), self.chance)


def tell(story: Story, plot: Plot) -> None:
    """Tell one conversation up to its end, or up to the present."""
    chance, topic = plot.chance, plot.topic
    is_urgent = topic in _SERIOUS and chance.random() < 0.4
    channel = "widget" if chance.random() < 0.8 else "web"
    story.open(channel=channel, language=plot.language, topic=topic, priority="high" if is_urgent else "normal")
    story.write(plot.opening())
    by_person = chance.random() < (0.8 if topic in _ASKS_A_PERSON else 0.25)
    if chance.random() < plot.brief:
        by_person = False
    if story.later(chance, 4):
        if by_person:
            _with_a_person(story, plot, is_urgent=is_urgent)
        else:
            _by_the_first_line(story, plot)
    story.end()


def _by_the_first_line(story: Story, plot: Plot) -> None:
    chance = plot.chance
    story.reply(plot.answer(), by=FIRST_LINE)
    if chance.random() < 0.45 and story.later(chance, 4 * _MINUTE):
        story.write(plot.common("thanks"))
        if story.later(chance, 3):
            story.resolve(by=FIRST_LINE, topic=plot.topic)
    elif story.later(chance, 20 * _HOUR) and not (story.left < _RECENT and plot.is_left):
        story.resolve(by=FIRST_LINE, topic=plot.topic)


def _with_a_person(story: Story, plot: Plot, *, is_urgent: bool) -> None:
    chance, cast = plot.chance, plot.cast
    team = cast.teams[plot.topic]
    story.announce(plot.common("handed"))
    story.hand_over(
        team_id=team,
        reason=chance.choice(("topic_needs_person", "not_sure", "asked_for_person")),
        priority="high" if is_urgent else "normal",
        summary=plot.topic.replace("_", " "),
    )
    is_recent = story.left < _RECENT
    if not story.later(chance, 25 * _MINUTE) or (is_recent and plot.is_left):
        return
    story.assign(cast.agent(team, plot.language, chance))
    if cast.labels and chance.random() < 0.35:
        story.label(chance.choice(list(cast.labels.values())))
    is_long = chance.random() < _LONG_SHARE
    turns = _LONG_MESSAGES // 2 if is_long else chance.choice((1, 1, 1, 2, 2, 3))
    for turn in range(turns):
        if not story.later(chance, 12 * _MINUTE) or (is_recent and plot.is_left):
            return
        if chance.random() < 0.18:
            story.note(plot.note())
        is_last = turn == turns - 1
        story.reply(plot.answer() if is_last or turn == 0 else plot.common("wait"))
        if not is_last:
            if not story.later(chance, 40 * _MINUTE):
                return
            story.write(plot.more())
    _end_with_a_person(story, plot)


def _end_with_a_person(story: Story, plot: Plot) -> None:
    chance = plot.chance
    if story.left < _RECENT and plot.is_left:
        return
    if chance.random() < 0.06:
        story.snooze(
            (story.at + timedelta(days=chance.randint(1, 4))).replace(hour=9, minute=0, second=0, microsecond=0)
        )
        if not story.later(chance, 2 * 86_400):
            return
        story.write(plot.more())
        if not story.later(chance, 30 * _MINUTE):
            return
        story.reply(plot.answer())
    if chance.random() < 0.5 and story.later(chance, 50 * _MINUTE):
        story.write(plot.common("thanks"))
    if story.later(chance, 6 * _HOUR):
        story.resolve(topic=plot.topic)


_NOTES = (
    "Checked the node, all fine on our side.",
    "Asked the wallet team, they look at it this afternoon.",
    "Same customer wrote last month about the same thing.",
    "Identity check done, safe to go on.",
    "Please keep an eye on this one while I am away.",
    "Bank reference matched by hand.",
    "Known problem since this morning, see the incident.",
)
