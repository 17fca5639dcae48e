"""Making one published number again from the registers by another path: plain SQL and statsmodels, one at a time."""
