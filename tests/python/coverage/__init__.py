"""Tests of the simulated coverage."""
