"""Addresses of the room ``filing``."""

from django.urls import path

from shuping_web.filing import draft_views, evidence_views, grid_views, import_views, views

urlpatterns = [
    path("records/", views.records, name="records"),
    path("records/<str:dataset>/", views.dataset, name="dataset"),
    path("records/<str:dataset>/new/", views.new_record, name="new-record"),
    path("records/<str:dataset>/grid/", grid_views.grid, name="grid"),
    path("records/<str:dataset>/again/", grid_views.again, name="again"),
    path("records/<str:dataset>/form.xlsx", import_views.form_file, name="form-file"),
    path("records/<str:dataset>/import/", import_views.upload, name="import-records"),
    path("records/<str:dataset>/draft/", draft_views.keep, name="keep-draft"),
    path("draft/<int:number>/drop/", draft_views.drop, name="drop-draft"),
    path("import/<int:number>/", import_views.looked, name="import"),
    path("import/<int:number>/marked.xlsx", import_views.marked, name="marked-import"),
    path("import/<int:number>/file/", import_views.confirm, name="file-import"),
    path("evidence/<int:number>/", evidence_views.hand_out, name="evidence"),
    path("evidence/<int:number>/describe/", evidence_views.describe, name="describe-evidence"),
    path("evidence/of/<str:code>/", evidence_views.checklist, name="evidence-list"),
    path("record/<int:number>/change/", views.change, name="change-record"),
    path("record/<int:number>/withdraw/", views.withdraw, name="withdraw-record"),
]
