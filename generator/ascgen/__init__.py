"""Generates a typed Python client from Apple's App Store Connect OpenAPI document."""
