"""What the server refuses is told by the names and the rows of the one who called."""

import asyncio
import pickle
import unittest

from akin import Akin, AsyncAkin, InvalidParametersError, LimitExceededError, TextTooLongError

LONG = "a " * 1000


class WordingTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.akin = Akin()
        cls.addClassCleanup(cls.akin.close)

    def told(self, kind, message, method, *arguments, **options):
        with self.assertRaisesRegex(kind, f"^{message}") as caught:
            method(*arguments, **options)
        error = pickle.loads(pickle.dumps(caught.exception))
        self.assertTrue(str(error).startswith(f"{error.argument}: "))
        self.assertTrue(error.data["path"].startswith("params."))

    def test_names(self):
        search = self.akin.search
        refused = InvalidParametersError
        self.told(refused, "top_k: expected an integer", search, "x", ["a"], top_k=-1)
        self.told(refused, "min_score: expected a number", search, "x", ["a"], min_score="a")
        self.told(refused, "max_tokens: expected none", search, "x", ["a"], max_tokens=3)
        self.told(
            refused, "similar_to.idd: expected", search, similar_to={"idd": 1}, collection="x"
        )
        self.told(refused, "prompt_name: expected", self.akin.embed, "x", prompt_name="none")
        self.told(refused, "max_length: expected", self.akin.tokenize, "x", max_length=0)
        self.told(refused, "texts: expected", self.akin.embed, [])
        self.told(
            refused,
            "model: expected embed or embed_tokens, since the model is no masked language model, "
            "found embed_sparse",
            self.akin.embed_sparse,
            ["x"],
        )
        self.told(
            refused, "min_similarity: expected a cosine", search, "x", ["a"], min_similarity=2
        )
        self.told(refused, "min_score: expected a cosine", search, "x", ["a"], min_score=-2)

    def test_an_option_that_there_is_not(self):
        with self.assertRaises(InvalidParametersError) as caught:
            self.akin.embed("x", poling="cls")
        message = str(caught.exception)
        self.assertRegex(
            message, "^poling: there is no such option; there are texts, .*prompt_name"
        )
        self.assertNotRegex(message, "[a-z][A-Z]")

    def test_rows_of_large_lists(self):
        akin = self.akin
        texts = ["b"] * 300 + [LONG]
        refused = TextTooLongError
        self.told(refused, r"texts\[300\]: ", akin.embed, texts, overflow="error")
        self.told(refused, r"texts: ", akin.embed, LONG, overflow="error")
        self.told(
            refused, r"texts\[1100\]: ", akin.embed_tokens, ["b"] * 1100 + [LONG], overflow="error"
        )
        with self.assertRaisesRegex(refused, r"^texts\[300\]: "):
            list(akin.embed_stream(texts, overflow="error"))
        texts = ["b"] * 4200
        self.told(refused, r"right\[1\]: ", akin.similarity, texts, ["a", LONG], overflow="error")
        self.told(
            InvalidParametersError,
            r"documents\[8200\].text: expected a string",
            akin.search,
            "a",
            ["a"] * 8200 + [{"id": "no text"}],
        )
        self.told(
            LimitExceededError,
            r"query\[1100\]: ",
            akin.search,
            ["a"] * 1100 + ["b" * 1_000_001],
            ["c"],
        )
        self.told(InvalidParametersError, r"ids\[1\]: ", akin.detokenize, [101, 99_999_999])
        self.told(
            InvalidParametersError, r"ids\[1100\]\[0\]: ", akin.detokenize, [[101]] * 1100 + [[-1]]
        )

    def test_the_protocols_own_names(self):
        with self.assertRaisesRegex(InvalidParametersError, "^params.topK: "):
            self.akin.call("search", {"query": "a", "documents": ["b"], "topK": -1})

    def test_awaited(self):
        async def ask():
            async with AsyncAkin() as akin:
                with self.assertRaisesRegex(InvalidParametersError, "^top_k: "):
                    await akin.search("x", ["a"], top_k=-1)
                with self.assertRaisesRegex(TextTooLongError, r"^texts\[300\]: "):
                    async for _ in akin.embed_stream(["b"] * 300 + [LONG], overflow="error"):
                        pass

        asyncio.run(ask())
