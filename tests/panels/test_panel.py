"""The panel taken from cells of person × year is the panel looked up member by member."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from estimation import read_use
from pipeline.cohorts.attrition import add_counts
from pipeline.panels.age_domains import is_inside, share_inside
from pipeline.panels.block import Years, read_blocks
from pipeline.panels.follow import count_followed
from pipeline.panels.panel import Panel, find_covered
from pipeline.panels.patterns import group_by_pattern
from tests.panels.followed_country import GROUPS, FollowedCountry
from tests.panels.plain_panel import PlainPanel
from tests.small_country import LAST_YEAR

T = 10


@pytest.mark.parametrize("name", GROUPS)
def test_every_block_holds_what_is_looked_up(followed: FollowedCountry, name: str) -> None:
    country = followed.country
    declared = country.project.declared
    group = declared.group[name]
    consequences = declared.consequences_of(group)
    keys = [consequence.key for consequence in consequences]
    patterns, _ = group_by_pattern(consequences, country.project.coverage)
    members = followed.assessable(name)
    plain = PlainPanel(country, members)
    years = Years.of_method([group.method])
    (job,) = country.jobs(1, (name,))
    panels = []
    for block in read_blocks(job, years, keys):
        panel = Panel(block, block.members[name], find_covered(block, patterns))
        levels = np.zeros((panel.members.height, 0), dtype=np.int16)
        panels.append((panel, panel.give_block(levels, read_use(block.use))))
    assert sum(panel.members.height for panel, _ in panels) == members.height > 20
    assert len(panels) == 16
    for t in (1, 4, T):
        given = [block.year(t) for _, block in panels]
        assert (np.concatenate([year.observed for year in given]) == plain.observed(t)).all()
        covered = np.concatenate([year.covered for year in given])
        for number, pattern in enumerate(patterns):
            assert (covered[:, number] == plain.covered(t, pattern)).all()
        followed_to = members["base_year"].to_numpy() + t <= LAST_YEAR
        assert (np.concatenate([year.followed for year in given]) == followed_to).all()
        use = np.concatenate([year.outcomes.toarray() for year in given])
        for number, key in enumerate(keys):
            expected = np.where(followed_to, plain.use(t, key), 0.0)
            assert (use[:, number] == expected).all()
    use = np.concatenate([block.baselines.toarray() for _, block in panels])
    for number, key in enumerate(keys):
        assert (use[:, number] == plain.use(0, key)).all()
    success = np.concatenate([block.success for _, block in panels])
    assert (success == (members["status"] == "success").to_numpy()).all()


@pytest.mark.parametrize("n_ranges", [1, 16])
def test_who_is_followed_is_counted_as_looked_up(followed: FollowedCountry, n_ranges: int) -> None:
    country = followed.country
    found = [count_followed(job) for job in country.jobs(n_ranges, GROUPS)]
    for name in GROUPS:
        counts = add_counts(part[name] for part in found)
        members = followed.assessable(name)
        plain = PlainPanel(country, members)
        for t in (1, 4, T):
            observed = plain.observed(t)
            rows = members.filter(observed)
            assert counts["observed", "remaining", t, None] == (rows["pnr"].n_unique(), rows.height)
            reasons = Counter(plain.reasons(t))
            for reason in ("died", "emigrated", "not_in_population"):
                assert counts["observed", reason, t, None][1] == reasons[reason]


def test_places_of_attrition_are_the_same_in_every_range(followed: FollowedCountry) -> None:
    found = [count_followed(job) for job in followed.country.jobs(16, GROUPS)]
    for name in GROUPS:
        assert len({tuple(part[name]) for part in found}) == 1


def test_a_share_inside_the_age_domain_is_that_of_the_members(followed: FollowedCountry) -> None:
    declared = followed.country.project.declared
    counts = followed.count()
    for name in GROUPS:
        group, members = declared.group[name], followed.assessable(name)
        age = members["age"].to_numpy().astype(np.int64)
        born = members["base_year"].to_numpy() - age
        assert counts[name].by_age.total() == members.height
        for consequence in declared.consequences_of(group):
            shares = share_inside(consequence, counts[name].by_age, group.method)
            expected = [
                is_inside(consequence, age + t, born, group.method).mean()
                for t in range(1, group.method.profile_years + 1)
            ]
            assert (shares == np.array(expected)).all()
