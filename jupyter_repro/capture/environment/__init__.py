"""What the session stands on: hardware and libraries, distributions, the state of the working tree."""
