"""Stores on real servers, honest and lying."""
