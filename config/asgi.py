"""The web process: `/live/` is answered here on the event loop, everything else by Django in a pool of threads."""

from a2wsgi import WSGIMiddleware

from config.wsgi import application as django_application
from crisis.engine_health import engine_words
from monitoring.visible import channels_heard_by
from plumbing.live import LiveStream

django = WSGIMiddleware(django_application, workers=16)  # type: ignore[arg-type]  # two names for WSGI's own types
# What the engine says nobody announces when nightwatch and workers stop together.
live = LiveStream({"engine": engine_words}, heard_by=channels_heard_by)


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        await live.lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live/":
        await live(scope, receive, send)
    else:
        await django(scope, receive, send)
