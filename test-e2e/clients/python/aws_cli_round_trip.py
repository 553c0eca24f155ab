"""The aws CLI, command after command in one process, in every way it can ask. Ends with `round trip complete` and status 0."""

import contextlib
import filecmp
import io
import json
import os
import sys
import tempfile
from pathlib import Path

from awscli.clidriver import create_clidriver
from store import AUTHORITY, fetch, run

TREE = Path(sys.argv[1])
WORK = Path(tempfile.mkdtemp(dir=TREE.parent))


class Cli:
    """The CLI with an address of the environment, settings of `[default] s3 =` and of `[default]` itself."""

    def __init__(self, address, s3=None, **settings):
        self._url = os.environ[address]
        lines = [f"{name} = {value}" for name, value in settings.items()]
        nested = [f"  {name} = {value}" for name, value in {"signature_version": "s3v4", **(s3 or {})}.items()]
        handle, self._config = tempfile.mkstemp(dir=WORK)
        os.write(handle, "\n".join(["[default]", *lines, "s3 =", *nested, ""]).encode())
        os.close(handle)

    def __call__(self, *arguments):
        """What the command prints. Raises unless it ends with 0."""
        os.environ["AWS_CONFIG_FILE"] = self._config
        os.environ["AWS_ENDPOINT_URL"] = self._url
        if AUTHORITY:
            os.environ["AWS_CA_BUNDLE"] = AUTHORITY
        printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with contextlib.redirect_stdout(printed):
            status = create_clidriver().main(list(arguments))
        text = printed.buffer.getvalue().decode()
        assert status == 0, f"aws {arguments} ended with {status}: {text}"
        return text


def assert_same(left, right):
    names = sorted(path.relative_to(left) for path in left.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(right) for path in right.rglob("*") if path.is_file())
    assert filecmp.cmpfiles(left, right, names, shallow=False) == (names, [], []) or not names


def there_and_back(aws, bucket):
    aws("s3", "mb", f"s3://{bucket}")
    aws("s3", "sync", "--quiet", str(TREE), f"s3://{bucket}/to/here")
    back = WORK / bucket
    aws("s3", "sync", "--quiet", f"s3://{bucket}/to/here", str(back), "--delete")
    assert_same(TREE, back)
    url = aws("s3", "presign", f"s3://{bucket}/to/here/one").strip()
    assert fetch(url) == (200, (TREE / "one").read_bytes())
    aws("s3", "rb", "--force", f"s3://{bucket}")


def over_http():
    there_and_back(Cli("STORE_DOMAIN_HTTP", {"addressing_style": "virtual"}), "aws-virtual")
    there_and_back(Cli("STORE_HTTP", request_checksum_calculation="when_required"), "aws-required")


def over_https():
    if not os.environ["STORE_HTTPS"]:
        return
    there_and_back(Cli("STORE_DOMAIN_HTTPS", {"addressing_style": "virtual"}), "aws-secure-virtual")
    there_and_back(Cli("STORE_HTTPS", {"payload_signing_enabled": "true"}), "aws-secure-signed")


def copies_and_versions():
    aws = Cli("STORE_HTTP")
    bucket = ["--bucket", "aws-versions"]
    aws("s3", "mb", "s3://aws-versions")
    aws("s3api", "put-bucket-versioning", *bucket, "--versioning-configuration", "Status=Enabled")
    facts = ["--metadata", "colour=green", "--content-type", "image/x"]
    aws("s3", "cp", "--quiet", str(TREE / "one"), "s3://aws-versions/small", *facts)
    aws("s3", "cp", "--quiet", "s3://aws-versions/small", "s3://aws-versions/copy")
    head = json.loads(aws("s3api", "head-object", *bucket, "--key", "copy", "--checksum-mode", "ENABLED"))
    assert head["ContentType"] == "image/x" and head["Metadata"] == {"colour": "green"}, head
    aws("s3", "cp", "--quiet", str(TREE / "large.bin"), "s3://aws-versions/large")
    aws("s3", "mv", "--quiet", "s3://aws-versions/large", "s3://aws-versions/moved")
    aws("s3", "cp", "--quiet", "s3://aws-versions/moved", str(WORK / "moved"))
    assert filecmp.cmp(TREE / "large.bin", WORK / "moved", shallow=False)
    found = json.loads(aws("s3api", "list-object-versions", *bucket))
    versions = found["Versions"] + found["DeleteMarkers"]
    assert sorted(each["Key"] for each in versions) == ["copy", "large", "large", "moved", "small"]
    doomed = {"Objects": [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in versions]}
    aws("s3api", "delete-objects", *bucket, "--delete", json.dumps(doomed))
    aws("s3api", "delete-bucket", *bucket)


run(over_http, over_https, copies_and_versions)
