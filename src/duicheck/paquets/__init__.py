"""The packs of national rules that a user has installed: added, fetched, pinned, verified and read.

The network is used by `download` alone, and only when `duicheck packs pull` asks for it.
"""
