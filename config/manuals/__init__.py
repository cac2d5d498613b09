"""The manuals of docs/, readable in the console in the reader's language."""
