"""Ballots and panels on paper: count sheets, scores, agreement and severity, from the figures handed over.

Nothing here knows of a ballot or a voter: the views hold counts, and reviewers' codes where reviewers are named.
"""
