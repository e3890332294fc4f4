"""The aid of a project: establishment by establishment, each amount with its formula, its clause and its bounds."""
