"""The Jobe vocabulary: run specs, verdicts, texts. No I/O, no framework."""
