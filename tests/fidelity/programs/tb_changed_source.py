with open("prog.py", "w") as file:
    file.write("# one\n# two\n# three\n# four: this line is shown\n")
raise ValueError("the traceback shows what the file says now")
