"""The same job as it is done today: `python -m tests.benchmarks.analysts_way REGISTERS TABLES`.

As a good analyst writes it: persons and their background once for all; then a script a target group, in which
pandas reads each register once and keeps the members' rows, each consequence is a group-by and a merge, and each
regression is statsmodels OLS with clustered errors. Two groups of adults and twelve consequences of DREAM, the health
insurance, convictions, prison and shelters, from the register files; every number is compared to the built tables to
1e-9 of its standard error. Extrapolated to all groups and consequences by the time a group, a register, a consequence
and a regression take.

Belongs here: that script. Does not belong here: our own build (`whole_build` measures it).
"""

from __future__ import annotations

import os

os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

import argparse
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm

from tests.benchmarks.measure import run_apart, write_comparison

FIRST_YEAR, LAST_YEAR, BASE_YEARS, N_YEARS = 2003, 2022, range(2008, 2021), 10
VICTIMS_MISSING = 2009
TOLERANCE = 1e-9
FEWEST = 5
# What a whole job has: 20 groups of children with 39 consequences, 24 of adults with 30, and 30 registers.
N_GROUPS, N_GROUP_CONSEQUENCES, N_REGISTERS = 44, 20 * 39 + 24 * 30, 30

EMPLOYMENT = {
    **dict.fromkeys([110, 111, 112, 113, 114, 120, 131, 132, 133, 134, 135, 139], "employed"),
    210: "unemployed", 220: "temporarily_out", 310: "in_education", 321: "disability_pension", 322: "retired",
    323: "retired", 330: "cash_benefit", 400: "other", 410: "other", 420: "other",
}  # fmt: skip
EDUCATION = {
    "0110": "primary", "0120": "primary", "1021": "primary", "2010": "upper_secondary", "2020": "upper_secondary",
    "3010": "vocational", "3020": "vocational", "3030": "vocational", "4010": "short_higher",
    "5010": "medium_higher", "6010": "medium_higher", "7010": "long_higher", "8010": "long_higher",
}  # fmt: skip
BENEFITS = {
    "cash_benefit": ["130-139", "730-739"], "disability_pension": ["781", "783"],
    "education_benefit": ["140-149", "720-729", "651", "652"], "guidance_upskilling": ["412", "413", "211", "212"],
    "other_transfers": ["111", "740-748", "760-768", "771-774", "810-818", "870-878", "881", "890-899"],
}  # fmt: skip
OFFENCES = {
    "convictions_violence_sexual": ("11", "12"),
    "convictions_theft_vandalism": ("13",),
    "convictions_traffic_special_acts": tuple(str(code) for code in (*range(20, 30), *range(30, 39))),
}
SPECIALISTS = ("24", "26", "63")


@dataclass
class Stopwatch:
    """Seconds by kind of work, and how often it was done."""

    seconds: dict[str, float] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def time(self, kind: str, work: Callable):
        start = time.perf_counter()
        result = work()
        self.seconds[kind] = self.seconds.get(kind, 0.0) + time.perf_counter() - start
        self.times[kind] = self.times.get(kind, 0) + 1
        return result

    def mean(self, kind: str) -> float:
        return self.seconds[kind] / self.times[kind]


