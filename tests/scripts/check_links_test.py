"""scripts/check_links finds links that lead nowhere."""
import unittest

from tree import TreeTest


class CheckLinks(TreeTest):
    script = "check_links"

    def test_good_links_pass(self):
        self.write("a.md", "# One thing: `two`\n[b](docs/b.md), [up](#one-thing-two), [web](https://example.org/x), `[no](link)`\n")
        self.write("docs/b.md", "[a](../a.md#one-thing-two)\n")
        self.assertEqual(self.run_script(), (0, "3 links lead somewhere\n", ""))

    def test_broken_links_fail(self):
        self.write("a.md", "# One\n[b](b.md) [c](#two)\n")
        self.assert_fails_with("a.md: b.md: no such file", "a.md: #two: no such heading")


if __name__ == "__main__":
    unittest.main()
