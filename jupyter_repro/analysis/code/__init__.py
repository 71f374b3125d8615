"""A cell's text, read without running it: names, statements, what each takes, makes and shows. Cached by text."""
