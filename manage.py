#!/usr/bin/env python3
"""Django's usual door; the console script `yanxiu` is the same."""

from config.cli import main

if __name__ == "__main__":
    main()
