"""The files that clients upload for their runs."""
