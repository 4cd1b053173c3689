"""The client for asyncio, against the real server."""

import asyncio
import os
import signal
import unittest

from support import fake

from akin import Akin, AkinTimeoutError, AsyncAkin, InvalidParametersError, Progress


class AsyncTests(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.akin = AsyncAkin()

    async def asyncTearDown(self):
        await self.akin.aclose()

    async def test_every_method(self):
        akin = self.akin
        one, two = await asyncio.gather(akin.embed("a cat"), akin.embed(["a cat", "a dog"]))
        self.assertEqual(list(one), list(two[0]))
        self.assertEqual((await akin.tokenize("hello")).ids, [101, 7592, 102])
        self.assertEqual(await akin.detokenize([[7592]]), ["hello"])
        self.assertEqual((await akin.embed_detailed("a cat", dtype="int8")).token_counts, [4])
        self.assertEqual(len((await akin.embed_tokens("a cat")).vectors), 4)
        scores = await akin.similarity("a cat", ["a cat", two[1]])
        self.assertAlmostEqual(scores[0][0], 1, places=4)
        hits = await akin.search("kitten", ["a train", "a cat"], top_k=1)
        self.assertEqual([hit.text for hit in hits], ["a cat"])
        self.assertEqual((await akin.model_info())["dimensions"], 384)
        self.assertTrue((await akin.model_list())["models"])
        self.assertTrue((await akin.server_status())["methods"])
        self.assertEqual((await akin.call("tokenize", {"input": "x"}))["encodings"][0]["total"], 3)
        with self.assertRaises(InvalidParametersError):
            await akin.embed([])

    async def test_300_calls_at_once(self):
        async def one(i):
            if i % 3 == 0:
                return (await self.akin.tokenize(f"{i}")).total >= 3
            return len(await self.akin.embed(f"é{i}")) == 384

        self.assertEqual(set(await asyncio.gather(*map(one, range(300)))), {True})

    async def test_streams_of_both_kinds(self):
        async def texts():
            for i in range(300):
                await asyncio.sleep(0)
                yield f"number {i % 7}"

        seven = await self.akin.embed([f"number {i}" for i in range(7)])
        for source in (texts(), (f"number {i % 7}" for i in range(300))):
            count = 0
            async for vector in self.akin.embed_stream(source, batch_size=16):
                self.assertEqual(list(vector), list(seven[count % 7]))
                count += 1
            self.assertEqual(count, 300)

    async def test_progress_in_texts(self):
        steps = []
        await self.akin.embed(["text"] * 300, progress=steps.append)
        self.assertEqual(steps, [Progress(256, 300), Progress(300, 300)])

    async def test_a_killed_server_is_replaced(self):
        before = list(await self.akin.embed("a cat"))
        calls = [asyncio.ensure_future(self.akin.embed(["word " * 50] * 4)) for _ in range(30)]
        await asyncio.sleep(0.05)
        os.kill(self.akin.server_pid, signal.SIGKILL)
        self.assertEqual({len(vectors) for vectors in await asyncio.gather(*calls)}, {4})
        self.assertEqual(list(await self.akin.embed("a cat")), before)

    async def test_a_face_of_another_client_shares_its_server(self):
        with Akin() as akin:
            akin.embed("x")
            shared = AsyncAkin.of(akin)
            await shared.embed("x")
            self.assertEqual(shared.server_pid, akin.server_pid)


class FakeTests(unittest.IsolatedAsyncioTestCase):
    async def test_a_cancelled_task_cancels_its_request(self):
        async with AsyncAkin(command=fake("echo")) as akin:
            task = asyncio.ensure_future(akin.call("hold"))
            await akin.call("x")
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            with self.assertRaises(AkinTimeoutError):
                await akin.call("hold", timeout=0.05)
            seen = await akin.call("seen")
        held = [message["id"] for message in seen if message["method"] == "hold"]
        cancelled = [m["params"]["id"] for m in seen if m["method"] == "$/cancelRequest"]
        self.assertEqual((cancelled, len(held)), (held, 2))

    async def test_progress_by_notifications(self):
        steps = []
        async with AsyncAkin(command=fake("progress")) as akin:
            self.assertEqual(await akin.call("x", progress=steps.append), "done")
        self.assertEqual([step.done for step in steps], [0, 50, 100])
