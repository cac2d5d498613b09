"""The long work of this app, made known to the workers."""

from plumbing.jobs import register
from triage import check_job, replay_job

register(replay_job.KIND)
register(check_job.KIND)
