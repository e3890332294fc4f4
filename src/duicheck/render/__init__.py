"""Output formats: each is drawn from the value of rapport.json, and judges nothing again."""
