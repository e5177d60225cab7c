"""Ballots in the rules: the paper's grades, who votes and with what weight, and every choice about void and missing
votes that real rules differ on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from shuping.documents.rules.model import Block, Column, Paragraph, Table, row
from shuping.documents.rules.words import Words, percent_text
from shuping.documents.wording import ballot_title, exact_text
from shuping.rulebook.ballot_model import Ballot, BallotSource, Quota
from shuping.rulebook.model import Rulebook


def ballots(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield the paper and the settings of each ballot."""
    for name, ballot in rulebook.ballots.items():
        yield Paragraph(words.titled(ballot.title, name) + words.say("colon") + words.ended(_asked(ballot, words)))
        yield from _paper(ballot, words)
        columns = (Column(words.say("matter"), 40), Column(words.say("in_force"), 60))
        rows = [
            row(words.capital(words.say(f"ballot_{key}")), words.capital(said))
            for key, said in _settings(ballot, words)
        ]
        yield Table(columns, tuple(rows))


def _asked(ballot: Ballot, words: Words) -> Iterator[str]:
    say = words.say
    yield say(f"ballot_kind_{ballot.kind}")
    yield say("ballot_paper_all" if ballot.form == "all" else "ballot_paper_single")
    named = (f"{words.text(group.title, name)} {percent_text(group.weight)}" for name, group in ballot.groups.items())
    yield say("ballot_groups", groups=words.several(named))
    if len(ballot.items) > 1:
        yield say(f"ballot_items_{ballot.items_combine}")
    yield say("ballot_full", points=exact_text(ballot.full_mark))


def _paper(ballot: Ballot, words: Words) -> Iterator[Block]:
    """What the paper prints: grades and their points, or the range of marks, by item."""
    first = [Column(words.say("item"), 28)] if ballot.items else []
    titles = {name: words.titled(item.title, name) for name, item in ballot.items.items()}
    if ballot.kind == "grades":
        grades = [Column(words.titled(option.title, name), 12, "center") for name, option in ballot.options.items()]
        lines = [row(*_title(titles, item), *_worths(ballot, item, words)) for item in ballot.item_ids]
        yield Table((*first, *grades), tuple(lines))
    elif ballot.kind == "marks":
        lines = [row(*_title(titles, item), _range(ballot, item, words)) for item in ballot.item_ids]
        yield Table((*first, Column(words.say("limits"), 50)), tuple(lines))


def _title(titles: Mapping[str, str], item: str) -> list[str]:
    return [titles[item]] if item in titles else []


def _worths(ballot: Ballot, item: str, words: Words) -> Iterator[str]:
    for points in ballot.worth(item).values():
        yield exact_text(points) if isinstance(points, Fraction) else words.say("ballot_abstain_here")


def _range(ballot: Ballot, item: str, words: Words) -> str:
    printed = ballot.range_of(item)
    low, high = exact_text(printed.min), exact_text(printed.max)
    return words.say("ballot_range", low=low, high=high, places=printed.places)


def _settings(ballot: Ballot, words: Words) -> Iterator[tuple[str, str]]:
    """Every choice, as it was made or as its default is."""
    say, void = words.say, ballot.void
    yield "denominator", say(f"ballot_denominator_{ballot.denominator}")
    yield "abstain", _abstain(ballot, words)
    yield "several_marks", say(f"ballot_void_{void.several_marks}")
    yield "blank", say(f"ballot_blank_{void.blank}")
    yield (
        "out_of_range",
        say("ballot_refused" if void.out_of_range == "refused" else f"ballot_void_{void.out_of_range}"),
    )
    yield "all_same", say(f"ballot_if_{void.all_same}")
    if ballot.kind == "ranks":
        yield "ties", say(f"ballot_if_{void.ties}")
        yield "gaps", say(f"ballot_if_{void.gaps}")
        yield "rank_points", _rank_points(ballot, words)
    yield "quotas", words.clauses(_quota(ballot, quota, words) for quota in void.quotas) or say("ballot_none")
    if ballot.overall is not None:
        yield "overall", words.clauses(_overall(ballot, words))
    yield "quorum", _quorum(ballot, words)
    yield "over_issued", say(f"ballot_over_{ballot.over_issued}")
    yield "group_void", say(f"ballot_group_{ballot.group_void}")
    yield "own_unit", say(f"ballot_own_{ballot.own_unit}")
    yield "too_few", say(f"ballot_few_{ballot.too_few}", least=ballot.min_valid)


