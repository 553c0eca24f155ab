"""boto3 in every way it can sign, frame, check and address a request. Ends with `round trip complete` and status 0."""

import gzip
import os
from io import BytesIO

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from store import AUTHORITY, MIB, ODD_KEYS, REGION, SLASHED_KEYS, endpoints, fetch, run, tours

LARGE = os.urandom(5 * MIB + 7)
TRANSFER = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=4)
#: All that botocore computes, with the common runtime (awscrt) beside it.
CHECKSUMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "XXHASH64", "XXHASH3", "XXHASH128"]


def client(url, style, signature="s3v4", checksums="when_supported", **s3):
    config = Config(
        signature_version=signature,
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": style, **s3},
    )
    return boto3.client("s3", endpoint_url=url, config=config, verify=AUTHORITY, region_name=REGION)


class OneWay:
    """A source that can be neither rewound nor measured."""

    def __init__(self, body):
        self._source = BytesIO(body)

    def read(self, size=-1):
        return self._source.read(size)


def small_objects(s3, bucket):
    for size in [0, 1, 4096, 70_000]:
        body = os.urandom(size)
        etag = s3.put_object(Bucket=bucket, Key=f"small/{size}", Body=BytesIO(body))["ETag"]
        got = s3.get_object(Bucket=bucket, Key=f"small/{size}")
        assert got["Body"].read() == body and got["ETag"] == etag
    ranged = s3.get_object(Bucket=bucket, Key="small/70000", Range="bytes=-5")
    assert ranged["Body"].read() == body[-5:] and ranged["ContentRange"] == "bytes 69995-69999/70000"


def odd_keys(s3, bucket):
    keys = ODD_KEYS + SLASHED_KEYS
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode(), key
    copied = []
    for key in keys:
        copied.append(f"c/{key}"[:1024])
        s3.copy_object(Bucket=bucket, Key=copied[-1], CopySource={"Bucket": bucket, "Key": key})
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 3})
    found = {entry["Key"] for page in pages for entry in page.get("Contents", [])}
    assert found >= {*keys, *copied}, {*keys, *copied} - found
    pages = s3.get_paginator("list_objects").paginate(Bucket=bucket, PaginationConfig={"PageSize": 5}, Delimiter="/")
    folded = [page for page in pages]
    assert "c/" in [entry["Prefix"] for page in folded for entry in page.get("CommonPrefixes", [])]


def headers(s3, bucket):
    packed = gzip.compress(b"text" * 100)
    s3.put_object(
        Bucket=bucket,
        Key="headers",
        Body=packed,
        ContentType="text/plain; charset=utf-8",
        ContentEncoding="gzip",
        ContentDisposition='attachment; filename="a b.txt"',
        ContentLanguage="de, en",
        CacheControl="max-age=60, no-transform",
        Metadata={"colour": "green", "spaced": "a b"},
    )
    head = s3.head_object(Bucket=bucket, Key="headers")
    assert head["ContentEncoding"] == "gzip" and head["ContentType"] == "text/plain; charset=utf-8"
    assert head["ContentDisposition"] == 'attachment; filename="a b.txt"' and head["ContentLanguage"] == "de, en"
    assert head["CacheControl"] == "max-age=60, no-transform"
    assert head["Metadata"] == {"colour": "green", "spaced": "a b"}
    s3.copy_object(
        Bucket=bucket,
        Key="headers",
        CopySource=f"{bucket}/headers",
        MetadataDirective="REPLACE",
        ContentType="text/css",
        Metadata={"new": "1"},
    )
    head = s3.head_object(Bucket=bucket, Key="headers")
    assert head["ContentType"] == "text/css" and head["Metadata"] == {"new": "1"}


