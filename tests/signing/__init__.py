"""Tests of signing: real pyHanko, a real PKI made at run time, other people's tools."""
