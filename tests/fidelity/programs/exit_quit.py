print(quit, exit, copyright.__class__.__name__)
quit(2)
