"""pyarrow's own S3 file system, which is the AWS SDK for C++. Ends with `round trip complete` and status 0."""

import os
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pyarrow.fs import FileSelector, FileType, S3FileSystem, copy_files, resolve_s3_region
from store import ACCESS_KEY, AUTHORITY, MIB, ODD_KEYS, REGION, SECRET_KEY, endpoints, run, tours

LARGE = os.urandom(11 * MIB + 7)


def file_system(url, style, **more):
    parts = urlsplit(url)
    return S3FileSystem(
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        region=REGION,
        scheme=parts.scheme,
        endpoint_override=parts.netloc,
        force_virtual_addressing=style == "virtual",
        allow_bucket_creation=True,
        allow_bucket_deletion=True,
        # Left alone it gives a request three seconds, which a busy machine may need.
        request_timeout=60,
        connect_timeout=60,
        **({"tls_ca_file_path": AUTHORITY} if parts.scheme == "https" else {}),
        **more,
    )


def files(fs, root):
    fs.create_dir(root)
    for size in [0, 1, 4096]:
        with fs.open_output_stream(f"{root}/small/{size}") as out:
            out.write(LARGE[:size])
        assert fs.open_input_file(f"{root}/small/{size}").read() == LARGE[:size]
    with fs.open_output_stream(f"{root}/large", metadata={"Content-Type": "image/x", "colour": "green"}) as out:
        for start in range(0, len(LARGE), MIB):
            out.write(LARGE[start : start + MIB])
    with fs.open_input_file(f"{root}/large") as file:
        assert file.size() == len(LARGE) and file.metadata()["Content-Type"] == b"image/x"
        assert file.read_at(10, 6 * MIB - 3) == LARGE[6 * MIB - 3 : 6 * MIB + 7]
        file.seek(len(LARGE) - 7)
        assert file.read() == LARGE[-7:]
    with fs.open_input_stream(f"{root}/large") as file:
        assert file.read() == LARGE
    for key in ODD_KEYS:
        if "//" in key or key.startswith(" "):
            continue
        with fs.open_output_stream(f"{root}/odd/{key}"[:1000]) as out:
            out.write(key.encode())
        assert fs.open_input_file(f"{root}/odd/{key}"[:1000]).read() == key.encode(), key


def folders(fs, root):
    fs.create_dir(f"{root}/empty/deep", recursive=True)
    assert fs.get_file_info(f"{root}/empty/deep").type == FileType.Directory
    assert fs.get_file_info(f"{root}/absent").type == FileType.NotFound
    shallow = {info.base_name: info.type for info in fs.get_file_info(FileSelector(root))}
    assert shallow["small"] == FileType.Directory and shallow["large"] == FileType.File
    deep = {info.path for info in fs.get_file_info(FileSelector(f"{root}/small", recursive=True))}
    assert deep == {f"{root}/small/{size}" for size in [0, 1, 4096]}
    fs.copy_file(f"{root}/large", f"{root}/copy")
    fs.move(f"{root}/copy", f"{root}/moved +%20ü")
    assert fs.get_file_info(f"{root}/moved +%20ü").size == len(LARGE)
    assert fs.get_file_info(f"{root}/copy").type == FileType.NotFound
    copy_files(f"{root}/small", f"{root}/copied", source_filesystem=fs, destination_filesystem=fs)
    assert fs.get_file_info(f"{root}/copied/4096").size == 4096
    fs.delete_file(f"{root}/small/1")
    fs.delete_dir(f"{root}/copied")
    assert fs.get_file_info(f"{root}/copied/4096").type == FileType.NotFound
    fs.delete_dir_contents(f"{root}/odd")


def datasets(fs, root):
    table = pa.table({"year": [2024, 2024, 2025] * 1000, "n": list(range(3000))})
    ds.write_dataset(
        table, f"{root}/set", filesystem=fs, format="parquet", partitioning=["year"], partitioning_flavor="hive"
    )
    found = ds.dataset(f"{root}/set", filesystem=fs, partitioning="hive")
    assert found.count_rows() == 3000
    assert pc.sum(found.to_table(filter=ds.field("year") == 2025)["n"]).as_py() == sum(range(2, 3000, 3))
    pq.write_table(table, f"{root}/one.parquet", filesystem=fs, row_group_size=500)
    assert pq.read_table(f"{root}/one.parquet", filesystem=fs, columns=["n"]).num_rows == 3000
    assert pq.ParquetFile(f"{root}/one.parquet", filesystem=fs).read_row_group(3).num_rows == 500
    with fs.open_output_stream(f"{root}/rows.csv.gz", compression="gzip") as out:
        csv.write_csv(table, out)
    with fs.open_input_stream(f"{root}/rows.csv.gz", compression="gzip") as file:
        assert csv.read_csv(file).num_rows == 3000


def removal(fs, root):
    fs.delete_dir(root)
    assert fs.get_file_info(root).type == FileType.NotFound


def every_address():
    for index, url, style, parts in tours([files, folders, datasets, removal], [datasets, removal]):
        fs, root = file_system(url, style), f"pyarrow-{index}"
        for part in parts:
            part(fs, root)


def writes_in_the_foreground_and_of_small_files():
    """A small file written without delayed open goes by parts, otherwise as one request."""
    for number, options in enumerate([{"background_writes": False}, {"allow_delayed_open": True}]):
        fs, root = file_system(*endpoints()[0], **options), f"pyarrow-options-{number}"
        files(fs, root)
        removal(fs, root)


run(every_address, writes_in_the_foreground_and_of_small_files)
