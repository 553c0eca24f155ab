"""Calls that must fail."""

from botocore.exceptions import ClientError


def expect_error(code, call, **arguments):
    """The call must fail with this code."""
    try:
        call(**arguments)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        assert found == code, f"{code} expected, {found} came: {error}"
        return
    raise AssertionError(f"{code} expected, the call succeeded")
