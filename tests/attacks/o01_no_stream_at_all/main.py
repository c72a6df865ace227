print("nobody will read this")
