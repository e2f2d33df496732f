"""Decisions: what the API's facts are called in Python and where each of them goes."""
