"""The outside world: which calls ask it, children, HTTP answers, answers typed in; secrets cut."""
