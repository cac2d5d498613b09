"""The long work of this app, made known to the workers."""

from plumbing.jobs import register
from triage import replay_job

register(replay_job.KIND)
