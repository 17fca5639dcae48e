"""One published number made again from the registers, beside what was published.

Belongs here: the order of the steps, and pairing what is published with what is found. Does not belong here: the steps
(`build_tables`, `find_members`, `find_use`, `regressors`, `refit`, `rebuild_price`) and their words (`tell_rebuilt`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
from threadpoolctl import threadpool_limits

from pipeline.cohorts.base_years import find_base_years, find_exceptions
from pipeline.declarations.problems import InputError, Problem
from pipeline.declarations.rule_reads import list_reads
from pipeline.passports.passport import Passport, Row
from pipeline.passports.read_passport import PassportReader
from pipeline.project import Project
from pipeline.rebuild.build_tables import build_tables, compare_registers
from pipeline.rebuild.find_members import GroupFrame, find_members
from pipeline.rebuild.find_use import find_sample, find_use, read_declared
from pipeline.rebuild.pair_views import Pair, pair_views, read_pension_ages
from pipeline.rebuild.rebuild_price import rebuild_prices
from pipeline.rebuild.refit import Refit, refit
from pipeline.rebuild.regressors import make_regressors
from pipeline.release.rules import FEWEST

ARMS = ("success", "others")
TINY = 1e-300
_OF_RELEASE = ("coverage", "price_index", "parameters", "passport_sources", "release")


@dataclass(frozen=True)
class Rebuilt:
    """A number made again.

    Attributes
    ----------
    passport : Passport
    pairs : tuple of Pair
    other_files : tuple of str
        Register files that are not those of the release.
    year : int or None
        The relative year that was estimated again: the number's own, or the last observed one its taper starts from.
    """

    passport: Passport
    pairs: tuple[Pair, ...]
    other_files: tuple[str, ...]
    year: int | None


def rebuild_number(release: Path, number_id: str, registers: Path, work: Path) -> Rebuilt:
    """Make a number again.

    Parameters
    ----------
    release : Path
    number_id : str
    registers : Path
        A delivery.
    work : Path
        Folder for the tables of persons and events; kept tables are used again when they are up to date.

    Returns
    -------
    Rebuilt

    Raises
    ------
    InputError
        When the number is unknown, or the delivery or the declarations of the release cannot be used.
    """
    reader = PassportReader(release)
    passport = reader.read(number_id)
    if passport.price is not None:
        return Rebuilt(passport, _pair_prices(passport, release), (), None)
    year = _choose_year(passport)
    group, consequence = passport.target_group["target_group"], passport.consequence["consequence"]
    source = reader.read(f"{group}/{consequence}/{year}")
    if source.estimate is None:
        raise InputError("Nothing to make again", [_tell_no_estimate(passport)])
    project = Project(registers, work, release / "declarations")
    others = compare_registers(registers, passport)
    sample, members = _read_again(source, release, project, is_same=not others)
    pairs, fit = _pair_estimate(source, sample, project)
    method = project.declared.group[group].method
    pairs += pair_views(passport, fit, members, method, project.declarations)
    return Rebuilt(passport, tuple(pairs), others, year)


def _tell_no_estimate(passport: Passport) -> Problem:
    return Problem(
        passport.number_id,
        "a year after the last that is followed, in a profile without any estimate",
        "a year with an estimate, or one that tapers from it",
        f"see soem explain {passport.number_id}",
    )


def _pair_prices(passport: Passport, release: Path) -> tuple[Pair, ...]:
    price, group = passport.price, passport.target_group
    assert price is not None
    found = rebuild_prices(
        release / "declarations",
        passport.consequence["consequence"],
        None if group is None else group["target_group"],
    )
    ordered = sorted(passport.payers, key=lambda row: row["payer"] != price["payer"])
    pairs = [Pair(row["payer"], row["price_dkk"], float(found[row["payer"]]), 1.0) for row in ordered]
    return (*pairs, Pair("gross_dkk", price["gross_dkk"], float(found["gross"]), 1.0))


def _choose_year(passport: Passport) -> int:
    """Return the number's own year, or the last observed one where its taper starts from that."""
    observed = [row["relative_year"] for row in passport.years if row["status"] in ("estimated", "no_use")]
    assert passport.relative_year is not None
    last = max(observed, default=passport.relative_year)
    return min(passport.relative_year, last)


