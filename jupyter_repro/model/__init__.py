"""What is known of a notebook: the document as it stands, and the history of its runs. Immutable; runs nothing."""
