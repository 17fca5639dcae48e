"""The statistics: adjusted differences from additive sums. No files, no Dagster, no register or target-group name."""
