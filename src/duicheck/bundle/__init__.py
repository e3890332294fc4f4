"""From what was handed over to files that can be read."""

from duicheck.bundle.configuration import CONFIGURATION
from duicheck.bundle.delivery import DeliveredFile, Delivery, open_delivery
from duicheck.bundle.documents import every_file
from duicheck.bundle.manifest import NAME, DeclaredFile, Manifest, read_manifest
from duicheck.bundle.reading import Reading, read_delivery

__all__ = [
    "CONFIGURATION",
    "NAME",
    "DeclaredFile",
    "DeliveredFile",
    "Delivery",
    "Manifest",
    "Reading",
    "every_file",
    "open_delivery",
    "read_delivery",
    "read_manifest",
]
