"""The gates of test_s3.py, by marks and names. Use: GATE=G1 pytest -p gates s3tests/functional/test_s3.py"""

import os
import re

GATE = os.environ.get("GATE", "G3")
MARKS_OF_G1 = {"list_objects_v2", "copy", "tagging"}
MARKS_OF_G2 = {
    "encryption",
    "bucket_encryption",
    "sse_s3",
    "checksum",
    "conditional_write",
    "bucket_policy",
    "auth_common",
    "auth_aws2",
}


def is_wanted(item):
    marks = {mark.name for mark in item.iter_markers()} - {"parametrize"}
    name = item.originalname
    is_plain = all(mark.startswith("fails_on_") for mark in marks)
    in_g1 = is_plain or marks & MARKS_OF_G1 or re.search("versioning|object_lock", name)
    in_g2 = in_g1 or marks & MARKS_OF_G2 or re.search("cors|post_object", name)
    return bool({"G1": in_g1, "G2": in_g2}.get(GATE, True))


def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if is_wanted(item)]
