"""The benchmark: the server beside reference servers, under the same load."""
