"""What was said, and what we say in public: one file per idea."""

from monitoring.models.channel import Channel, RawDelivery
from monitoring.models.mention import Author, Conversation, Mention, Revision
from monitoring.models.outbound import OutboundAttempt, OutboundPost
from monitoring.models.reading import Reading, Story
from monitoring.models.secret import SigningSecret
from monitoring.models.watching import WatchedTopic, WordList

__all__ = [
    "Author",
    "Channel",
    "Conversation",
    "Mention",
    "OutboundAttempt",
    "OutboundPost",
    "RawDelivery",
    "Reading",
    "Revision",
    "SigningSecret",
    "Story",
    "WatchedTopic",
    "WordList",
]
