"""Bundles of transfer of DUI data: read once, seen as resources with their places and their references."""
