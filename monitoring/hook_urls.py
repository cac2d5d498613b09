"""The addresses that other programs call, below /hooks/."""

from django.urls import path

from monitoring import hooks

urlpatterns = [path("<slug:slug>/", hooks.receive, name="hook")]
