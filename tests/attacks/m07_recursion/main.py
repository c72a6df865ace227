def dive():
    dive()


dive()
