"""What several areas of workflows share."""
