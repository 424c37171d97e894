"""The names that belong to accounts, whether or not their owners are here."""

from twistedchat.core.lookalikes import LookIndex, Name


class OwnedNames:
    """Which account has which name; no account has two, no name has two accounts."""

    def __init__(self) -> None:
        self._accounts: dict[str, str] = {}
        self._names: dict[str, Name] = {}
        self._looks = LookIndex()

    def __len__(self) -> int:
        return len(self._names)

    def give(self, name: Name, account: str) -> None:
        """A name belongs to an account from now on, in place of the one it had."""
        self.take_back(account)
        self._accounts[name.key] = account
        self._names[account] = name
        self._looks.add(name)

    def take_back(self, account: str) -> None:
        """An account's name is free again."""
        name = self._names.pop(account, None)
        if name is not None:
            del self._accounts[name.key]
            self._looks.discard(name)

    def name_of(self, account: str) -> Name | None:
        """The name that belongs to an account."""
        return self._names.get(account)

    def accounts(self) -> list[str]:
        """The ids of all accounts."""
        return list(self._names)

    def account_of(self, key: str) -> str:
        """The account that has exactly this name; "" if none has."""
        return self._accounts.get(key, "")

    def owner(self, name: Name) -> str:
        """The account that has this name or one that looks the same; "" if none has."""
        exact = self._accounts.get(name.key)
        if exact is not None or not self._names:
            return exact or ""
        alike = self._looks.find(name)
        return self._accounts[alike.key] if alike is not None else ""
