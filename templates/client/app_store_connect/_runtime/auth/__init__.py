"""The key, wherever it is kept, and the tokens made of it."""
