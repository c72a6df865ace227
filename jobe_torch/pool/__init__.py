"""The cells of this server and the waiting line in front of them."""
