"""Bad input through the command line: every problem in one error, no person in it, what was built untouched."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.project import Project
from tests.flow.small_build import FEW, SmallBuild, copy_declarations, places_of, run_soem

REFUSED = 2
OUTSIDE_LIST, WRONG_PNR, SHORT_OF_TIME = 4, 30, 40


@pytest.fixture
def delivery(small: SmallBuild, tmp_path: Path) -> Path:
    """Copy the delivery; files are links, so a test replaces a file and never writes into one."""
    return small.copy_registers(tmp_path / "registers")


@pytest.fixture
def outputs(small: SmallBuild, tmp_path: Path) -> Path:
    return small.copy_outputs(tmp_path / "outputs")


def hash_outputs(outputs: Path) -> dict[str, str]:
    """Return the hash of every table, note and release file."""
    return {
        file.relative_to(outputs).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for folder in ("tables", "releases")
        for file in (outputs / folder).rglob("*")
        if file.is_file()
    }


def rewrite(file: Path, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Replace a file of the delivery by a changed one."""
    frame = change(pl.read_parquet(file))
    file.unlink()
    frame.write_parquet(file)


def put_first(n: int, column: str, value: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Give the first n rows another value in one column."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        assert frame.height >= n
        other = pl.lit(value).cast(frame.schema[column])
        return frame.with_columns(
            pl.when(pl.int_range(pl.len()) < n).then(other).otherwise(pl.col(column)).alias(column)
        )

    return change


def end_before_start(frame: pl.DataFrame) -> pl.DataFrame:
    """Let the first rows end long before they start."""
    early = pl.col("start").dt.offset_by("-1y")
    return frame.with_columns(
        slut=pl.when(pl.int_range(pl.len()) < SHORT_OF_TIME).then(early).otherwise("slut")
    )


def spoil(delivery: Path) -> None:
    """Do everything to a delivery that the issue names."""
    shutil.rmtree(delivery / "krsi")
    rewrite(delivery / "bef" / "2010.parquet", lambda frame: frame.drop("kom"))
    rewrite(delivery / "bef" / "2011.parquet", put_first(OUTSIDE_LIST, "koen", 7))
    rewrite(delivery / "ind" / "2012.parquet", lambda frame: frame.cast({"loenmv_13": pl.String}))
    (delivery / "sssy" / "2013.parquet").unlink()
    for file in sorted((delivery / "handicap").glob("*.parquet")):
        rewrite(file, lambda frame: frame.with_columns(slut=pl.col("start").dt.offset_by("-1y")))
    rewrite(delivery / "akm" / "2014.parquet", put_first(WRONG_PNR, "pnr", "12345"))
    rewrite(delivery / "udda" / "2015.parquet", lambda frame: pl.concat([frame, frame.head(3)]))
    for file in sorted((delivery / "lmdb").glob("*.parquet")):
        rewrite(file, lambda frame: frame.clear())
    file = delivery / "kotre" / "2016.parquet"
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[: len(content) // 2])


EXPECTED = (
    r"krsi\n +found: +no such register",
    r"bef: kom\n +found: +no such column in 2010",
    rf"bef: koen\n +found: +{OUTSIDE_LIST} of \d+ rows in 2011 hold a code outside its list",
    r"ind: loenmv_13\n +found: +type \w*string in 2012",
    r"sssy\n +found: +no file for 2013",
    r"handicap: slut\n +found: +\d+ of \d+ rows in 2013-2022 end before they start",
    rf"akm: pnr\n +found: +{WRONG_PNR} of \d+ rows in 2014 are not 12 digits",
    r"udda: pnr\n +found: +3 of \d+ rows in 2015 repeat a key",
    r"lmdb\n +found: +no rows in any file",
    r"kotre/2016\.parquet\n +found: +not readable",
)
NOT_CHECKED = (
    "krsi: columns",
    "bef: values of kom in 2010",
    "sssy: everything in 2013",
    "kotre/2016.parquet",
)


def spoil_declarations(declarations: Path) -> None:
    """Write every mistake of a declaration that the issue names."""
    replace(declarations / "consequences" / "social_services.toml", '"alcohol_courses"', '"alcohol_course"')
    replace(declarations / "prices" / "unit_prices.toml", '"specialist_contacts"', '"specialist_contact"')
    homeless = declarations / "target_groups" / "homeless.toml"
    replace(homeless, 'events = "shelter_stays"\nwithin', 'events = "shelter_stays"\nat_leest = 2\nwithin')
    misuse = declarations / "target_groups" / "alcohol_misuse.toml"
    replace(misuse, 'at_least = 1\nwithin = "year_1"', 'at_least = 1\nwithin = "year_0"')
    disorder = declarations / "target_groups" / "severe_mental_disorder.toml"
    text = disorder.read_text("utf-8")
    start, end = text.index("[membership]"), text.index("[success]")
    rule = '[membership]\nnone_of = [{ events = "shelter_stays", within = "year_0" }]\n\n'
    disorder.write_text(text[:start] + rule + text[end:], "utf-8")


def replace(file: Path, old: str, new: str) -> None:
    """Replace the first place a text occurs in a declaration."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


EXPECTED_OF_DECLARATIONS = (
    r"social_services.*\n +found: .*'alcohol_course'(.*\n)+?.*did you mean 'alcohol_courses'",
    r"unit_prices.*\n +found: .*'specialist_contact'(.*\n)+?.*did you mean 'specialist_contacts'",
    r"homeless\.toml: membership.*\n +found: .*'at_leest'(.*\n)+?.*did you mean 'at_least'",
    r"alcohol_misuse\.toml: success.*\n +found: .*before or together with membership",
    r"severe_mental_disorder\.toml: membership.*\n +found: +only none_of: true for everybody without data",
)


def refuse(project: Project, may_change: tuple[str, ...] = ()) -> str:
    """Run a build that must be refused with one error and leave what was built as it was; return the message."""
    before = hash_outputs(project.outputs)
    done = run_soem("build", *places_of(project))
    message = done.stdout + done.stderr
    assert done.returncode == REFUSED, message
    after = hash_outputs(project.outputs)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert not [name for name in changed if not name.startswith(may_change)]
    assert "Traceback" not in message
    assert not re.search(r"\d{10,}", message), "a person number"
    assert message.count("problem") <= message.count("\n")
    return message


def find_missing(message: str, expected: tuple[str, ...]) -> list[str]:
    return [pattern for pattern in expected if not re.search(pattern, message)]


def test_every_problem_of_a_delivery_in_one_error(small: SmallBuild, delivery: Path, outputs: Path) -> None:
    spoil(delivery)
    message = refuse(small.open(registers=delivery, outputs=outputs))
    assert not find_missing(message, EXPECTED), message
    assert message.startswith("The delivery cannot be used: ")
    told_not_checked = message.split("Not checked because of these problems:")[1]
    assert not [name for name in NOT_CHECKED if name not in told_not_checked], message


def test_values_are_checked_while_they_are_read_and_all_told_in_one_error(
    small: SmallBuild, delivery: Path, outputs: Path
) -> None:
    rewrite(delivery / "akm" / "2014.parquet", put_first(SHORT_OF_TIME, "socio13", 110))
    rewrite(delivery / "bef" / "2011.parquet", put_first(OUTSIDE_LIST, "koen", 7))
    rewrite(delivery / "dream" / "dream.parquet", put_first(OUTSIDE_LIST, "y_1011", "1e2"))
    rewrite(delivery / "udda" / "2015.parquet", lambda frame: pl.concat([frame, frame.head(3)]))
    shutil.rmtree(outputs / "tables" / "shelter_stays")
    message = refuse(small.open(registers=delivery, outputs=outputs), may_change=("tables/register_akm/",))
    assert not (outputs / "tables" / "shelter_stays").exists(), "built although the delivery is bad"
    assert message.startswith("The delivery cannot be used: 3 problems")
    expected = (
        rf"bef: koen\n +found: +{OUTSIDE_LIST} of \d+ rows in 2011 hold a code outside its list",
        rf"dream: week columns\n +found: +{OUTSIDE_LIST} of \d+ rows hold a code outside its list",
        r"udda: pnr\n +found: +3 of \d+ rows in 2015 repeat a key",
    )
    assert not find_missing(message, expected), message


def test_a_register_whose_persons_cannot_be_read_tells_of_the_register_they_are_found_through(
    small: SmallBuild, delivery: Path, outputs: Path
) -> None:
    contacts = sorted((delivery / "lpr3_kontakter").glob("*.parquet"))[0]
    rewrite(contacts, put_first(1, "pnr", "no number"))
    rewrite(delivery / contacts.parent.with_name("lpr3_diagnoser").name / contacts.name, lambda frame: frame)
    message = refuse(small.open(registers=delivery, outputs=outputs))
    assert message.startswith("The delivery cannot be used: 1 problem")
    assert re.search(r"lpr3_kontakter: pnr\n +found: +1 of \d+ rows in \d+ are not 12 digits", message)


def test_declarations_and_delivery_in_one_error(
    small: SmallBuild, delivery: Path, outputs: Path, tmp_path: Path
) -> None:
    shutil.rmtree(delivery / "krsi")
    declarations = copy_declarations(tmp_path / "declarations", FEW)
    spoil_declarations(declarations)
    message = refuse(small.open(registers=delivery, outputs=outputs, declarations=declarations))
    assert not find_missing(message, (*EXPECTED_OF_DECLARATIONS, EXPECTED[0])), message
    assert message.startswith("The declarations and the delivery cannot be used: ")


def test_nothing_is_published_from_a_bad_delivery(small: SmallBuild, delivery: Path, outputs: Path) -> None:
    shutil.rmtree(delivery / "krsi")
    project = small.open(registers=delivery, outputs=outputs)
    before = hash_outputs(outputs)
    done = run_soem("publish", "next", *places_of(project))
    assert done.returncode == REFUSED, done.stderr
    assert "Traceback" not in done.stderr
    assert "krsi" in done.stderr
    assert hash_outputs(outputs) == before


def test_a_folder_that_is_not_there_is_one_problem_a_register(small: SmallBuild, tmp_path: Path) -> None:
    message = refuse(small.open(registers=tmp_path / "nowhere", outputs=tmp_path / "outputs"))
    assert len(re.findall("no such register", message)) == len(small.project.declared.layouts.registers)
