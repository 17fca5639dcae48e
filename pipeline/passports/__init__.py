"""Passports: where every published number comes from, put together from the release alone."""
