"""The first line: what a message is about, whether the bot may answer it, and the hand-over to a person when it may not."""

from bellrock.triage.acting import CustomerWrote
from bellrock.triage.commands import evaluate, run, table, train
from bellrock.triage.confirming import deciders, may_decide, tell_deciders
from bellrock.triage.decisions import Answer, Ask, Decision, HandOver, Why
from bellrock.triage.diagnosing import Diagnosing, needed
from bellrock.triage.entities import Entity, EntityKind, entities
from bellrock.triage.feedback import ask_for_person, give_feedback
from bellrock.triage.first_line import FirstLine
from bellrock.triage.gaps import Example, Gap, GapUnknown, close_gap, examples_of, open_gaps, suggest
from bellrock.triage.going_live import (
    HeadBlocked,
    HeadMoved,
    HeadNeedsTwo,
    HeadNotProposed,
    HeadProposed,
    HeadUntried,
    Proposal,
    proposals,
    propose,
    put_live,
    ways_back,
    withdraw,
)
from bellrock.triage.heads import (
    HeadOutdated,
    Heads,
    LiveHead,
    TrialUnknown,
    live_head,
    live_heads,
)
from bellrock.triage.lessons import (
    EXAMPLES_MAX,
    AlreadyTaught,
    ExampleUnknown,
    NothingToTeach,
    TaughtExample,
    Teachable,
    TooManyExamples,
    forget_erased,
    remove_example,
    taught_examples,
    teach,
    teachable,
)
from bellrock.triage.meaning import ArticleMeaning
from bellrock.triage.measuring import run_trial
from bellrock.triage.model import ModelMismatch
from bellrock.triage.phrasing import Phrasing
from bellrock.triage.playbooks import deposits
from bellrock.triage.playbooks.book import pictures, shown
from bellrock.triage.playbooks.diagnosis import Chart
from bellrock.triage.playbooks.telling import Told, chart_of, told
from bellrock.triage.protecting import STEP_NAMES, StepBegun, StepResult, begin_step, carry_out_step, finish_step
from bellrock.triage.resolution import (
    GATE_LOST,
    GateNotLost,
    Standing,
    failed_max,
    give_back,
    judge,
    lost_gates,
    note,
    standings,
    watch,
)
from bellrock.triage.resolution import KINDS as OUTCOMES
from bellrock.triage.rules import Sign, signs
from bellrock.triage.texts import greeting
from bellrock.triage.topics import NEAR_MISS, Gate, Topic, TopicUnknown, topic, topic_name, topics
from bellrock.triage.trials import (
    Changed,
    Finding,
    NothingTaught,
    Trial,
    TrialRunning,
    ask_trial,
    trial,
    trials,
)
from bellrock.triage.working import ANSWER, jobs

__all__ = [
    "ANSWER",
    "EXAMPLES_MAX",
    "GATE_LOST",
    "NEAR_MISS",
    "OUTCOMES",
    "STEP_NAMES",
    "AlreadyTaught",
    "Answer",
    "ArticleMeaning",
    "Ask",
    "Changed",
    "Chart",
    "CustomerWrote",
    "Decision",
    "Diagnosing",
    "Entity",
    "EntityKind",
    "Example",
    "ExampleUnknown",
    "Finding",
    "FirstLine",
    "Gap",
    "GapUnknown",
    "Gate",
    "GateNotLost",
    "HandOver",
    "HeadBlocked",
    "HeadMoved",
    "HeadNeedsTwo",
    "HeadNotProposed",
    "HeadOutdated",
    "HeadProposed",
    "HeadUntried",
    "Heads",
    "LiveHead",
    "ModelMismatch",
    "NothingTaught",
    "NothingToTeach",
    "Phrasing",
    "Proposal",
    "Sign",
    "Standing",
    "StepBegun",
    "StepResult",
    "TaughtExample",
    "Teachable",
    "Told",
    "TooManyExamples",
    "Topic",
    "TopicUnknown",
    "Trial",
    "TrialRunning",
    "TrialUnknown",
    "Why",
    "ask_for_person",
    "ask_trial",
    "begin_step",
    "carry_out_step",
    "chart_of",
    "close_gap",
    "deciders",
    "deposits",
    "entities",
    "evaluate",
    "examples_of",
    "failed_max",
    "finish_step",
    "forget_erased",
    "give_back",
    "give_feedback",
    "greeting",
    "jobs",
    "judge",
    "live_head",
    "live_heads",
    "lost_gates",
    "may_decide",
    "needed",
    "note",
    "open_gaps",
    "pictures",
    "proposals",
    "propose",
    "put_live",
    "remove_example",
    "run",
    "run_trial",
    "shown",
    "signs",
    "standings",
    "suggest",
    "table",
    "taught_examples",
    "teach",
    "teachable",
    "tell_deciders",
    "told",
    "topic",
    "topic_name",
    "topics",
    "train",
    "trial",
    "trials",
    "watch",
    "ways_back",
    "withdraw",
]
