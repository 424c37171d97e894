"""What can be wrong with the data directory."""


class StorageError(Exception):
    """The data cannot be used as it is; one line says why and what to do, nothing was changed."""
