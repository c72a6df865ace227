print("a byte order mark")
print("and CR LF")
x = """a
b"""
print(repr(x))
