"""The bundled client: a terminal with a prompt, and a filter for pipes."""
