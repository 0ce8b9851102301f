"""Objectives: weighted sums of losses with their targets, one class for each system."""
