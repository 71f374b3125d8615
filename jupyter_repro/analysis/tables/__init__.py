"""What calls of well-known libraries do: what differs each time, what takes a seed. Data, no logic."""
