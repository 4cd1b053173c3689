"""Collections on a PostgreSQL server: what is found is what files find, and what fails says so and loses nothing.

Usage: postgres.py PATH_OF_AKIN [TEST...]
"""

import harness
from postgres_answers import Neighbours, SameAnswers  # noqa: F401 (run from here)
from postgres_ends import Endings  # noqa: F401
from postgres_folders import Folders  # noqa: F401
from postgres_packs import Packs  # noqa: F401
from postgres_refusals import Refusals  # noqa: F401
from postgres_stores import Stores  # noqa: F401

if __name__ == "__main__":
    harness.main("postgres")
