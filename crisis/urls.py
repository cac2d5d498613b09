from django.urls import path

from crisis import views

app_name = "crisis"
urlpatterns = [
    path("escalations/", views.escalations, name="escalations"),
    path("escalations/<int:escalation_id>/", views.escalation, name="escalation"),
    path("escalations/<int:escalation_id>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("escalations/<int:escalation_id>/resolve/", views.resolve, name="resolve"),
    path("escalations/<int:escalation_id>/cancel/", views.cancel, name="cancel"),
    path("p/<str:token>/", views.link, name="link"),
    path("engine/", views.engine, name="engine"),
]
