assert (1, "always true")
print("text" "other"(1))
