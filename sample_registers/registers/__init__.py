"""From latent tables to register rows: one small module a family of registers.

Belongs here: how a true value looks in the register that would hold it, with real column names, codes and
quirks. Does not belong here: what is true (`sample_registers.latent` and what draws it), and how files are
written (`sample_registers.write`).

Every rendering gives back the latent value exactly under the declared rules; what no rule can resolve
belongs to the edge-case persons (`sample_registers.edge_cases`).
"""
