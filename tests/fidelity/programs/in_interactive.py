import code
import sys

code.interact("banner", local={"__name__": "__console__"}, exitmsg="bye")
print(sys.ps1 if hasattr(sys, "ps1") else "no prompt")
