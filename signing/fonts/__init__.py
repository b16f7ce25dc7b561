"""The typeface of marks: data, its licence, and the script that cut it."""
