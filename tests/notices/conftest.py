"""The county of the boards' tests."""

from tests.insight.conftest import county  # noqa: F401 - a fixture
from tests.portal.conftest import november, study  # noqa: F401 - fixtures
