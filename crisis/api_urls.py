from django.urls import path

from crisis import api

urlpatterns = [
    path("escalations/", api.EscalationList.as_view(), name="api-escalations"),
    path("escalations/<int:escalation_id>/", api.OneEscalation.as_view(), name="api-escalation"),
    path("escalations/<int:escalation_id>/acknowledge/", api.Acknowledge.as_view(), name="api-acknowledge"),
    path("escalations/<int:escalation_id>/resolve/", api.Resolve.as_view(), name="api-resolve"),
    path("escalations/<int:escalation_id>/cancel/", api.Cancel.as_view(), name="api-cancel"),
]
