print("a file called torch.py")
tensor = list
