"""A bad row fails, and no message shows one."""

from __future__ import annotations

import datetime

import polars as pl
import pytest

from schemas.checks import TableError, check_table, conform_table


def make_person_years() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "leaf": [3, 3],
            "pnr": [17, 25],
            "year": [2010, 2010],
            "sex": ["man", "woman"],
            "birth_date": [datetime.date(1970, 5, 1), datetime.date(1999, 1, 31)],
            "age": [40, 11],
            "municipality_code": [101, 851],
            "origin_code": ["danish", "immigrant"],
            "is_resident": [True, True],
            "employment_code": ["employed", "unknown"],
            "education_code": ["vocational", "unknown"],
            "mother_employment_code": ["unknown", "employed"],
            "mother_education_code": ["unknown", "primary"],
            "father_employment_code": ["unknown", "unknown"],
            "father_education_code": ["unknown", "unknown"],
        }
    )


def find(result, column):
    return {(failure.check, failure.n_rows) for failure in result.failures if failure.column == column}


def test_good_rows_pass_whatever_the_integer_width():
    assert check_table("person_years", make_person_years()).passed
    assert check_table(
        "person_years", make_person_years().with_columns(pl.col(pl.Int64).exclude("pnr").cast(pl.Int16))
    ).passed


def test_a_bad_row_of_a_frame_fails():
    frame = make_person_years().with_columns(age=pl.Series([40, 999]))
    result = check_table("person_years", frame)
    assert not result.passed
    assert find(result, "age") == {("at most 130", 1)}


def test_a_lazy_frame_is_refused():
    with pytest.raises(TypeError, match="collect"):
        check_table("person_years", make_person_years().lazy())


def test_all_failures_are_told_at_once_and_without_rows():
    frame = make_person_years().with_columns(
        pnr=pl.Series([666000000017, 6660000000020]),
        sex=pl.Series(["man", "kvinde-666"]),
        employment_code=pl.Series([None, "employed"]),
        extra=pl.lit(1),
    )
    result = check_table("person_years", frame.drop("education_code"))
    assert find(result, "pnr") == {("at most 1e+12", 1)}
    assert find(result, "sex") == {("one of man, woman", 1)}
    assert find(result, "employment_code") == {("no null", 1)}
    assert find(result, "extra") == {("only columns of the model", 0)}
    assert find(result, "education_code") == {("the column is there", 0)}
    with pytest.raises(TableError) as caught:
        result.raise_if_failed()
    for text in (str(caught.value), str(result.to_json())):
        assert "666" not in text


def test_keys_are_unique_and_a_null_counts_as_a_value():
    frame = pl.DataFrame(
        {
            "event_table": ["incomes", "incomes"],
            "attribute_value": [None, None],
            "year": [2010, 2010],
            "municipality_code": [None, None],
            "is_covered": [True, False],
            "reason": [None, "missing"],
        }
    )
    assert find(check_table("coverage", frame), "key") == {("unique key", 2)}
    assert check_table("coverage", frame.head(1)).passed


def test_wrong_types_fail_and_widths_that_lose_nothing_do_not():
    frame = pl.DataFrame({"year": ["2010"], "index": [1], "source": ["a"]})
    assert ("type Int16, found String", 0) in find(check_table("price_index", frame), "year")
    assert not find(check_table("price_index", frame), "index")
    too_wide = pl.DataFrame({"year": [2_000_000], "index": [1.0], "source": ["a"]})
    assert ("type Int16, found Int64", 0) in find(check_table("price_index", too_wide), "year")


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_numbers_are_finite(bad):
    frame = pl.DataFrame({"year": [2010, 2011], "index": [1.0, bad], "source": ["a", "b"]})
    assert not check_table("price_index", frame).passed
    cells = {"target_group": ["a"], "consequence": ["b"], "relative_year": [1], "position": [1]}
    for inner in (bad, None):
        assert not check_table(
            "estimate_covariance", pl.DataFrame(cells | {"covariances": [[1.0, inner]]})
        ).passed
    assert check_table("estimate_covariance", pl.DataFrame(cells | {"covariances": [[1.0, 2.0]]})).passed


def test_no_use_has_no_row():
    frame = pl.DataFrame(
        {"leaf": [1], "pnr": [12], "year": [2010], "consequence": ["shelter"], "quantity": [0.0]}
    )
    assert find(check_table("person_year_quantities", frame), "quantity") == {("not 0", 1)}


def test_conforming_gives_the_order_the_types_and_the_optional_columns():
    frame = pl.DataFrame({"source": ["a"], "index": [1], "year": [2010]}, schema_overrides={"year": pl.Int64})
    conformed = conform_table("price_index", frame)
    assert conformed.columns == ["year", "index", "source", "basis"]
    assert conformed.dtypes == [pl.Int16, pl.Float64, pl.String, pl.String]
    assert conformed["basis"].null_count() == 1


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_published_texts_are_not_blank(blank):
    frame = pl.DataFrame({"year": [2010, 2011], "index": [1.0, 2.0], "source": [blank, "\na"]})
    assert find(check_table("price_index", frame), "source") == {("not blank", 1)}


def test_unknown_table():
    with pytest.raises(KeyError):
        check_table("persons", make_person_years())
