"""Traces of messages and of documents: audit messages (DICOM, ATNA) and HL7 v2 messages, read and told as events."""
