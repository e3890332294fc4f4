"""From exchanges to tables: the rows of `registre` and `journal` that bundles and traces carry, and what they lack."""
