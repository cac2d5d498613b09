"""The addresses of long work."""

from django.urls import path

from plumbing import job_views

urlpatterns = [
    path("jobs/<int:job_id>/", job_views.show_job, name="job"),
    path("jobs/<int:job_id>/cancel/", job_views.cancel, name="job-cancel"),
]
