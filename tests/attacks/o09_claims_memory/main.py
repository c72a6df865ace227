raise MemoryError("so it says")
