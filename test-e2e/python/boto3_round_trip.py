"""Every S3 call that Needlestack serves, made by boto3 at its defaults. Ends with `round trip complete` and status 0."""

import datetime
import os
from io import BytesIO
from urllib.request import Request, urlopen

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from client_errors import expect_error

BUCKET = "boto3-round-trip"
VERSIONED = "boto3-versions"
MIB = 1024 * 1024

# Left alone, boto3 presigns with Signature Version 2 for us-east-1, which is off by default here.
s3 = boto3.client(
    "s3",
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
)


def buckets():
    s3.create_bucket(Bucket=BUCKET)
    s3.head_bucket(Bucket=BUCKET)
    assert BUCKET in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] is None


def objects():
    body = os.urandom(5 * MIB + 3)
    s3.put_object(Bucket=BUCKET, Key="a b/ü", Body=body, ContentType="text/x", Metadata={"colour": "green"})
    got = s3.get_object(Bucket=BUCKET, Key="a b/ü")
    assert got["Body"].read() == body
    assert got["ContentType"] == "text/x" and got["Metadata"] == {"colour": "green"}
    head = s3.head_object(Bucket=BUCKET, Key="a b/ü", ChecksumMode="ENABLED")
    assert head["ContentLength"] == len(body) and head["ETag"] == got["ETag"]
    assert head["ChecksumType"] == "FULL_OBJECT"
    part = s3.get_object(Bucket=BUCKET, Key="a b/ü", Range="bytes=4194300-4194309")
    assert part["Body"].read() == body[4194300:4194310]
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "a b/ü"})
    assert s3.get_object(Bucket=BUCKET, Key="copy")["Body"].read() == body
    expect_error("NoSuchKey", s3.get_object, Bucket=BUCKET, Key="absent")
    expect_error("304", s3.head_object, Bucket=BUCKET, Key="copy", IfNoneMatch=head["ETag"])
    expect_error("PreconditionFailed", s3.put_object, Bucket=BUCKET, Key="copy", Body=b"", IfNoneMatch="*")
    for algorithm in ["CRC32", "SHA1", "SHA256"]:
        s3.put_object(Bucket=BUCKET, Key=f"sum/{algorithm}", Body=b"x", ChecksumAlgorithm=algorithm)
        checked = s3.get_object(Bucket=BUCKET, Key=f"sum/{algorithm}", ChecksumMode="ENABLED")
        assert checked["Body"].read() == b"x" and checked[f"Checksum{algorithm}"]


def listing():
    for index in range(25):
        s3.put_object(Bucket=BUCKET, Key=f"list/{index % 5}/{index:02}", Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="list/", PaginationConfig={"PageSize": 7})
    keys = [entry["Key"] for page in pages for entry in page["Contents"]]
    assert len(keys) == 25 and keys == sorted(keys)
    folded = s3.list_objects(Bucket=BUCKET, Prefix="list/", Delimiter="/")
    assert [entry["Prefix"] for entry in folded["CommonPrefixes"]] == [f"list/{index}/" for index in range(5)]


def multipart():
    body = os.urandom(17 * MIB)
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB, max_concurrency=4)
    s3.upload_fileobj(BytesIO(body), BUCKET, "transfer", Config=config)
    back = BytesIO()
    s3.download_fileobj(BUCKET, "transfer", back, Config=config)
    assert back.getvalue() == body
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="by-hand")["UploadId"]
    hand = {"Bucket": BUCKET, "Key": "by-hand", "UploadId": upload}
    first = s3.upload_part(PartNumber=1, Body=body[: 5 * MIB], **hand)
    second = s3.upload_part_copy(
        PartNumber=2, CopySource={"Bucket": BUCKET, "Key": "transfer"}, CopySourceRange="bytes=0-9", **hand
    )
    assert [part["PartNumber"] for part in s3.list_parts(**hand)["Parts"]] == [1, 2]
    assert [one["Key"] for one in s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]] == ["by-hand"]
    etags = [first["ETag"], second["CopyPartResult"]["ETag"]]
    parts = [{"PartNumber": index + 1, "ETag": etag} for index, etag in enumerate(etags)]
    s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **hand)
    assert s3.get_object(Bucket=BUCKET, Key="by-hand")["Body"].read() == body[: 5 * MIB] + body[:10]
    aborted = s3.create_multipart_upload(Bucket=BUCKET, Key="aborted")["UploadId"]
    s3.abort_multipart_upload(Bucket=BUCKET, Key="aborted", UploadId=aborted)
    expect_error("NoSuchUpload", s3.list_parts, Bucket=BUCKET, Key="aborted", UploadId=aborted)


