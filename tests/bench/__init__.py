"""`make bench`: figures as ratios to named baselines of the same run. docs/performance.md says how to read them."""
