"""What IRC is made of: lines, numerics, modes, capabilities. No input and output here."""
