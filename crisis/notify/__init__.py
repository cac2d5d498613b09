"""Delivers what the pager has put into its outbox: claim one, commit, send, finish."""

from crisis.notify.lanes import deliver_due, deliver_lane

__all__ = ["deliver_due", "deliver_lane"]
