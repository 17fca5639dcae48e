"""The flow from registers to a published knowledge database; the only package that knows Dagster."""
