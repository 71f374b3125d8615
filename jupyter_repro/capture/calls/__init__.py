"""Hearing of calls without changing them: replaced functions that look like the user's, and their way back."""