def _abstain(ballot: Ballot, words: Words) -> str:
    abstain = ballot.abstain
    if abstain.how != "penalty":
        return words.say(f"ballot_abstain_{abstain.how}")
    return words.say(f"ballot_penalty_{abstain.per}", points=exact_text(abstain.penalty))


def _rank_points(ballot: Ballot, words: Words) -> str:
    rule = ballot.rank_points
    if rule is None:
        return words.say("ballot_none")
    return words.say(
        f"ballot_ranks_{rule.several}",
        full=exact_text(rule.full), step=percent_text(rule.step), floor=exact_text(rule.floor),
    )  # fmt: skip


def _quota(ballot: Ballot, quota: Quota, words: Words) -> str:
    say = words.say
    if quota.options:
        what = words.several(words.text(ballot.options[name].title, name) for name in quota.options)
    else:
        ends = [say("at_least", number=exact_text(quota.from_))] if quota.from_ is not None else []
        ends += [say("ballot_below", number=exact_text(quota.below))] if quota.below is not None else []
        what = words.several(ends)
    if quota.item is not None:
        what = f"{words.text(ballot.items[quota.item].title, quota.item)} {what}"
    limits = [
        say("ballot_at_most", units=quota.at_most) if quota.at_most is not None else "",
        say("ballot_at_least", units=quota.at_least) if quota.at_least is not None else "",
        say(f"ballot_max_share_{quota.of}", share=percent_text(quota.max_share)) if quota.max_share is not None else "",
        say(f"ballot_min_share_{quota.of}", share=percent_text(quota.min_share)) if quota.min_share is not None else "",
    ]
    return f"{what}{say('colon')}{words.several(limit for limit in limits if limit)}"


def _overall(ballot: Ballot, words: Words) -> Iterator[str]:
    overall, say = ballot.overall, words.say
    assert overall is not None
    title = words.text(ballot.items[overall.item].title, overall.item)

    def grade(name: str) -> str:
        return words.text(ballot.options[name].title, name)

    yield say("ballot_overall_scored" if overall.scored else "ballot_overall_apart", item=title)
    for name in overall.zero:
        yield say("ballot_overall_zero", grade=grade(name))
    for given, to in overall.forces.items():
        yield say("ballot_overall_forces", given=grade(given), to=grade(to))
    for name, share in overall.needs.items():
        yield say("ballot_overall_needs", grade=grade(name), share=percent_text(share))


def _quorum(ballot: Ballot, words: Words) -> str:
    quorum = ballot.quorum
    if quorum is None:
        return words.say("ballot_none")
    over = words.say("ballot_quorum_least" if quorum.over == ">=" else "ballot_quorum_more")
    base, whole = words.say(f"ballot_base_{quorum.base}"), words.say(f"ballot_of_{quorum.of}")
    return words.say("ballot_quorum_is", base=base, whole=whole, over=over, share=exact_text(quorum.min))


def output_words(rulebook: Rulebook, source: BallotSource, words: Words) -> str:
    """Return what a criterion takes from a ballot."""
    title = ballot_title(rulebook, source.id, words.lang)
    ballot = rulebook.ballots[source.id]
    item = words.text(ballot.items[source.item].title, source.item) if source.item in ballot.items else ""
    if source.output == "share":
        grades = words.several(words.text(ballot.options[name].title, name) for name in source.options)
        over = words.say(f"ballot_share_{source.over}")
        return words.say("source_ballot_share", title=title, grades=grades, over=over) + (f" ({item})" if item else "")
    return words.say(f"source_ballot_{source.output}", title=title, item=item)
