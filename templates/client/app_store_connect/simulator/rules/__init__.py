"""What the server is known to do, an area a module."""
