"""Registers to person-years, events and quantities in natural units."""
