"""The MinIO client for Python: what it signs over HTTP, leaves unsigned over TLS, and can do. Ends with `round trip complete`."""

import io
import json
import os
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import ENABLED, REPLACE, ComposeSource, CopySource, Filter, Tags
from minio.datatypes import PostPolicy
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule
from minio.retention import GOVERNANCE, Retention
from minio.select import CSVInputSerialization, CSVOutputSerialization, SelectRequest
from minio.sse import SseCustomerKey, SseS3
from minio.sseconfig import Rule as EncryptionRule
from minio.sseconfig import SSEConfig
from minio.versioningconfig import VersioningConfig
from store import ACCESS_KEY, AUTHORITY, MIB, ODD_KEYS, REGION, SECRET_KEY, SLASHED_KEYS, endpoints, fetch, run, tours

LARGE = os.urandom(6 * MIB + 7)


def client(url, style, region=REGION):
    parts = urlsplit(url)
    pool = urllib3.PoolManager(ca_certs=AUTHORITY, retries=urllib3.Retry(total=0))
    made = Minio(
        parts.netloc, ACCESS_KEY, SECRET_KEY, secure=parts.scheme == "https", region=region, http_client=pool
    )
    if style == "virtual":
        made.enable_virtual_style_endpoint()
    return made


def read(s3, bucket, key, **options):
    answer = s3.get_object(bucket, key, **options)
    try:
        return answer.read()
    finally:
        answer.close()
        answer.release_conn()


