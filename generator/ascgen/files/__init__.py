"""Files that are there whole or not at all, whoever else writes or kills at the time."""
