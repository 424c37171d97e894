"""What a room, a user and an event are: data in, events out, no input or output of its own."""
