"""How long things take, and how long they would have to: `make bench`."""
