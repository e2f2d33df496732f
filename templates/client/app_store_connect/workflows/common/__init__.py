"""What the areas of workflows share."""
