"""Tests of everything. What they assert in common modules is explained by pytest as if it stood in the test."""

import pytest

pytest.register_assert_rewrite("tests.fleet")
