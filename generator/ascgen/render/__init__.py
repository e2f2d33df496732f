"""Text: from decisions to the files of a distribution."""
