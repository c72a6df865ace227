print(__name__)
if __name__ == "__main__":
    import prog

    print(prog, prog.__spec__.name, prog is not __import__("__main__"))
