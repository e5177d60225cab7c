"""Addresses of the room ``checking``."""

from django.urls import path

from shuping_web.checking import (
    completeness_views,
    correction_views,
    frozen_views,
    sampling_views,
    views,
)

urlpatterns = [
    path("record/<int:number>/", views.record, name="record"),
    path("queue/", views.check_queue, name="queue"),
    path("record/<int:number>/check/", views.check, name="check-record"),
    path("evidence/<int:number>/check/", views.check_paper, name="check-evidence"),
    path("record/<int:number>/ask/", views.ask_question, name="ask-question"),
    path("questions/", views.questions, name="questions"),
    path("question/<int:number>/answer/", views.answer_question, name="answer-question"),
    path("sampling/", sampling_views.plans, name="sampling"),
    path("sampling/new/", sampling_views.new_plan, name="new-sampling-plan"),
    path("sampling/<int:number>/", sampling_views.plan, name="sampling-plan"),
    path("sampling/<int:number>/draw/", sampling_views.draw, name="draw-sample"),
    path("draw/<int:number>/rest/", sampling_views.rest, name="accept-rest"),
    path("completeness/", completeness_views.overview, name="completeness"),
    path("missing/", completeness_views.missing_list, name="missing"),
    path("completeness/<str:code>/", completeness_views.unit, name="completeness-unit"),
    path("freeze/", frozen_views.freeze_cycle, name="freeze"),
    path("frozen/<int:number>/", frozen_views.record_set, name="record-set"),
    path("corrections/", correction_views.corrections, name="corrections"),
    path("corrections/new/<str:dataset>/", correction_views.add_row, name="add-row"),
    path("corrections/reopen/", correction_views.reopen, name="reopen"),
    path("correction/<int:number>/", correction_views.correction, name="correction"),
    path("correction/<int:number>/decide/", correction_views.decide, name="decide-correction"),
    path("record/<int:number>/correct/", correction_views.correct, name="correct-record"),
    path("record/<int:number>/take-out/", correction_views.take_out, name="take-out"),
]
