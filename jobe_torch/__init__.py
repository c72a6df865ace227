"""A Jobe-compatible server that runs students' PyTorch code in warm, jailed cells."""
