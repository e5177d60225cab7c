"""Addresses of the standing, a unit's explanation, and the records behind it."""

from django.urls import path

from shuping_web.results import set_views, views

urlpatterns = [
    path("standing/", views.standing, name="standing"),
    path("standing/set/<int:number>/", set_views.set_change, name="set-change"),
    path("standing/<str:code>/", views.unit, name="standing-unit"),
    path("standing/<str:code>/<str:criterion>/", views.records_behind, name="standing-records"),
]
