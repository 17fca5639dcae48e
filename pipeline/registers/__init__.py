"""Register deliveries: checked whole, then read typed and otherwise unchanged, by bucket of persons."""