def main() -> None:
    """Run both groups and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("registers", type=Path)
    parser.add_argument("tables", type=Path, help="built tables of the same registers, to compare with")
    places = parser.parse_args()
    warnings.filterwarnings("ignore", message=".*rank-deficient.*|.*singular.*|.*covariance of constraints.*")
    rows, watch = [], Stopwatch()
    for group in ("homeless", "women_exposed_to_violence"):
        run = run_apart(lambda group=group: estimate_group(places.registers, group))
        own, found = run.result
        for kind, seconds in own.seconds.items():
            watch.seconds[kind] = watch.seconds.get(kind, 0.0) + seconds
            watch.times[kind] = watch.times.get(kind, 0) + own.times[kind]
        compared, gap = compare(found, places.tables, group)
        rows.append(
            {
                "target_group": group, "consequences": len({key[0] for key in found}), "regressions": len(found),
                "seconds": round(run.seconds[0], 1), "peak_mb": round(run.peak_mb), "numbers_compared": compared,
                "largest_gap_in_standard_errors": f"{gap:.0e}",
            }
        )  # fmt: skip
    total = extrapolate(watch)
    notes = [
        f"{kind}: {watch.mean(kind):.2f} seconds, mean of {watch.times[kind]}" for kind in watch.seconds
    ] + [
        f"extrapolated to {N_GROUPS} groups, {N_REGISTERS} registers each and {N_GROUP_CONSEQUENCES:,} pairs of group "
        f"and consequence with ten years: {total:,.0f} seconds ({total / 3600:.1f} hours) in one thread; hospital "
        "registers are larger than the mean read here, and groups are of any size, so this is an order of magnitude"
    ]
    write_comparison("analysts_way", rows, notes)


def extrapolate(watch: Stopwatch) -> float:
    """Seconds for the whole job."""
    return N_GROUPS * (
        watch.mean("members") + N_REGISTERS * watch.mean("register")
    ) + N_GROUP_CONSEQUENCES * (watch.mean("consequence") + N_YEARS * watch.mean("regression"))


def estimate_group(registers: Path, group: str) -> tuple[Stopwatch, dict[tuple[str, int], tuple]]:
    """Estimate a group: seconds, and difference, error and rows by consequence and relative year."""
    watch = Stopwatch()
    people = watch.time("persons", lambda: read_people(registers))
    panel = watch.time("members", lambda: build_panel(FIND_MEMBERS[group](registers, people), people))
    design = build_design(panel)
    persons = set(panel["pnr"])
    found = {}
    for read, consequences in REGISTERS:
        rows = watch.time("register", lambda read=read: read(registers, persons))
        for consequence in consequences:
            use = watch.time("consequence", lambda c=consequence, r=rows: merge_use(panel, r, c))
            for t in range(1, N_YEARS + 1):
                one = watch.time("regression", lambda t=t, u=use: regress(panel, design, u, t))
                if one is not None:
                    found[consequence, t] = one
    return watch, found


def read_years(registers: Path, name: str, columns: list[str]) -> pd.DataFrame:
    """Read some columns of all years of a register, with the year of the file."""
    parts = [
        pd.read_parquet(file, columns=columns).assign(year=int(file.stem))
        for file in sorted((registers / name).glob("*.parquet"))
    ]
    return pd.concat(parts, ignore_index=True)


def read_people(registers: Path) -> pd.DataFrame:
    """Read who is resident at the end of each year, with background: in the population register and not dead."""
    people = read_years(registers, "bef", ["pnr", "foed_dato", "koen"])
    deaths = read_years(registers, "dod", ["pnr", "doddato"]).groupby("pnr", as_index=False)["doddato"].min()
    people = people.drop_duplicates(["pnr", "year"]).merge(deaths, on="pnr", how="left")
    people = people[~(pd.to_datetime(people["doddato"]).dt.year <= people["year"])]
    born = pd.to_datetime(people["foed_dato"]).dt.year
    people = people.assign(born=born, age=people["year"] - born)[["pnr", "year", "koen", "born", "age"]]
    work = read_years(registers, "akm", ["pnr", "socio13"]).drop_duplicates(["pnr", "year"])
    school = read_years(registers, "udda", ["pnr", "hfaudd"]).drop_duplicates(["pnr", "year"])
    people = people.merge(work, on=["pnr", "year"], how="left").merge(school, on=["pnr", "year"], how="left")
    people["employment"] = people.pop("socio13").map(EMPLOYMENT).fillna("unknown")
    people["education"] = people.pop("hfaudd").str.zfill(4).map(EDUCATION).fillna("unknown")
    return people


def find_homeless(registers: Path, people: pd.DataFrame) -> pd.DataFrame:
    """Find members by nights in a shelter; success: neither shelter nor prison the year after."""
    shelter = read_shelters(registers, set(people["pnr"]))
    prison = read_prison(registers, set(shelter["pnr"]))
    again = pd.concat([shelter, prison])[["pnr", "year"]].drop_duplicates()
    return judge_members(people, shelter[["pnr", "year"]].drop_duplicates(), again)


def find_women(registers: Path, people: pd.DataFrame) -> pd.DataFrame:
    """Find women with a reported violent offence; success: no psychiatrist or psychologist the year after."""
    victims = read_years(registers, "krof", ["pnr", "ger7", "dato"])
    victims = victims[victims["ger7"].str[:2] == "12"].assign(year=pd.to_datetime(victims["dato"]).dt.year)
    victims = victims[victims["year"] != VICTIMS_MISSING][["pnr", "year"]].drop_duplicates()
    contacts = read_contacts(registers, set(victims["pnr"]))
    again = contacts.loc[contacts["speciale"].isin(SPECIALISTS), ["pnr", "year"]].drop_duplicates()
    return judge_members(people[people["koen"] == 2], victims, again)


def judge_members(people: pd.DataFrame, qualify: pd.DataFrame, again: pd.DataFrame) -> pd.DataFrame:
    """Keep qualified residents of ages 18-65 still resident a year later; others are those found again."""
    members = people[people["age"].between(18, 65) & people["year"].isin(BASE_YEARS)].merge(qualify)
    later = people[["pnr", "year"]].assign(year=people["year"] - 1)
    members = members.merge(later, on=["pnr", "year"])
    found = again.assign(year=again["year"] - 1, is_again=True)
    members = members.merge(found, on=["pnr", "year"], how="left")
    return members.assign(success=members["is_again"].isna()).drop(columns="is_again")


def build_panel(members: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Add the age band, and whether resident in each later year."""
    panel = members.assign(age_band=members["age"] // 5)
    there = people.loc[people["pnr"].isin(set(panel["pnr"])), ["pnr", "year"]].assign(there=True)
    for t in range(1, N_YEARS + 1):
        later = there.assign(year=there["year"] - t)
        found = panel[["pnr", "year"]].merge(later, on=["pnr", "year"], how="left")["there"]
        panel[f"observed_{t}"] = found.notna().to_numpy() & (panel["year"] + t <= LAST_YEAR).to_numpy()
    return panel


def build_design(panel: pd.DataFrame) -> np.ndarray:
    """Intercept, success and dummies of the covariates and the base year."""
    names = ["koen", "age_band", "employment", "education", "year"]
    dummies = pd.get_dummies(panel[names].astype("category"), drop_first=True, dtype=float)
    return np.column_stack([np.ones(len(panel)), panel["success"], dummies.to_numpy()])


def merge_use(panel: pd.DataFrame, rows: pd.DataFrame, consequence: str) -> np.ndarray:
    """Add up a consequence by person and year and merge it to the panel: (members, years 0 … 10)."""
    chosen = rows[rows["consequence"] == consequence] if "consequence" in rows else SELECT[consequence](rows)
    amounts = chosen.groupby(["pnr", "year"], as_index=False)["amount"].sum()
    use = np.zeros((len(panel), N_YEARS + 1))
    for t in range(N_YEARS + 1):
        shifted = amounts.assign(year=amounts["year"] - t)
        use[:, t] = (
            panel[["pnr", "year"]].merge(shifted, on=["pnr", "year"], how="left")["amount"].fillna(0.0)
        )
        if consequence in BENEFITS:
            use[panel["age"] + t > find_pension_age(panel["born"]), t] = 0.0
    return use


def find_pension_age(born: pd.Series) -> np.ndarray:
    """State pension age by year of birth, as declared in method.toml."""
    return np.select([born <= 1954, born <= 1962, born <= 1966], [65, 67, 68], 69)


def regress(panel: pd.DataFrame, design: np.ndarray, use: np.ndarray, t: int) -> tuple | None:
    """Regress use in year t on success, the covariates and use in year 0; None where too few are there."""
    rows = panel[f"observed_{t}"].to_numpy()
    y, person, success = use[rows, t], panel["pnr"].to_numpy()[rows], panel["success"].to_numpy()[rows]
    users = [len(set(person[(y != 0) & (success == arm)])) for arm in (False, True)]
    if max(users) == 0 or any(0 < number < FEWEST for number in users):
        return None
    x = np.column_stack([design[rows], use[rows, 0]])
    x = x[:, x.any(axis=0)]
    groups = pd.factorize(person)[0]
    fitted = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    return fitted.params[1], fitted.bse[1], len(y)


def read_dream(registers: Path, persons: set[str]) -> pd.DataFrame:
    """Read weeks of benefit of some persons."""
    weeks = pd.read_parquet(registers / "dream" / "dream.parquet")
    weeks = weeks[weeks["pnr"].isin(persons)].melt("pnr", var_name="week", value_name="code").dropna()
    kinds = {}
    for kind, ranges in BENEFITS.items():
        for codes in ranges:
            first, _, last = codes.partition("-")
            kinds |= {str(code): kind for code in range(int(first), int(last or first) + 1)}
    year = 2000 + weeks["week"].str[2:4].astype(int)
    return weeks.assign(consequence=weeks["code"].map(kinds), year=year, amount=1.0)


def read_contacts(registers: Path, persons: set[str]) -> pd.DataFrame:
    """Read contacts of some persons: one person, week and speciality, however many lines."""
    lines = read_years(registers, "sssy", ["pnr", "speciale", "honuge", "barnmak"])
    lines = lines[lines["pnr"].isin(persons) & (lines["barnmak"] != 1)]
    week = lines["honuge"].str.zfill(4)
    contacts = lines.assign(week=week, year=2000 + week.str[:2].astype(int))
    return contacts.drop_duplicates(["pnr", "week", "speciale"]).assign(amount=1.0)


def read_convictions(registers: Path, persons: set[str]) -> pd.DataFrame:
    """Read convictions of some persons: one decision and kind of offence, dated by its first row."""
    counts = read_years(registers, "kraf", ["pnr", "journr", "afg_ger7", "afg_afgtypko", "afg_dato"])
    counts = counts[counts["pnr"].isin(persons) & counts["afg_afgtypko"].isin([11, 12, 13])]
    kinds = {code: kind for kind, codes in OFFENCES.items() for code in codes}
    counts = counts.assign(consequence=counts["afg_ger7"].str[:2].map(kinds))
    first = counts.groupby(["pnr", "journr", "consequence"], as_index=False)["afg_dato"].min()
    return first.assign(year=pd.to_datetime(first["afg_dato"]).dt.year, amount=1.0)


def read_prison(registers: Path, persons: set[str]) -> pd.DataFrame:
    """Read days in prison of some persons, first and last day counted."""
    spells = read_years(registers, "krin", ["pnr", "ind_dato", "loes_dato"])
    end = pd.to_datetime(spells["loes_dato"]).fillna(pd.Timestamp(LAST_YEAR, 12, 31)) + pd.Timedelta(days=1)
    return count_days(spells.assign(start=pd.to_datetime(spells["ind_dato"]), end=end), persons)


def read_shelters(registers: Path, persons: set[str]) -> pd.DataFrame:
    """Read nights in shelters of some persons; a stay without an end closes with its year."""
    stays = read_years(registers, "boform110", ["pnr", "inddato", "uddato"])
    start, end = pd.to_datetime(stays["inddato"]), pd.to_datetime(stays["uddato"])
    end = end.fillna(pd.to_datetime(start.dt.year.astype(str) + "-12-31") + pd.Timedelta(days=1))
    stays = stays.assign(start=start, end=end)
    stays = stays[stays["end"] >= stays["start"]]
    return count_days(
        stays.assign(end=stays["end"].clip(lower=stays["start"] + pd.Timedelta(days=1))), persons
    )


def count_days(spells: pd.DataFrame, persons: set[str]) -> pd.DataFrame:
    """Count the days of spells (end not included) by person and year, overlaps once."""
    spells = spells[spells["pnr"].isin(persons) & (spells["end"] > spells["start"])].sort_values(
        ["pnr", "start"]
    )
    reach = spells.groupby("pnr")["end"].cummax().groupby(spells["pnr"]).shift()
    island = (reach.isna() | (spells["start"] > reach)).cumsum()
    merged = spells.groupby(island).agg(pnr=("pnr", "first"), start=("start", "min"), end=("end", "max"))
    parts = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        first, after = pd.Timestamp(year, 1, 1), pd.Timestamp(year + 1, 1, 1)
        days = (merged["end"].clip(upper=after) - merged["start"].clip(lower=first)).dt.days
        parts.append(pd.DataFrame({"pnr": merged["pnr"], "year": year, "amount": days})[days > 0])
    return pd.concat(parts, ignore_index=True)


def compare(found: dict[tuple[str, int], tuple], tables: Path, group: str) -> tuple[int, float]:
    """Hold every difference and error against the built tables: how many, and the largest gap."""
    built = pd.read_parquet(sorted((tables / "estimates" / group).glob("*.parquet")))
    built = built[built["consequence"].isin({name for name, _ in found}) & (built["status"] == "estimated")]
    gaps = []
    for row in built.itertuples():
        difference, error, n = found[row.consequence, row.relative_year]
        assert n == row.n_success + row.n_others, f"{row.consequence}, year {row.relative_year}: other rows"
        gaps.append(max(abs(difference - row.adjusted_difference), abs(error - row.standard_error)) / error)
    assert max(gaps) < TOLERANCE, f"largest gap {max(gaps):.1e} standard errors"
    return len(gaps), max(gaps)


FIND_MEMBERS = {"homeless": find_homeless, "women_exposed_to_violence": find_women}
REGISTERS: list[tuple[Callable, tuple[str, ...]]] = [
    (read_dream, tuple(BENEFITS)),
    (read_contacts, ("gp_contacts", "specialist_contacts")),
    (read_convictions, tuple(OFFENCES)),
    (read_prison, ("prison_days",)),
    (read_shelters, ("shelter",)),
]
SELECT: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "gp_contacts": lambda rows: rows[rows["speciale"] == "80"],
    "specialist_contacts": lambda rows: rows[rows["speciale"] != "80"],
    "prison_days": lambda rows: rows,
    "shelter": lambda rows: rows,
}


if __name__ == "__main__":
    main()
