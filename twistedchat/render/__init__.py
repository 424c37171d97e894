"""Events as text: pure functions, one module per format."""