def large_objects(s3, bucket):
    s3.upload_fileobj(BytesIO(LARGE), bucket, "large", Config=TRANSFER, ExtraArgs={"ContentType": "image/x"})
    s3.upload_fileobj(OneWay(LARGE), bucket, "one-way", Config=TRANSFER)
    s3.copy({"Bucket": bucket, "Key": "large"}, bucket, "large-copy", Config=TRANSFER)
    for key in ["large", "one-way", "large-copy"]:
        back = BytesIO()
        s3.download_fileobj(bucket, key, back, Config=TRANSFER)
        assert back.getvalue() == LARGE, key
    head = s3.head_object(Bucket=bucket, Key="large", PartNumber=2)
    assert head["PartsCount"] == 2 and head["ContentLength"] == 7 and head["ContentType"] == "image/x"


def presigned(s3, bucket):
    target = {"Bucket": bucket, "Key": "by url/ü+%"}
    assert fetch(s3.generate_presigned_url("put_object", Params=target), "PUT", b"by url")[0] == 200
    assert fetch(s3.generate_presigned_url("get_object", Params=target)) == (200, b"by url")
    shaped = {**target, "ResponseContentType": "text/x", "ResponseContentDisposition": 'inline; filename="ü"'}
    assert fetch(s3.generate_presigned_url("get_object", Params=shaped)) == (200, b"by url")
    assert fetch(s3.generate_presigned_url("head_object", Params=target), "HEAD")[0] == 200
    assert fetch(s3.generate_presigned_url("delete_object", Params=target), "DELETE")[0] == 204


def removal(s3, bucket):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    objects = [{"Key": entry["Key"]} for page in pages for entry in page["Contents"]]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    assert len(answer["Deleted"]) == len(objects) and "Errors" not in answer
    s3.delete_bucket(Bucket=bucket)


def round_trip(bucket, s3, *parts):
    s3.create_bucket(Bucket=bucket)
    for part in [*parts, removal]:
        part(s3, bucket)


def every_address():
    whole = [small_objects, odd_keys, headers, large_objects, presigned]
    for index, url, style, parts in tours(whole, [small_objects, presigned]):
        round_trip(f"boto3-address-{index}", client(url, style), *parts)


def every_payload():
    """Signed, unsigned, and without the checksums that are sent and asked for by default."""
    for index, (url, style) in enumerate(endpoints(["path"])):
        for number, options in enumerate(
            [{"payload_signing_enabled": True}, {"payload_signing_enabled": False}, {"checksums": "when_required"}]
        ):
            round_trip(f"boto3-payload-{index}-{number}", client(url, style, **options), small_objects, large_objects)


def every_signature():
    for index, url, style, parts in tours([small_objects, odd_keys, headers, presigned], [small_objects]):
        round_trip(f"boto3-version-2-{index}", client(url, style, signature="s3"), *parts)
        round_trip(f"boto3-v4a-{index}", client(url, style, signature="s3v4a"), *parts)


def every_checksum():
    for index, (url, style) in enumerate(endpoints(["path"])):
        s3 = client(url, style)
        bucket = f"boto3-checksums-{index}"
        s3.create_bucket(Bucket=bucket)
        for algorithm in CHECKSUMS:
            key, parts, extra = algorithm, f"{algorithm}-parts", {"ChecksumAlgorithm": algorithm}
            s3.put_object(Bucket=bucket, Key=key, Body=BytesIO(b"sum"), **extra)
            got = s3.get_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
            assert got["Body"].read() == b"sum" and got[f"Checksum{algorithm}"], algorithm
            s3.upload_fileobj(OneWay(LARGE), bucket, parts, Config=TRANSFER, ExtraArgs=extra)
            back = BytesIO()
            s3.download_fileobj(bucket, parts, back, Config=TRANSFER)
            assert back.getvalue() == LARGE, algorithm
            doomed = {"Objects": [{"Key": key}, {"Key": parts}]}
            assert "Errors" not in s3.delete_objects(Bucket=bucket, Delete=doomed, **extra)
        s3.delete_bucket(Bucket=bucket)


run(every_address, every_payload, every_signature, every_checksum)
