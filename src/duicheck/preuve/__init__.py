"""The proof pack: a report with what it takes to read, verify and replay it, years later and without us."""
