"""The handwritten part of the client: everything that is the same for every operation."""
