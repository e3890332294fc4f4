"""`python -m duicheck`."""

from __future__ import annotations

import sys

from duicheck.cli import main

if __name__ == "__main__":
    sys.exit(main())
