"""One file of the bundle each: text from a plan."""
