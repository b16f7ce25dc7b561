"""Signing: keys, marks, seals, certified copies and their verification."""
