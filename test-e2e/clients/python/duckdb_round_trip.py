"""DuckDB's httpfs: tables in objects, written, found by patterns and read in ranges. Ends with `round trip complete` and status 0."""

import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import duckdb_extension_httpfs
import s3fs
from store import ACCESS_KEY, AUTHORITY, REGION, SECRET_KEY, run, tours

EXTENSION = next(Path(duckdb_extension_httpfs.__file__).parent.glob(f"extensions/v{duckdb.__version__}/*"))
ROWS = 150_000


def file_system():
    """For what DuckDB cannot do: make buckets, and bring files."""
    config = {"request_checksum_calculation": "when_required"}
    return s3fs.S3FileSystem(endpoint_url=os.environ["STORE_HTTP"], config_kwargs=config, skip_instance_cache=True)


def open_database(url, style):
    parts = urlsplit(url)
    database = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False})
    database.execute(f"LOAD '{EXTENSION}'")
    database.execute(
        "CREATE SECRET store (TYPE s3, KEY_ID $key, SECRET $secret, REGION $region, ENDPOINT $endpoint, "
        "URL_STYLE $style, USE_SSL $secure)",
        {
            "key": ACCESS_KEY,
            "secret": SECRET_KEY,
            "region": REGION,
            "endpoint": parts.netloc,
            "style": "path" if style == "path" else "vhost",
            "secure": parts.scheme == "https",
        },
    )
    if parts.scheme == "https":
        # What is set for the session alone does not count for ATTACH.
        database.execute(f"SET GLOBAL ca_cert_file = '{AUTHORITY}'")
        database.execute("SET GLOBAL enable_server_cert_verification = true")
    return database


def single_files(database, root):
    database.execute(f"CREATE TABLE rows AS SELECT i, i % 7 AS week_day, md5(i::VARCHAR) AS text FROM range({ROWS}) t(i)")
    database.execute(f"COPY rows TO '{root}/rows.parquet' (ROW_GROUP_SIZE 50000)")
    read = f"SELECT sum(i) FROM read_parquet('{root}/rows.parquet')"
    assert database.execute(f"{read} WHERE i >= {ROWS - 3}").fetchone() == (3 * ROWS - 6,)
    assert database.execute(f"SELECT * FROM '{root}/rows.parquet' EXCEPT SELECT * FROM rows").fetchall() == []
    for name in ["rows.csv", "rows.csv.gz", "a b/ü+%20.csv"]:
        database.execute(f"COPY (FROM rows LIMIT 1000) TO '{root}/{name}' (HEADER)")
        assert database.execute(f"SELECT count(*), max(i) FROM read_csv('{root}/{name}')").fetchone() == (1000, 999), name
    database.execute(f"COPY (SELECT 1 AS a, 'x' AS b) TO '{root}/rows.json' (FORMAT json)")
    assert database.execute(f"FROM read_json('{root}/rows.json')").fetchall() == [(1, "x")]
    database.execute(f"COPY (FROM rows LIMIT 0) TO '{root}/empty.parquet'")
    assert database.execute(f"SELECT count(*) FROM '{root}/empty.parquet'").fetchone() == (0,)


def large_files(database, root):
    """More than DuckDB sends as one request: parts of an upload."""
    database.execute("SET s3_uploader_max_parts_per_file = 100")
    database.execute("SET s3_uploader_max_filesize = '600MB'")
    database.execute(f"COPY rows TO '{root}/large.csv'")
    assert database.execute(f"SELECT count(*), sum(i) FROM read_csv('{root}/large.csv')").fetchone() == (
        ROWS,
        ROWS * (ROWS - 1) // 2,
    )


def partitions(database, root):
    database.execute(f"COPY (FROM rows LIMIT 7000) TO '{root}/set' (FORMAT parquet, PARTITION_BY (week_day))")
    assert len(database.execute(f"FROM glob('{root}/set/*/*.parquet')").fetchall()) == 7
    assert len(database.execute(f"FROM glob('{root}/**')").fetchall()) >= 7
    read = f"SELECT count(*) FROM read_parquet('{root}/set/**/*.parquet', hive_partitioning = true)"
    assert database.execute(f"{read} WHERE week_day = 3").fetchone() == (1000,)
    database.execute(f"COPY rows TO '{root}/set' (FORMAT parquet, PARTITION_BY (week_day), OVERWRITE_OR_IGNORE)")
    try:
        database.execute(f"FROM '{root}/absent.parquet'")
        raise AssertionError("what is not there cannot be read")
    except (duckdb.IOException, duckdb.HTTPException):
        pass


def databases(database, root):
    """A database in an object is attached and read page by page."""
    path = Path(tempfile.mkdtemp()) / "rows.duckdb"
    database.execute(f"ATTACH '{path}' AS local")
    database.execute("CREATE TABLE local.rows AS FROM rows")
    database.execute("DETACH local")
    file_system().put_file(str(path), f"{root}/rows.duckdb")
    database.execute(f"ATTACH '{root}/rows.duckdb' AS far (READ_ONLY)")
    assert database.execute("SELECT i FROM far.rows WHERE text = md5('77')").fetchall() == [(77,)]
    database.execute("DETACH far")
    shutil.rmtree(path.parent)


def every_address():
    for index, url, style, parts in tours([single_files, large_files, partitions, databases], [single_files]):
        bucket = f"duckdb-{index}"
        file_system().mkdir(bucket)
        database = open_database(url, style)
        for part in parts:
            part(database, f"s3://{bucket}/dir")
        database.close()


run(every_address)
