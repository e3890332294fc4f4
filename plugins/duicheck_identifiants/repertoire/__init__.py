"""The FINESS directory: extracts of the national file, read as they are, and looked up."""