def versions():
    s3.create_bucket(Bucket=VERSIONED, ObjectLockEnabledForBucket=True)
    assert s3.get_bucket_versioning(Bucket=VERSIONED)["Status"] == "Enabled"
    key = {"Bucket": VERSIONED, "Key": "key"}
    first = s3.put_object(Body=b"one", Tagging="a=1&b=2", **key)["VersionId"]
    s3.put_object(Body=b"two", **key)
    assert s3.get_object(VersionId=first, **key)["Body"].read() == b"one"
    assert [tag["Key"] for tag in s3.get_object_tagging(VersionId=first, **key)["TagSet"]] == ["a", "b"]
    s3.put_object_tagging(Tagging={"TagSet": [{"Key": "c", "Value": "3"}]}, **key)
    assert s3.head_object(**key)["TagCount"] == 1
    s3.delete_object_tagging(**key)
    marker = s3.delete_object(**key)
    assert marker["DeleteMarker"]
    expect_error("NoSuchKey", s3.get_object, **key)
    expect_error("MethodNotAllowed", s3.get_object, VersionId=marker["VersionId"], **key)
    expect_error("NoSuchVersion", s3.get_object, VersionId="null", **key)
    s3.delete_object(VersionId=marker["VersionId"], **key)
    until = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=1)
    s3.put_object_retention(Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until}, VersionId=first, **key)
    assert s3.get_object_retention(VersionId=first, **key)["Retention"]["RetainUntilDate"] == until
    s3.put_object_legal_hold(LegalHold={"Status": "ON"}, **key)
    assert s3.get_object_legal_hold(**key)["LegalHold"]["Status"] == "ON"
    expect_error("AccessDenied", s3.delete_object, VersionId=first, **key)
    s3.put_object_legal_hold(LegalHold={"Status": "OFF"}, **key)
    attributes = s3.get_object_attributes(ObjectAttributes=["ETag", "ObjectSize", "Checksum"], **key)
    assert attributes["ObjectSize"] == 3 and attributes["Checksum"]["ChecksumType"] == "FULL_OBJECT"
    found = s3.list_object_versions(Bucket=VERSIONED)["Versions"]
    assert [(one["Key"], one["IsLatest"]) for one in found] == [("key", True), ("key", False)]
    objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
    removed = s3.delete_objects(Bucket=VERSIONED, Delete={"Objects": objects}, BypassGovernanceRetention=True)
    assert len(removed["Deleted"]) == 2 and "Errors" not in removed
    s3.delete_bucket(Bucket=VERSIONED)


def select():
    s3.put_object(Bucket=BUCKET, Key="rows.csv", Body=b"id,name\n1,one\n2,two\n3,three\n")
    answer = s3.select_object_content(
        Bucket=BUCKET,
        Key="rows.csv",
        Expression="SELECT name FROM S3Object WHERE CAST(id AS INT) >= 2",
        ExpressionType="SQL",
        InputSerialization={"CSV": {"FileHeaderInfo": "USE"}},
        OutputSerialization={"CSV": {}},
    )
    events = list(answer["Payload"])
    assert b"".join(event["Records"]["Payload"] for event in events if "Records" in event) == b"two\nthree\n"
    assert any("End" in event for event in events)


def notification():
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=BUCKET)
    s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={})


def presigned():
    url = s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": "presigned"})
    urlopen(Request(url, data=b"by url", method="PUT"))
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "presigned"})
    assert urlopen(url).read() == b"by url"


def removal():
    keys = [entry["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET) for entry in page["Contents"]]
    expect_error("BucketNotEmpty", s3.delete_bucket, Bucket=BUCKET)
    s3.delete_object(Bucket=BUCKET, Key=keys[0])
    deleted = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in keys[1:]]})
    assert len(deleted["Deleted"]) == len(keys) - 1
    s3.delete_bucket(Bucket=BUCKET)
    expect_error("404", s3.head_bucket, Bucket=BUCKET)


for step in [buckets, objects, listing, multipart, versions, select, notification, presigned, removal]:
    step()
    print(f"{step.__name__}: well")
print("round trip complete")
