"""A real terminal (tmux) in which a program runs: what a person sees."""

import os
import shlex
import subprocess


class Terminal:
    """A terminal of a size, in which one program runs."""

    def __init__(self, tmux, directory, wait, command, environment, size=(80, 24)):
        self._tmux = [tmux, "-u", "-S", f"{directory}/tmux", "-f", os.devnull]
        self._wait = wait
        self._environment = environment
        # The window stays, so that the program's last words and its exit code can be seen.
        shell = f"{shlex.join(command)}; echo exit code $?; cat"
        columns, rows = map(str, size)
        self("new-session", "-d", "-x", columns, "-y", rows, shell)

    def __call__(self, *arguments):
        ran = subprocess.run(
            [*self._tmux, *arguments], capture_output=True, check=True, env=self._environment
        )
        return ran.stdout.decode()

    def type(self, text):
        self("send-keys", "-l", text)

    def press(self, *keys):
        self("send-keys", *keys)

    def enter(self, text):
        self.type(text)
        self.press("Enter")

    def screen(self, *more):
        return self("capture-pane", "-p", *more)

    def scrollback(self):
        """All lines since the beginning, those that had to be folded made one again."""
        return self.screen("-J", "-S", "-")

    def shows(self, *texts):
        """Wait until all texts are on the screen or above it, and give everything."""
        self._wait(lambda: all(t in self.scrollback() for t in texts), self.scrollback)
        return self.scrollback()

    def prompts(self, text):
        """Wait until a line of the screen is exactly this: the prompt and what is typed."""
        self._wait(lambda: text in map(str.rstrip, self.screen().splitlines()), self.scrollback)

    def close(self):
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)
