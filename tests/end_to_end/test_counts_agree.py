"""Counts told in several tables of a release are the same counts."""

from __future__ import annotations

import duckdb

from tests.end_to_end.conftest import SampleBuild


def test_target_groups_and_attrition_count_the_same_members(sample: SampleBuild) -> None:
    with duckdb.connect(str(sample.release / "knowledge.duckdb"), read_only=True) as con:
        rows = con.sql(
            """SELECT g.target_group, g.n_persons, g.n_person_years, m.n_persons, m.n_person_years,
                      g.n_success, s.n_person_years, g.n_others, o.n_person_years
               FROM target_groups AS g
               LEFT JOIN attrition AS m ON m.target_group = g.target_group AND m.description_en LIKE 'Member by%'
               LEFT JOIN attrition AS s ON s.target_group = g.target_group AND s.reason = 'success'
               LEFT JOIN attrition AS o ON o.target_group = g.target_group AND o.reason = 'other'
               WHERE g.kind <> 'literature_only'"""
        ).fetchall()
    assert len(rows) == 44
    assert not [group for group, *n in rows if (n[0], n[1], n[4], n[6]) != (n[2], n[3], n[5], n[7])]
    assert all(n[0] > 0 for _, *n in rows)


def test_regressions_hold_no_more_person_years_than_the_arms(sample: SampleBuild) -> None:
    with duckdb.connect(str(sample.release / "knowledge.duckdb"), read_only=True) as con:
        (too_many,) = con.execute(
            """SELECT count(*) FROM estimates JOIN target_groups USING (target_group)
               WHERE estimates.n_success > target_groups.n_success OR estimates.n_others > target_groups.n_others"""
        ).fetchone()
    assert too_many == 0
