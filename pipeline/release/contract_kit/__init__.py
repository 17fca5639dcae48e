"""The contract check of a release: one file that a reader's own tests run, with duckdb only, on any release."""
