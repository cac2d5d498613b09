"""Every address of the console."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="triage:inbox"), name="home"),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]