def _read_again(
    source: Passport, release: Path, project: Project, *, is_same: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the sample of the year and all assessable members, from the registers."""
    row, consequence = source.target_group, source.consequence["consequence"]
    declared = read_declared(project.declarations / "consequences", consequence)
    group = project.declared.group[row["target_group"]]
    reads = list_reads(group)
    tables = {"person_years", declared["quantity"]["events"], *(read.events for read in reads)}
    build_tables(project, tables, is_checked=is_same)
    base_years = find_base_years(group, reads, project.coverage)
    excepted = (find_exceptions(reads, 0, project.coverage), find_exceptions(reads, 1, project.coverage))
    with duckdb.connect() as con:
        for table in sorted(tables):
            con.execute(f"CREATE VIEW {table} AS FROM read_parquet('{project.tables.pattern(table)}')")
        for table in _OF_RELEASE:
            con.execute(f"CREATE VIEW {table} AS FROM read_parquet('{release}/tables/{table}.parquet')")
        find_members(con, row, GroupFrame(base_years.years, base_years.look_back_from, excepted))
        find_use(con, declared, _list_events(con, consequence), read_pension_ages(project.declarations))
        find_sample(con, source.relative_year)
        return con.sql("FROM sample").df(), con.sql("FROM member").df()


def _list_events(con: duckdb.DuckDBPyConnection, consequence: str) -> list[str]:
    rows = con.execute(
        """SELECT source FROM passport_sources
        WHERE subject_kind = 'consequence' AND subject = ? AND source_kind = 'events'""",
        [consequence],
    )
    return [source for (source,) in rows.fetchall()]


def _pair_estimate(
    source: Passport, sample: pd.DataFrame, project: Project
) -> tuple[list[Pair], Refit | None]:
    """Pair counts, means and, where the year is estimated, everything of the regression."""
    estimate = source.estimate
    assert estimate is not None
    pairs = _pair_counts(estimate, sample)
    if estimate["status"] != "estimated":
        return pairs, None
    regressors, covariate_of = make_regressors(
        sample,
        project.declarations / "covariates.toml",
        estimate["covariate_set"],
        source.target_group["population"],
    )
    with threadpool_limits(1):
        fit = refit(sample["outcome"].to_numpy(float), regressors, sample["pnr"].to_numpy(), covariate_of)
    error = estimate["standard_error"]
    names = ("raw_difference", "adjusted_difference", "standard_error", "ci_low", "ci_high")
    pairs += [Pair(name, estimate[name], float(getattr(fit, name)), error) for name in names]
    pairs.append(Pair("p_value", estimate["p_value"], float(fit.p_value), max(estimate["p_value"], TINY)))
    pairs += [
        Pair(
            f"covariate:{row['covariate']}",
            row["adjustment"],
            float(fit.adjustments[row["covariate"]]),
            error,
        )
        for row in source.adjustments
    ]
    return pairs, fit


def _pair_counts(estimate: Row, sample: pd.DataFrame) -> list[Pair]:
    """Pair person-years, persons, users and means; what the release withholds is withheld here too."""
    pairs = []
    for arm in ARMS:
        rows = sample[sample["is_success"] == (arm == "success")]
        users = rows[rows["outcome"] != 0]["pnr"].nunique()
        found = {"n": len(rows), "n_persons": rows["pnr"].nunique(), "n_users": users}
        for name, value in found.items():
            shown = None if 0 < value < FEWEST else value
            pairs.append(Pair(f"{name}_{arm}", estimate[f"{name}_{arm}"], shown, 1.0))
        published = estimate[f"mean_{arm}"]
        if published is not None and len(rows):
            mean = float(rows["outcome"].mean())
            pairs.append(Pair(f"mean_{arm}", published, mean, max(abs(published), 1.0)))
    return pairs
