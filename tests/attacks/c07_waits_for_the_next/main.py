import os

print("BREACH " + open("seen").read() if os.path.exists("seen") else "nothing seen")
