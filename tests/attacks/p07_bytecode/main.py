def victim():
    pass


victim.__code__ = victim.__code__.replace(co_code=bytes(range(2, 256, 2)) * 4, co_stacksize=0)
victim()
