"""Small servers to compare with: the obvious ways to write one, and the floor in C."""
