"""The addresses of the API of channels, below /api/v1/; mentions are handed in at triage's address for them."""

from django.urls import path

from monitoring.api import Channels

urlpatterns = [path("channels/", Channels.as_view(), name="api-channels")]
