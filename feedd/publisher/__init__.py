"""Puts documents where readers fetch them: whole or not at all."""
