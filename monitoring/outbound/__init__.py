"""The only code that speaks in public: claim one, commit, send, finish. What nobody knows is never sent again."""

from monitoring.outbound.pausing import pause_publishing, resume_publishing
from monitoring.outbound.posts import call_off, posting_channels, take_back, write_post
from monitoring.outbound.send import send_due

__all__ = [
    "call_off",
    "pause_publishing",
    "posting_channels",
    "resume_publishing",
    "send_due",
    "take_back",
    "write_post",
]
