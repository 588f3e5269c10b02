"""Mutation check: small faults put into the models' SQL, and the tests that notice them."""
