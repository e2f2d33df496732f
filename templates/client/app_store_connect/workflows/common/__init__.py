<<<<<<< HEAD
"""What the areas of workflows share."""
=======
"""What several areas of workflows share."""
>>>>>>> jobs3
