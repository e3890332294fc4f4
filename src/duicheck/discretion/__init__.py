"""What must never be printed: numbers and addresses of persons, headings that name somebody.

One place knows their forms, for two uses: the rules that look for them in a delivery, and the last door
before anything is written, where whatever slipped into a name or a heading is masked.

    >>> mask("export de camille@example.org")
    'export de (masqué)'
"""

from duicheck.discretion.headings import heading_word, mask_heading
from duicheck.discretion.numbers import COURRIEL, MASQUE, Trouvaille, courriels, mask, nirs, personal, telephones
from duicheck.discretion.records import Discreet

__all__ = [
    "COURRIEL",
    "MASQUE",
    "Discreet",
    "Trouvaille",
    "courriels",
    "heading_word",
    "mask",
    "mask_heading",
    "nirs",
    "personal",
    "telephones",
]
