"""The nine stages as Dagster assets: thin functions, no arithmetic."""
