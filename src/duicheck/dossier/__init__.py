"""The file that a project hands in: the checklist of its text, and the folder to upload by hand."""

from duicheck.dossier.assembly import assemble

__all__ = ["assemble"]
