"""Backup and restore: one file with everything that the site holds, proved before it counts."""
