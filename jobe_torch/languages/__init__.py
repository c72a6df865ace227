"""What each language makes of a run spec: one declarative file per language."""
