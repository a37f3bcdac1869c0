"""The readers that people use, reading from the running daemon; `python -m tests.readers` prints the matrix."""
