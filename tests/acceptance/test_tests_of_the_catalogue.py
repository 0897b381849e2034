"""Every test beside the catalogue passes, in order and in other orders of arrival."""

import pytest
from testing_kit import said, shipped

from rules.testing.document import Case
from rules.testing.running import run_case
from worker.cli.testing_command import Prepared

CASES = [(prepared, case) for prepared in shipped() for case in prepared.document.cases]


@pytest.mark.parametrize(
    ("prepared", "case"), CASES, ids=[f"{case.place.file.rpartition('/')[2]}-{case.name}" for _, case in CASES]
)
def test_a_case_of_the_catalogue_passes(prepared: Prepared, case: Case) -> None:
    result = run_case(prepared.document, case, prepared.bench, shuffle=True)
    assert result.passed, said(result)
