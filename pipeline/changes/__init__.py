"""Changes: what differs between two releases, and how much of it each cause makes."""
