"""Apple's documents: fetched, unpacked, checked, and kept by version."""
