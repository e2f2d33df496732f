"""From a request to an answer: retries, throttling, sessions, and transfers to other hosts."""
