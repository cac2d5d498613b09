"""What we agreed beforehand, for everyone who works by it. What is not a playbook comes first."""

from django.urls import path

from playbooks import house_views, knowledge_views, scenario_views, views

app_name = "playbooks"
urlpatterns = [
    path("playbooks/", views.playbooks, name="playbooks"),
    path("playbooks/scenarios/", scenario_views.scenario_list, name="scenarios"),
    path("playbooks/scenarios/<slug:slug>/", scenario_views.scenario, name="scenario"),
    path("playbooks/knowledge/", knowledge_views.knowledge, name="knowledge"),
    path("playbooks/knowledge/<int:entry_id>/approve/", knowledge_views.approve_entry, name="approve-answer"),
    path("playbooks/house/", house_views.house_pages, name="house"),
    path("playbooks/house/<slug:slug>/", house_views.house_page, name="house-page"),
    path("playbooks/house/<slug:slug>/<int:number>/", house_views.house_version, name="house-version"),
    path("playbooks/house/<slug:slug>/<int:number>/publish/", house_views.publish_house_version, name="publish-house"),
    path("playbooks/<slug:slug>/", views.playbook, name="playbook"),
    path("playbooks/<slug:slug>/versions/<int:number>/", views.version, name="version"),
    path("playbooks/<slug:slug>/versions/<int:number>/changes/", views.changes, name="changes"),
    path("playbooks/<slug:slug>/versions/<int:number>/publish/", views.publish, name="publish"),
    path("playbooks/<slug:slug>/versions/<int:number>/give-back/", views.give_back, name="give-back"),
    path("playbooks/<slug:slug>/versions/<int:number>/know/", views.know, name="know"),
]
