"""What every table looks like: names, types, units, descriptions, keys and checks, said once."""
