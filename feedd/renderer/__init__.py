"""Entries -> documents. Pure: the same entries give the same bytes on any machine in any year."""
