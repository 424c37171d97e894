"""``python -m twistedchat.admin``."""

from twistedchat.admin.program import main

if __name__ == "__main__":
    main()
