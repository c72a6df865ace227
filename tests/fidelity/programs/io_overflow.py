for number in range(60_000):
    print(number, "." * 60)
