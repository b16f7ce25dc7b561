"""The commands of the console script, one file a subject."""
