"""What goes to the API and what comes back: requests, answers and errors, as plain values."""
