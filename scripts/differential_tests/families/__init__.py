"""Generators, by family of operators."""
