"""Play a crisis in three minutes: a newcomer is maya, then pedro, and sees how long everything took.

Only the mentions are written beforehand. They come in, are read, suggested, decided, paged about and acknowledged by
what the console itself runs; the guide looks at the rows and says what to do next.
"""
