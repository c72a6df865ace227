"""Where cells live."""
