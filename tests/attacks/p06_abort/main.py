import os

print("flushed", flush=True)
print("lost in a buffer")
os.abort()
