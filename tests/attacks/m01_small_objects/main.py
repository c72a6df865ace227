numbers = []
while len(numbers) < 30_000_000:
    numbers.append([len(numbers)])
print("BREACH thirty million lists")
