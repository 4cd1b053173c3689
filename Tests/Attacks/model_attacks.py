"""Models whose weights are no numbers, or whose file changes while it is in use."""

import json
import os
import shutil
import struct
import subprocess

from attack import AKIN, Attack

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Fixtures", "models")


class HostileModels(Attack):
    def model(self, name):
        place = self.path("models", name)
        shutil.copytree(os.path.join(FIXTURES, name), place, dirs_exist_ok=True)
        return place

    def test_weights_that_are_no_numbers(self):
        """Any value of any tensor that the model uses."""
        for name in ("sentence", "sentence-f16", "sentence-bf16"):
            place = self.model(name)
            path = os.path.join(place, "model.safetensors")
            with open(path, "rb") as file:
                content = file.read()
            length, = struct.unpack("<Q", content[:8])
            header = json.loads(content[8:8 + length])
            for tensor, entry in header.items():
                if tensor == "__metadata__" or "pooler" in tensor or "position_ids" in tensor:
                    continue
                end = 8 + length + entry["data_offsets"][1]
                with open(path, "wb") as file:
                    file.write(content[:end - 4] + b"\xff" * 4 + content[end:])
                done = self.akin("embed", "--model", place, "--json", "hello", environment={"AKIN_CACHE": self.path("cache")})
                self.assertNotEqual(done.returncode, 0, f"{name} {tensor}: {done.stdout[:100]}")
                self.assertIn("no numbers", done.stderr)

    def test_a_file_that_is_cut_while_it_is_in_use(self):
        path = os.path.join(self.folder, "a.gguf")
        shutil.copy(os.path.join(FIXTURES, "gguf", "sentence-q8_0.gguf"), path)
        server = subprocess.Popen(
            [AKIN, "serve", "--model", path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.environment)
        self.addCleanup(lambda: (server.kill(), server.communicate()))

        def embed(id):
            words = [f"the {number} of a {number}" for number in range(200)]
            server.stdin.write(json.dumps({"jsonrpc": "2.0", "id": id, "method": "embed", "params": {"input": words}}).encode() + b"\n")
            server.stdin.flush()
            return json.loads(server.stdout.readline())

        before = embed(1)["result"]["embeddings"]
        os.truncate(path, 100)
        for id in (2, 3):
            self.assertEqual(embed(id)["error"]["data"]["kind"], "modelUnusable")
        shutil.copy(os.path.join(FIXTURES, "gguf", "sentence-q8_0.gguf"), path)
        self.assertEqual(embed(4)["result"]["embeddings"], before)
