"""The pytest path for CI: fixtures and options beside nbval's own."""
