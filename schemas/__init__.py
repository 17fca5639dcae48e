"""What every table looks like: names, types, units, descriptions, keys and checks, said once.

`columns.toml` says what a column is, `release_tables` and `intermediate_tables` which columns a table has.
Generated from them: pandera checks (`checks`), DuckDB statements (`database`), the data package
(`data_package`), Great Expectations suites (`expectations`) and the dictionary (`dictionary`).

    from schemas.checks import check_table, conform_table
    check_table("person_years", frame).raise_if_failed()
"""