def expect_error(code, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except S3Error as error:
        assert error.code == code, f"{code} expected, {error.code} came: {error}"
        return
    raise AssertionError(f"{code} expected, the call succeeded")


def objects(s3, bucket):
    for size in [0, 1, 4096]:
        body = os.urandom(size)
        s3.put_object(bucket, f"small/{size}", io.BytesIO(body), size, metadata={"colour": "green"})
        assert read(s3, bucket, f"small/{size}") == body
    stat = s3.stat_object(bucket, "small/4096")
    assert stat.size == 4096 and stat.content_type == "application/octet-stream"
    assert stat.metadata["x-amz-meta-colour"] == "green", stat.metadata
    assert read(s3, bucket, "small/4096", offset=10, length=5) == body[10:15]
    # A length that is not known makes parts, even of one small body.
    s3.put_object(bucket, "stream", io.BytesIO(LARGE), -1, part_size=5 * MIB, content_type="image/x")
    s3.put_object(bucket, "large", io.BytesIO(LARGE), len(LARGE), part_size=5 * MIB)
    s3.put_object(bucket, "stream-small", io.BytesIO(b"few"), -1, part_size=5 * MIB)
    assert read(s3, bucket, "stream") == LARGE and read(s3, bucket, "large") == LARGE
    assert read(s3, bucket, "stream-small") == b"few"
    assert s3.stat_object(bucket, "stream").content_type == "image/x"
    expect_error("NoSuchKey", s3.stat_object, bucket, "absent")


def odd_keys(s3, bucket):
    keys = ODD_KEYS + SLASHED_KEYS
    for key in keys:
        s3.put_object(bucket, key, io.BytesIO(key.encode()), len(key.encode()))
        assert read(s3, bucket, key) == key.encode(), key
        s3.copy_object(bucket, f"c/{key}"[:1024], CopySource(bucket, key))
    found = {entry.object_name for entry in s3.list_objects(bucket, recursive=True)}
    assert found >= set(keys), set(keys) - found
    for old in [True, False]:
        names = [entry.object_name for entry in s3.list_objects(bucket, prefix="small/", use_api_v1=old)]
        assert names == ["small/0", "small/1", "small/4096"], names
    folded = [entry.object_name for entry in s3.list_objects(bucket) if entry.is_dir]
    assert "small/" in folded and "percent%20literal/" in folded, folded


def copies(s3, bucket):
    changed = {"x-amz-meta-new": "1", "Content-Type": "text/css"}
    s3.copy_object(bucket, "copy", CopySource(bucket, "large"), metadata=changed, metadata_directive=REPLACE)
    stat = s3.stat_object(bucket, "copy")
    assert stat.metadata["x-amz-meta-new"] == "1" and stat.content_type == "text/css"
    early = datetime.now(timezone.utc) - timedelta(days=1)
    expect_error(
        "PreconditionFailed", s3.copy_object, bucket, "no", CopySource(bucket, "large", unmodified_since=early)
    )
    sources = [
        ComposeSource(bucket, "large", offset=0, length=6 * MIB),
        ComposeSource(bucket, "stream", offset=1, length=5 * MIB),
        ComposeSource(bucket, "small/4096"),
    ]
    s3.compose_object(bucket, "composed", sources)
    expected = LARGE[: 6 * MIB] + LARGE[1 : 5 * MIB + 1] + read(s3, bucket, "small/4096")
    assert read(s3, bucket, "composed") == expected


def tags_and_links(s3, bucket):
    tags = Tags.new_object_tags()
    tags["a key"] = "a/value"
    s3.put_object(bucket, "tagged", io.BytesIO(b"t"), 1, tags=tags)
    assert dict(s3.get_object_tags(bucket, "tagged")) == {"a key": "a/value"}
    s3.delete_object_tags(bucket, "tagged")
    assert s3.get_object_tags(bucket, "tagged") is None
    assert fetch(s3.presigned_put_object(bucket, "by url ü"), "PUT", b"by url")[0] == 200
    assert fetch(s3.presigned_get_object(bucket, "by url ü")) == (200, b"by url")
    policy = PostPolicy(bucket, datetime.now(timezone.utc) + timedelta(hours=1))
    policy.add_equals_condition("key", "by form")
    policy.add_content_length_range_condition(1, 10)
    form = {**s3.presigned_post_policy(policy), "key": "by form", "file": ("f", b"by form")}
    body, content_type = urllib3.encode_multipart_formdata(form)
    bucket_url = s3.presigned_get_object(bucket, "x").split("x?")[0]
    assert fetch(bucket_url, "POST", body, {"Content-Type": content_type})[0] == 204
    assert read(s3, bucket, "by form") == b"by form"


def removal(s3, bucket):
    names = [DeleteObject(entry.object_name) for entry in s3.list_objects(bucket, recursive=True)]
    assert list(s3.remove_objects(bucket, names)) == []
    s3.remove_bucket(bucket)
    assert not s3.bucket_exists(bucket)


def every_address():
    whole = [objects, odd_keys, copies, tags_and_links, removal]
    for index, url, style, parts in tours(whole, [objects, removal]):
        s3, bucket = client(url, style), f"minio-py-{index}"
        s3.make_bucket(bucket)
        assert s3.bucket_exists(bucket) and bucket in [each.name for each in s3.list_buckets()]
        for part in parts:
            part(s3, bucket)


def a_region_that_must_be_found():
    url, style = endpoints()[0]
    s3 = client(url, style, region=None)
    s3.make_bucket("minio-py-region")
    s3.put_object("minio-py-region", "key", io.BytesIO(b""), 0)
    s3.remove_object("minio-py-region", "key")
    s3.remove_bucket("minio-py-region")


def versions_and_locks():
    s3, bucket = client(*endpoints()[0]), "minio-py-versions"
    s3.make_bucket(bucket, object_lock=True)
    assert s3.get_bucket_versioning(bucket).status == ENABLED
    first = s3.put_object(bucket, "key", io.BytesIO(b"one"), 3).version_id
    second = s3.put_object(bucket, "key", io.BytesIO(b"two"), 3).version_id
    assert read(s3, bucket, "key", version_id=first) == b"one"
    until = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
    s3.set_object_retention(bucket, "key", Retention(GOVERNANCE, until), version_id=first)
    assert s3.get_object_retention(bucket, "key", version_id=first).retain_until_date == until
    s3.enable_object_legal_hold(bucket, "key", version_id=second)
    assert s3.is_object_legal_hold_enabled(bucket, "key", version_id=second)
    expect_error("AccessDenied", s3.remove_object, bucket, "key", version_id=first)
    s3.disable_object_legal_hold(bucket, "key", version_id=second)
    s3.remove_object(bucket, "key")
    found = sorted((v.is_delete_marker, v.is_latest == "true") for v in s3.list_objects(bucket, include_version=True))
    assert found == [(False, False), (False, False), (True, True)], found
    doomed = [DeleteObject(v.object_name, v.version_id) for v in s3.list_objects(bucket, include_version=True)]
    assert list(s3.remove_objects(bucket, doomed, bypass_governance_mode=True)) == []
    s3.remove_bucket(bucket)
    s3.make_bucket("minio-py-suspended")
    s3.set_bucket_versioning("minio-py-suspended", VersioningConfig("Suspended"))
    assert s3.get_bucket_versioning("minio-py-suspended").status == "Suspended"
    s3.remove_bucket("minio-py-suspended")


def configurations():
    s3, bucket = client(*endpoints()[0]), "minio-py-configured"
    s3.make_bucket(bucket)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    condition = {"IpAddress": {"aws:SourceIp": "127.0.0.1/32"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition}]})
    s3.set_bucket_policy(bucket, policy)
    assert json.loads(s3.get_bucket_policy(bucket)) == json.loads(policy)
    s3.delete_bucket_policy(bucket)
    rule = Rule(ENABLED, rule_filter=Filter(prefix="logs/"), rule_id="one", expiration=Expiration(days=3))
    s3.set_bucket_lifecycle(bucket, LifecycleConfig([rule]))
    assert s3.get_bucket_lifecycle(bucket).rules[0].expiration.days == 3
    s3.delete_bucket_lifecycle(bucket)
    s3.set_bucket_encryption(bucket, SSEConfig(EncryptionRule.new_sse_s3_rule()))
    assert s3.get_bucket_encryption(bucket).rule.sse_algorithm == "AES256"
    s3.delete_bucket_encryption(bucket)
    tags = Tags.new_bucket_tags()
    tags["team"] = "store"
    s3.set_bucket_tags(bucket, tags)
    assert dict(s3.get_bucket_tags(bucket)) == {"team": "store"}
    s3.delete_bucket_tags(bucket)
    s3.put_object(bucket, "sealed", io.BytesIO(LARGE), len(LARGE), part_size=5 * MIB, sse=SseS3())
    assert read(s3, bucket, "sealed") == LARGE
    s3.put_object(bucket, "rows.csv", io.BytesIO(b"id,name\n1,one\n2,two\n"), 20)
    request = SelectRequest(
        "SELECT name FROM S3Object WHERE CAST(id AS INT) = 2",
        CSVInputSerialization(file_header_info="USE"),
        CSVOutputSerialization(),
        request_progress=True,
    )
    with s3.select_object_content(bucket, "rows.csv", request) as answer:
        assert b"".join(answer.stream()) == b"two\n"
        assert answer.stats().bytes_returned == "4"
    for url, style in endpoints(["path"]):
        if not url.startswith("https"):
            continue
        secure, key = client(url, style), SseCustomerKey(b"k" * 32)
        secure.put_object(bucket, "customer", io.BytesIO(LARGE), len(LARGE), part_size=5 * MIB, sse=key)
        assert read(secure, bucket, "customer", ssec=key) == LARGE
        expect_error("InvalidRequest", secure.get_object, bucket, "customer")
        secure.remove_object(bucket, "customer")
    for name in ["sealed", "rows.csv"]:
        s3.remove_object(bucket, name)
    s3.remove_bucket(bucket)


run(every_address, a_region_that_must_be_found, versions_and_locks, configurations)
