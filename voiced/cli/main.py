"""The `voiced` command."""


def main() -> None:
    """Run the command line."""
