"""Settings: what may be said once for a repository, where it is said, and who wins."""

from duicheck.reglages.choosing import Choice, Origin, Reglages, choose
from duicheck.reglages.file import SettingsFile, find_settings
from duicheck.reglages.known import SETTINGS, Kind, Setting

__all__ = [
    "SETTINGS",
    "Choice",
    "Kind",
    "Origin",
    "Reglages",
    "Setting",
    "SettingsFile",
    "choose",
    "find_settings",
]
