"""The explorer of a release: `audit/index.html`, opened from disk, from any number to how it came about."""
