"""The panel of a target group: its members followed over the years, as arrays, and what is estimated on it."""
