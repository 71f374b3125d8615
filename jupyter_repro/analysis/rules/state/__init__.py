"""State: what is shown rests on values that the document does not give."""
