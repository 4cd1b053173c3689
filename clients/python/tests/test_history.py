"""The commits of a repository, by what they mean."""

import datetime
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from akin import Akin, InvalidParametersError

COMMITS = (
    (
        "2024-05-31T12:00:00+0000",
        "retry.py",
        "def wait(attempt):\n    return 2 ** attempt\n",
        "Retries wait twice as long each time",
    ),
    (
        "2024-06-01T12:00:00+0000",
        "mail.py",
        "def remind(person):\n    send(person)\n",
        "Write to those who have not paid",
    ),
)


@unittest.skipUnless(shutil.which("git"), "git is not installed")
class HistoryTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name).resolve()
        cls.git("init", "-q")
        for moment, name, text, message in COMMITS:
            (cls.folder / name).write_text(text)
            cls.git("add", name)
            cls.git(
                "commit", "-q", "-m", message, GIT_AUTHOR_DATE=moment, GIT_COMMITTER_DATE=moment
            )
        cls.akin = Akin()
        cls.addClassCleanup(cls.akin.close)

    @classmethod
    def git(cls, *words, **environment):
        identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        command = ["git", "-C", str(cls.folder), *identity, *words]
        subprocess.run(command, check=True, env={**os.environ, **environment})

    def subjects(self, **options):
        return [hit.subject for hit in self.akin.log("backing off", self.folder, **options).hits]

    def test_commits(self):
        steps = []
        found = self.akin.log("how are failures tried again", self.folder, progress=steps.append)
        self.assertEqual((found.repository, found.commits), (str(self.folder), 2))
        best = found.hits[0]
        self.assertEqual(best.subject, COMMITS[0][3])
        self.assertEqual(best.author, "Ann <ann@example.org>")
        self.assertEqual(best.authored_at, 1717156800)
        self.assertRegex(best.commit, "^[0-9a-f]{40}$")
        self.assertTrue(best.text)

    def test_choices(self):
        self.assertEqual(self.subjects(top_k=1), [COMMITS[0][3]])
        self.assertEqual(self.subjects(path="mail.*"), [COMMITS[1][3]])
        self.assertEqual(self.subjects(author="nobody"), [])
        day = datetime.datetime(2024, 6, 1, tzinfo=datetime.timezone.utc)
        self.assertEqual(self.subjects(since=day), [COMMITS[1][3]])
        self.assertEqual(self.subjects(until=day), [COMMITS[0][3]])
        self.assertEqual(self.subjects(since=day.timestamp()), [COMMITS[1][3]])
        self.assertEqual(len(self.subjects(since=datetime.date(2024, 5, 30))), 2)

    def test_what_is_refused(self):
        with self.assertRaisesRegex(TypeError, "since: expected seconds .* found str"):
            self.subjects(since="yesterday")
        with self.assertRaisesRegex(InvalidParametersError, "^top_k: "):
            self.subjects(top_k=0)
        with self.assertRaisesRegex(InvalidParametersError, "^folder: expected a folder in a git"):
            self.akin.log("x", "/")
        with self.assertRaisesRegex(TypeError, "query"):
            self.akin.log(None, self.folder)
