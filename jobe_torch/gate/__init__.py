"""The gate between the server and a Docker Engine.

Who can speak to an engine is root on its host. The gate stands in between and
lets through only the requests of `jobe_torch.backends.engine`, only about this
server's containers, and only for containers exactly as the settings describe.
"""
