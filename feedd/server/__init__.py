"""Answers the people and programs that come for the feeds, from memory."""
