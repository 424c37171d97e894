"""How intents get their order."""
