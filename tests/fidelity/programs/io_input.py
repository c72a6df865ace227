name = input("Name? ")
age = int(input("Age? "))
rest = input()
print(f"{name=} {age=} {rest=}")
