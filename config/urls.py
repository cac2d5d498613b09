"""Every address of the console."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from accounts.admin import leave_out_allauth
from accounts.api import LiveToken
from accounts.api_schema import Description
from accounts.reference import reference
from plumbing.problems import unknown_address

handler400 = "plumbing.problems.bad_request"
handler500 = "plumbing.problems.server_error"
leave_out_allauth()
urlpatterns = [
    path("", include("config.first_run.urls")),
    path("", include("triage.urls")),
    path("", include("crisis.urls")),
    path("", include("monitoring.urls")),
    path("", include("playbooks.urls")),
    path("", include("reports.urls")),
    path("", include("accounts.urls")),
    path("", include("plumbing.job_urls")),
    path("accounts/", include("accounts.sign_in_urls")),
    path("hooks/", include("monitoring.hook_urls")),
    path("api/v1/", include("monitoring.api_urls")),
    path("api/v1/", include("triage.api_urls")),
    path("api/v1/", include("crisis.api_urls")),
    path("api/v1/schema/", Description.as_view(), name="api-schema"),
    path("api/v1/live-token/", LiveToken.as_view(), name="live-token"),
    path("api/docs/", reference, name="api-reference"),
    re_path(r"^api/", unknown_address, name="api-unknown"),
    path("", include("config.manuals.urls")),
    path("admin/", admin.site.urls),
]
if settings.MAILS_ARE_KEPT:
    urlpatterns += [path("", include("config.demo.urls"))]
if settings.DEMO:
    urlpatterns += [path("", include("config.demo.play.urls"))]
