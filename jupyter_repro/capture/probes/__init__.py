"""One file per resource kind. Each says at its top what it cannot see."""
