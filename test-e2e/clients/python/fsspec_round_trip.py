"""A store as a file system of fsspec (s3fs): files, folders, caches, versions. Ends with `round trip complete` and status 0."""

import os

import fsspec
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import s3fs
from store import AUTHORITY, MIB, ODD_KEYS, REGION, endpoints, fetch, run, tours

LARGE = os.urandom(6 * MIB + 7)


def file_system(url, style, checksums="when_supported", **more):
    s3fs.S3FileSystem.clear_instance_cache()
    return s3fs.S3FileSystem(
        endpoint_url=url,
        client_kwargs={"verify": AUTHORITY, "region_name": REGION},
        config_kwargs={
            "s3": {"addressing_style": style},
            "signature_version": "s3v4",
            "retries": {"total_max_attempts": 1},
            "request_checksum_calculation": checksums,
            "response_checksum_validation": checksums,
        },
        skip_instance_cache=True,
        default_block_size=5 * MIB,
        **more,
    )


def files(fs, root):
    fs.mkdir(root)
    assert fs.exists(root) and root in [each.rstrip("/") for each in fs.ls("")]
    for size in [0, 1, 4096]:
        fs.pipe_file(f"{root}/small/{size}", LARGE[:size])
        assert fs.cat_file(f"{root}/small/{size}") == LARGE[:size]
    with fs.open(f"{root}/large", "wb") as out:
        for start in range(0, len(LARGE), MIB):
            out.write(LARGE[start : start + MIB])
    with fs.open(f"{root}/large", "rb", block_size=MIB) as file:
        file.seek(5 * MIB - 3)
        assert file.read(10) == LARGE[5 * MIB - 3 : 5 * MIB + 7]
        file.seek(-7, os.SEEK_END)
        assert file.read() == LARGE[-7:]
    assert fs.cat_file(f"{root}/large", start=5, end=11) == LARGE[5:11]
    assert fs.cat_ranges([f"{root}/large"] * 2, [0, MIB], [3, MIB + 3]) == [LARGE[:3], LARGE[MIB : MIB + 3]]
    # Appending to what is large enough copies it as a part on the server.
    with fs.open(f"{root}/large", "ab") as out:
        out.write(b"appended")
    assert fs.size(f"{root}/large") == len(LARGE) + 8 and fs.tail(f"{root}/large", 8) == b"appended"
    with fs.open(f"{root}/small/1", "ab") as out:
        out.write(b"more")
    assert fs.cat_file(f"{root}/small/1") == LARGE[:1] + b"more"
    with fs.open(f"{root}/text.csv", "w", newline="") as out:
        out.write("a,b\n")
    with fs.open(f"{root}/text.csv", "r") as file:
        assert file.read() == "a,b\n"
    try:
        fs.pipe_file(f"{root}/text.csv", b"", mode="create")
        raise AssertionError("a file that is there cannot be made")
    except FileExistsError:
        pass


def folders(fs, root):
    for key in ODD_KEYS:
        if "?" in key or "//" in key:
            continue
        fs.pipe_file(f"{root}/odd/{key}"[:1000], key.encode())
        assert fs.cat_file(f"{root}/odd/{key}"[:1000]) == key.encode(), key
    assert {name.split("/")[-1] for name in fs.ls(f"{root}/small", detail=False)} == {"0", "1", "4096"}
    assert fs.isdir(f"{root}/small") and fs.isfile(f"{root}/small/0") and not fs.exists(f"{root}/absent")
    assert len(fs.find(f"{root}/odd")) >= len(ODD_KEYS) - 1
    assert sorted(fs.glob(f"{root}/small/4*")) == [f"{root}/small/4096"]
    assert f"{root}/small/0" in [f"{at}/{name}" for at, _, names in fs.walk(root) for name in names]
    assert fs.du(f"{root}/small") == 4096 + 5
    fs.cp(f"{root}/small", f"{root}/copied", recursive=True)
    fs.mv(f"{root}/copied/4096", f"{root}/moved")
    assert fs.cat_file(f"{root}/moved") == LARGE[:4096] and not fs.exists(f"{root}/copied/4096")
    fs.copy(f"{root}/large", f"{root}/large-copy")
    assert fs.info(f"{root}/large-copy")["size"] == len(LARGE) + 8
    fs.touch(f"{root}/touched")
    fs.rm(f"{root}/odd", recursive=True)
    assert fs.find(f"{root}/odd") == []


def facts(fs, root):
    fs.pipe_file(f"{root}/facts", b"f", ContentType="text/x", Metadata={"colour": "green"})
    assert fs.metadata(f"{root}/facts")["colour"] == "green"
    fs.setxattr(f"{root}/facts", new="1")
    assert fs.getxattr(f"{root}/facts", "new") == "1"
    fs.put_tags(f"{root}/facts", {"a": "1"})
    assert fs.get_tags(f"{root}/facts") == {"a": "1"}
    assert fetch(fs.url(f"{root}/facts")) == (200, b"f")
    before = fs.checksum(f"{root}/facts")
    fs.pipe_file(f"{root}/facts", b"g")
    assert fs.checksum(f"{root}/facts", refresh=True) != before
    # A file that changes while it is read is an error, not a mixture.
    with fs.open(f"{root}/large", "rb", block_size=MIB, cache_type="readahead") as file:
        file.read(1)
        fs.pipe_file(f"{root}/large", LARGE)
        try:
            file.seek(5 * MIB)
            file.read(1)
            raise AssertionError("the change was not noticed")
        except (s3fs.utils.FileExpired, OSError):
            pass
    cached = fsspec.filesystem("filecache", fs=fs, check_files=True)
    assert cached.cat_file(f"{root}/small/4096") == LARGE[:4096]
    fs.pipe_file(f"{root}/small/4096", b"new")
    fs.invalidate_cache()
    assert cached.cat_file(f"{root}/small/4096") == b"new"


def datasets(fs, root):
    table = pa.table({"year": [2024, 2024, 2025], "n": [1, 2, 3]})
    pq.write_to_dataset(table, f"{root}/set", partition_cols=["year"], filesystem=fs)
    found = ds.dataset(f"{root}/set", filesystem=fs, partitioning="hive")
    assert found.to_table(filter=ds.field("year") == 2024, columns=["n"]).to_pydict() == {"n": [1, 2]}


def removal(fs, root):
    fs.rm(root, recursive=True)
    fs.invalidate_cache()
    assert not fs.exists(root)


def round_trip(fs, root, parts):
    for part in parts:
        part(fs, root)


def every_address():
    for index, url, style, parts in tours([files, folders, facts, datasets, removal], [files, removal]):
        round_trip(file_system(url, style), f"fsspec-{index}", parts)


def checksums_only_where_required():
    for index, (url, style) in enumerate(endpoints(["path"])):
        fs = file_system(url, style, checksums="when_required")
        round_trip(fs, f"fsspec-required-{index}", [files, removal])


def versions():
    fs = file_system(*endpoints()[0], version_aware=True)
    fs.mkdir("fsspec-versions")
    fs.make_bucket_versioned("fsspec-versions")
    assert fs.is_bucket_versioned("fsspec-versions")
    path = "fsspec-versions/file"
    fs.pipe_file(path, b"one")
    fs.pipe_file(path, b"two")
    old, new = sorted(fs.object_version_info(path), key=lambda each: each["IsLatest"])
    assert fs.cat_file(f"{path}?versionId={old['VersionId']}") == b"one"
    with fs.open(path, version_id=new["VersionId"]) as file:
        assert file.read() == b"two"
    fs.rm("fsspec-versions", recursive=True)


run(every_address, checksums_only_where_required, versions)
