"""Synthetic registers in the shape of Statistics Denmark's, with the truth planted and known."""
