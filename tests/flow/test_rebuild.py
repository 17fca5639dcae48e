"""Published numbers made again by soem rebuild: every status, tapered years and prices; what differs is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from pipeline.declarations.problems import InputError
from pipeline.passports.read_passport import PassportReader
from pipeline.rebuild.pair_views import Pair
from pipeline.rebuild.rebuild_number import Rebuilt, rebuild_number
from pipeline.rebuild.tell_rebuilt import count_digits, is_same, tell_rebuilt
from tests.flow.small_build import SmallBuild, run_soem


@pytest.fixture(scope="module")
def release(small: SmallBuild) -> Path:
    return next(path for path in small.project.releases.iterdir() if (path / "manifest.json").exists())


def rebuild(small: SmallBuild, release: Path, number_id: str) -> Rebuilt:
    """Make a number again from the tables that are built: those of the registers are the same."""
    return rebuild_number(release, number_id, small.project.registers, small.project.outputs)


def choose_numbers(release: Path, status: str, n_numbers: int) -> list[str]:
    """One number of each target group in turn, the consequences as different as they come."""
    estimates = pl.read_parquet(release / "tables" / "estimates.parquet").filter(status=status)
    cells = estimates.unique(["target_group", "consequence"], keep="last", maintain_order=True)
    cells = cells.sort(
        pl.col("consequence").cum_count().over("target_group"), "target_group", maintain_order=True
    )
    step = max(1, cells.height // n_numbers)
    chosen = cells.gather_every(step)[:n_numbers]
    return [
        "/".join(map(str, row))
        for row in chosen.select("target_group", "consequence", "relative_year").rows()
    ]


def test_estimates_are_equal_to_many_digits(small: SmallBuild, release: Path) -> None:
    numbers = choose_numbers(release, "estimated", 12)
    assert len({number.split("/")[0] for number in numbers}) >= 4
    for number in numbers:
        rebuilt = rebuild(small, release, number)
        assert not rebuilt.other_files
        names = {pair.name for pair in rebuilt.pairs}
        assert {"n_success", "adjusted_difference", "standard_error", "view:all_estimates"} <= names
        apart = [pair for pair in rebuilt.pairs if pair.distance is None or pair.distance > 1e-9]
        assert not apart, (number, apart)


@pytest.mark.parametrize("status", ["no_use", "not_estimable", "not_observed", "outside_ages"])
def test_counts_are_equal_where_nothing_is_estimated(small: SmallBuild, release: Path, status: str) -> None:
    for number in choose_numbers(release, status, 2):
        rebuilt = rebuild(small, release, number)
        assert is_same(rebuilt), (number, rebuilt.pairs)
        assert not any(
            pair.found is not None and 0 < pair.found < 5 for pair in rebuilt.pairs if pair.name[0] == "n"
        )


def test_tapered_years_come_from_the_last_observed_one(small: SmallBuild, release: Path) -> None:
    reader = PassportReader(release)
    derived = [
        reader.read(f"{name.rsplit('/', 1)[0]}/14") for name in choose_numbers(release, "estimated", 12)
    ]
    tapered = [passport for passport in derived if passport.disclosure == "derived"]
    assert tapered
    for passport in tapered[:3]:
        rebuilt = rebuild(small, release, passport.number_id)
        assert rebuilt.year < 14 and is_same(rebuilt), rebuilt.pairs
        assert f"år {rebuilt.year}, som tallet nedtrappes fra" in tell_rebuilt(rebuilt, "da")


def test_every_price_is_equal_to_the_oere(small: SmallBuild, release: Path) -> None:
    prices = [name for name in PassportReader(release).ids if name.startswith("price/")]
    assert len(prices) > 140
    for number in prices[:: max(1, len(prices) // 40)]:
        rebuilt = rebuild(small, release, number)
        assert len(rebuilt.pairs) == 4 and all(pair.published == pair.found for pair in rebuilt.pairs), number


def test_the_command_builds_what_it_needs_and_shows_both(small: SmallBuild, release: Path) -> None:
    done = run_soem(
        *("rebuild", "homeless/shelter/2", "--registers", small.project.registers),
        *("--release", release, "--lang", "en"),
    )
    assert done.returncode == 0, done.stderr
    assert "byte for byte" in done.stdout and "numbers are equal to at least" in done.stdout
    assert "DIFFERS" not in done.stdout and "What is independent" in done.stdout


def test_other_registers_are_named_and_the_difference_shows(
    small: SmallBuild, release: Path, tmp_path: Path
) -> None:
    registers = small.copy_registers(tmp_path / "registers")
    file = registers / "boform110" / "2010.parquet"
    stays = pl.read_parquet(file)
    file.unlink()
    stays.head(stays.height // 2).write_parquet(file)
    rebuilt = rebuild_number(release, "homeless/shelter/2", registers, tmp_path / "work")
    assert rebuilt.other_files == ("boform110/2010.parquet",) and not is_same(rebuilt)
    page = tell_rebuilt(rebuilt, "en")
    assert "boform110/2010.parquet" in page and "DIFFERS" in page


def test_a_figure_that_is_not_the_published_one_shows(
    small: SmallBuild, release: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(release, tmp_path / release.name)
    prices = other / "declarations" / "prices" / "unit_prices.toml"
    text = prices.read_text("utf-8")
    prices.write_text(text.replace("factor = 1.06", "factor = 1.07"), "utf-8")
    rebuilt = rebuild(small, other, "price/gp_contacts/region/2022")
    assert not is_same(rebuilt) and "AFVIGER" in tell_rebuilt(rebuilt, "da")


def test_an_unknown_number_is_refused(small: SmallBuild, release: Path) -> None:
    with pytest.raises(InputError, match="did you mean"):
        rebuild(small, release, "homeless/sheltr/2")


def test_digits_are_counted_from_the_distance() -> None:
    assert [count_digits(share) for share in (3e-12, 0.9e-8, 1e-17)] == [11, 8, 15]
    assert Pair("n", None, None, 1.0).distance == 0
    assert Pair("n", None, 3.0, 1.0).distance is None
    assert Pair("d", 2.0, 2.5, 0.5).distance == 1
