"""A table made, filled, reloaded, scanned and dropped by PyIceberg. Ends with `round trip complete` and status 0."""

import os

import pyarrow as pa
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.exceptions import NamespaceAlreadyExistsError, NoSuchTableError, TableAlreadyExistsError
from pyiceberg.types import StringType

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
SIGNING_NAME = os.environ["ICEBERG_SIGNING_NAME"]
WAREHOUSE = os.environ["ICEBERG_WAREHOUSE"]
# Beyond what a double holds: snapshot ids and longs must come back unharmed.
LARGE = 9_007_199_254_740_993


def expect_raises(kind, call, *arguments):
    try:
        call(*arguments)
    except kind:
        return
    raise AssertionError(f"{kind.__name__} expected")


def open_catalog():
    return RestCatalog(
        "needlestack",
        **{
            "uri": ENDPOINT + os.environ["ICEBERG_PATH"],
            "warehouse": WAREHOUSE,
            "rest.sigv4-enabled": "true",
            "rest.signing-name": SIGNING_NAME,
            "rest.signing-region": os.environ["AWS_DEFAULT_REGION"],
            "client.access-key-id": os.environ["AWS_ACCESS_KEY_ID"],
            "client.secret-access-key": os.environ["AWS_SECRET_ACCESS_KEY"],
            "s3.endpoint": ENDPOINT,
            "s3.access-key-id": os.environ["AWS_ACCESS_KEY_ID"],
            "s3.secret-access-key": os.environ["AWS_SECRET_ACCESS_KEY"],
            "s3.region": os.environ["AWS_DEFAULT_REGION"],
            "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO",
        },
    )


catalog = open_catalog()
catalog.create_namespace("sales")
expect_raises(NamespaceAlreadyExistsError, catalog.create_namespace, "sales")
assert ("sales",) in catalog.list_namespaces()
print("namespace: well")

rows = pa.table({"id": pa.array([1, 2, LARGE], pa.int64()), "name": ["one", "two", "large"]})
table = catalog.create_table("sales.orders", schema=rows.schema)
expect_raises(TableAlreadyExistsError, catalog.create_table, "sales.orders", rows.schema)
assert table.location().startswith(f"s3://{WAREHOUSE}/")
table.append(rows)
table.append(pa.table({"id": pa.array([4], pa.int64()), "name": ["four"]}))
# A file that another program put into the warehouse becomes one of the table's.
table.add_files([f"s3://{WAREHOUSE}/incoming/five.parquet"])
print(f"append: well, snapshot {table.metadata.current_snapshot_id} of {table.metadata_location}")

reloaded = open_catalog().load_table("sales.orders")
assert reloaded.metadata.current_snapshot_id == table.metadata.current_snapshot_id
assert len(reloaded.snapshots()) == 3
assert sorted(reloaded.scan().to_arrow()["id"].to_pylist()) == [1, 2, 4, 5, LARGE]
assert sorted(reloaded.scan(row_filter="id > 4").to_arrow()["name"].to_pylist()) == ["five", "large"]
print("scan: well")

with reloaded.update_schema() as update:
    update.add_column("note", StringType())
assert [field.name for field in catalog.load_table("sales.orders").schema().fields] == ["id", "name", "note"]
assert ("sales", "orders") in catalog.list_tables("sales")
catalog.drop_table("sales.orders")
expect_raises(NoSuchTableError, catalog.load_table, "sales.orders")
catalog.drop_namespace("sales")
assert catalog.list_namespaces() == []
print("drop: well")
print("round trip complete")
