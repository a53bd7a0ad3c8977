"""Schedules of reports: when they are due, the jobs they make, and the work of those jobs."""
