"""Blocks kept between passes are those of the tables, and their members are counted as they are without keeping."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.panels.block import Years, read_blocks
from pipeline.panels.kept_blocks import keep_blocks, open_blocks
from pipeline.registers.leaves import ALL_LEAVES
from tests.panels.followed_country import GROUPS, FollowedCountry


@pytest.mark.parametrize("n_ranges", [1, 4])
def test_kept_blocks_are_those_of_the_tables(
    followed: FollowedCountry, tmp_path: Path, n_ranges: int
) -> None:
    country = followed.country
    declared = country.project.declared
    parts = [keep_blocks(job) for job in country.jobs(n_ranges, GROUPS, payload=tmp_path)]
    (job,) = country.jobs(1, GROUPS)
    years = Years.of_method([declared.group[name].method for name in GROUPS])
    keys = [consequence.key for consequence in declared.consequences]
    kept = list(open_blocks(tmp_path, ALL_LEAVES))
    for block, read in zip(kept, read_blocks(job, years, keys), strict=True):
        assert (block.years, block.n_persons) == (read.years, read.n_persons)
        assert np.array_equal(block.resident, read.resident)
        assert np.array_equal(block.municipality, read.municipality)
        assert (block.use != read.use).nnz == 0
        for name in GROUPS:
            assert block.members[name].equals(read.members[name])
    assert sum(block.use.nnz for block in kept) > 0
    counts = followed.count(n_ranges=1)
    for name in GROUPS:
        added = sum((part[name] for part in parts[1:]), parts[0][name])
        assert added == counts[name]
        assert counts[name].by_age.total() == followed.assessable(name).height > 0


def test_a_block_that_was_not_kept_stops_the_pass(followed: FollowedCountry, tmp_path: Path) -> None:
    (first, _) = followed.country.jobs(2, GROUPS, payload=tmp_path)
    keep_blocks(first)
    assert len(list(open_blocks(tmp_path, first.leaves))) == 8
    with pytest.raises(FileNotFoundError):
        list(open_blocks(tmp_path, ALL_LEAVES))


def test_members_are_counted_by_definitions_met(followed: FollowedCountry) -> None:
    counts = followed.count()
    for name in GROUPS:
        members = followed.assessable(name)
        pattern = [" + ".join(met) for met in members["definitions_met"]]
        assert counts[name].person_years == {own: pattern.count(own) for own in set(pattern)}
        persons = {(own, pnr) for own, pnr in zip(pattern, members["pnr"], strict=True)}
        assert counts[name].persons == {own: sum(one == own for one, _ in persons) for own in set(pattern)}
        years = list(zip(members["age"], members["base_year"], strict=True))
        assert counts[name].by_age == {cell: years.count(cell) for cell in set(years)}
