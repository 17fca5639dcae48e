"""Prices, indices, rates, parameters and effect studies as tables."""
