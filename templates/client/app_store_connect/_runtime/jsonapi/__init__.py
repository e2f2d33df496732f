"""JSON:API both ways: from arguments to requests, from answers to resources and pages."""
