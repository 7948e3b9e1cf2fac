"""`python -m voiced` is the `voiced` command."""

from voiced.cli.main import main

if __name__ == "__main__":
    main()
