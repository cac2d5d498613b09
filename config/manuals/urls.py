"""Addresses of the manuals."""

from django.urls import path

from config.manuals import views

urlpatterns = [
    path("help/", views.overview, name="help"),
    path("help/<slug:slug>/", views.manual, name="help-manual"),
    path("help/images/<slug:language>/<str:name>", views.image, name="help-image"),
]
