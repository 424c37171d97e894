"""The slash commands, one function each."""
