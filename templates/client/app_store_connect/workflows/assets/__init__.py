"""Images and videos of the store: the files, and where the API keeps them."""
