"""People's judgement counted: reviewers' marks to panel scores."""

from shuping.panels.score import PanelScore, score_panel, trimmed_mean

__all__ = ["PanelScore", "score_panel", "trimmed_mean"]
