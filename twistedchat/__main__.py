"""``python -m twistedchat`` is the bundled client."""

from twistedchat.client.main import main

if __name__ == "__main__":
    main()
