"""What we say in public, and who sees to it."""

from django.urls import path

from monitoring import views

app_name = "monitoring"
urlpatterns = [
    path("outbound/", views.outbound, name="outbound"),
    path("outbound/<int:post_id>/settle/", views.settle, name="settle"),
    path("outbound/<int:post_id>/take-back/", views.take_back, name="take-back"),
    path("outbound/channels/<slug:slug>/publishing/", views.publishing, name="publishing"),
]
