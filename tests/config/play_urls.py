"""The console's addresses as they are where the demo is on."""

from django.urls import include, path

from config.urls import urlpatterns as as_ever

urlpatterns = [*as_ever, path("", include("config.demo.play.urls"))]
