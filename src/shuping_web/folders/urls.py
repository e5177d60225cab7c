"""Addresses of the room ``folders``."""

from django.urls import path

from shuping_web.folders import views

urlpatterns = [
    path("cycles/take-in/", views.take_in_folder, name="take-in-folder"),
    path("cycles/<int:number>/tables/", views.tables, name="cycle-tables"),
    path("cycles/<int:number>/tables/<slug:room>/<str:name>/", views.table, name="cycle-table"),
    path("cycles/<int:number>/tables/<slug:room>/<str:name>/take-out/", views.take_out, name="take-out-table"),
    path("cycles/<int:number>/folder/", views.export, name="export-cycle"),
]
