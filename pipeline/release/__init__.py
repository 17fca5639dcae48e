"""Validation, publication and verification of a release."""
