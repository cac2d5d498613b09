"""`make run`: PostgreSQL and Redis from wheels, keys, first data and every process of the console, in one terminal.

Nothing here is needed in production, where docs/operating.md lists the same processes one by one.
"""
