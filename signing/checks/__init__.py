"""The steps of a verification, each over bytes or one embedded signature; signing/verify.py puts them in order."""
