"""The languages of protocol reference §7, each declared in a file of its own."""
