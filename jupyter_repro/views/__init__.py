"""What people and programs see: the wire format (`payload`), the terminal (`text`), files (`json`, `html`)."""
