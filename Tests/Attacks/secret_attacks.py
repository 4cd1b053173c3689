"""Secrets that lie about in folders, and rights on what Akin keeps."""

import base64
import json
import os
import stat
import subprocess
import unittest

from attack import Attack

KEY = "-----BEGIN {} PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq0mYx0Yk1Zb4yqg3Z1nQd8m4b2\n-----END {} PRIVATE KEY-----\n"


class Secrets(Attack):
    NAMES = [
        "id_rsa", "deploy/id_ed25519", "server.pem", "private.key", "cert.p8", "main.tfstate", "terraform.tfstate.backup",
        "prod.env", "app.env.production", "credentials", "credentials.json", "aws/credentials", "secrets.yaml", "keys.kdbx",
        "login.keyring", "backup.gpg", "client_secret_42.json", "service-account-prod.json", "kubeconfig", "vpn.ovpn",
        "putty.ppk", "prod.tfvars", "master.key", "gh/hosts.yml", "rclone.conf",
    ]
    HIDDEN = [".env", ".env.local", ".netrc", ".npmrc", ".pgpass", ".git-credentials", ".kube/config", ".docker/config.json", ".ssh/work"]
    HARMLESS = [
        "keys.md", "environment.ts", "vite.env.ts", "credentials.md", "prod.env.example", "secrets.py", "public.txt",
        "src/key.swift", "token.go", ".ssh/known_hosts", ".ssh/work.pub", "docker/config.json",
    ]

    def test_files_with_names_of_secrets(self):
        for name in self.NAMES + self.HARMLESS:
            self.write(name, "password = swordfish\n")
        for name in self.HIDDEN:
            self.write(name, "password = swordfish\n")
        # Tracked, or asked for: hidden files take part then, and secrets do not.
        self.git("init", "-q")
        self.git("add", "-f", ".")
        done = self.akin("index", "--verbose", "--hidden", status=0)
        self.assertEqual(self.documents(), sorted(self.HARMLESS))
        for name in self.NAMES + self.HIDDEN:
            self.assertIn(f"{name}\tmay hold a secret", done.stdout)

    def test_files_with_private_keys_in_them(self):
        for number, kind in enumerate(("RSA", "EC", "OPENSSH", "ENCRYPTED", "DSA")):
            self.write(f"key{number}.txt", KEY.format(kind, kind))
        self.write("plain.txt", KEY.replace(" {}", ""))
        self.write("pgp.txt", KEY.format("PGP", "PGP").replace("KEY-----", "KEY BLOCK-----"))
        self.write("code.py", 'KEY = "' + KEY.format("RSA", "RSA").replace("\n", "\\n") + '"\n')
        self.write("deep.txt", "words\n" * 5000 + "    " + KEY.format("RSA", "RSA"))
        self.write("putty.txt", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n")
        encoded = base64.b64encode((KEY.format("RSA", "RSA")).encode()).decode()
        self.write("manifest.yaml", f"kind: Secret\ndata:\n  tls.key: {encoded}\n")
        self.write("account-1234.json", json.dumps({"private_key": KEY.replace(" {}", "")}))
        self.write("ssh2.txt", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nabc\n")
        self.write("page.md", "A key begins with `-----BEGIN RSA PRIVATE KEY-----` in PEM.\n")
        self.write("public.txt", KEY.format("RSA", "RSA").replace("PRIVATE", "PUBLIC"))
        self.akin("index", status=0)
        self.assertEqual(self.documents(), ["page.md", "public.txt"])

    def test_asked_for_they_are_taken(self):
        self.write("server.pem", KEY.format("RSA", "RSA"))
        self.write("other.pem", KEY.format("RSA", "RSA"))
        self.write(".akinignore", "!server.pem\n")
        self.akin("index", status=0)
        self.assertEqual(self.documents(), ["server.pem"])

    def test_tools_read_no_file_that_has_become_a_secret(self):
        self.write("notes.txt")
        self.write("more.txt")
        self.akin("index", status=0)
        read = {"_options": {"cwd": self.folder}}
        self.assertFalse(self.tool("read", file=self.folder + "/notes.txt", **read)["isError"])
        self.write("notes.txt", KEY.format("RSA", "RSA"))
        self.write(".gitignore", "more.txt\n")
        for name in ("notes.txt", "more.txt"):
            result = self.tool("read", file=f"{self.folder}/{name}", **read)
            self.assertTrue(result["isError"], result)

    def test_what_is_kept_in_an_indexed_folder_is_no_part_of_it(self):
        self.write("notes.txt")
        environment = {"AKIN_DATA": self.folder + "/kept"}
        for _ in range(2):
            self.akin("index", environment=environment, status=0)
        exported = self.akin("collections", "export", self.folder, environment=environment, status=0).stdout
        self.assertEqual([json.loads(line)["path"] for line in exported.splitlines()[1:]], ["notes.txt"])

    def test_a_file_that_becomes_a_secret_leaves_the_index(self):
        self.write("notes.txt")
        self.akin("index", status=0)
        self.write("notes.txt", KEY.format("RSA", "RSA"))
        self.akin("index", status=0)
        self.assertEqual(self.documents(), [])

    def rights(self, path):
        return stat.S_IMODE(os.stat(path).st_mode)

    def test_what_is_kept_is_private(self):
        old = os.umask(0)
        try:
            # The folder was there before, and open to all.
            os.makedirs(self.path("data", "collections"), 0o777)
            self.write("river.txt")
            self.akin("index", status=0)
            self.akin("serve", "--log", self.path("akin.log"), text='{"jsonrpc":"2.0","id":1,"method":"server/status"}\n')
        finally:
            os.umask(old)
        self.assertEqual(self.rights(self.path("data", "collections")), 0o700)
        self.assertEqual(self.rights(self.path("akin.log")), 0o600)
        for folder, _, files in os.walk(self.path("data", "collections")):
            for name in files:
                self.assertEqual(self.rights(os.path.join(folder, name)), 0o600, name)

    def test_what_was_open_before_is_closed(self):
        self.write("river.txt")
        self.akin("index", status=0)
        folder = self.path("data", "collections")
        for name in os.listdir(folder):
            os.chmod(os.path.join(folder, name), 0o644)
        os.chmod(folder, 0o755)
        self.write("new.txt", "Mountains.\n")
        self.akin("index", status=0)
        self.assertEqual(self.rights(folder), 0o700)
        for name in os.listdir(folder):
            if ".sqlite" in name and not name.endswith((".indexing", ".embedding", ".settings")):
                self.assertEqual(self.rights(os.path.join(folder, name)), 0o600, name)


if __name__ == "__main__":
    unittest.main()
