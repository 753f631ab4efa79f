#!/usr/bin/python3
"""Many small Parquet files, written and read by DuckDB: duckdb_parquet.py ENDPOINT BUCKET COUNT

HTTP_RETRIES, HTTP_RETRY_WAIT_MS and HTTP_RETRY_BACKOFF of the environment replace the default retries. The bucket must
exist. Prints "ok" last. Keys and region come from the environment.
"""

import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlparse

import duckdb

ROWS = 100


def main(endpoint, bucket, count):
    db = duckdb.connect()
    extension = Path(find_spec("duckdb_extension_httpfs").submodule_search_locations[0])
    db.load_extension(str(extension / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"))
    url = urlparse(endpoint)
    db.execute(f"""
        CREATE SECRET (TYPE s3, KEY_ID '{os.environ["AWS_ACCESS_KEY_ID"]}', SECRET '{os.environ["AWS_SECRET_ACCESS_KEY"]}',
          REGION 'default', ENDPOINT '{url.netloc}', URL_STYLE 'path', USE_SSL {url.scheme == "https"})""")
    db.execute("SET threads = 8")
    for setting in ("http_retries", "http_retry_wait_ms", "http_retry_backoff"):
        if setting.upper() in os.environ:
            db.execute(f"SET {setting} = {os.environ[setting.upper()]}")

    begin = time.monotonic()
    for i in range(count):
        db.execute(f"""
            COPY (SELECT {i} AS file, row FROM range({ROWS}) t(row)) TO 's3://{bucket}/data/{i}.parquet' (FORMAT parquet)""")
    print(f"written: {count} files in {time.monotonic() - begin:.1f} s")
    begin = time.monotonic()
    rows = db.execute(f"SELECT file, row FROM read_parquet('s3://{bucket}/data/*.parquet') ORDER BY file, row").fetchall()
    print(f"read: {count} files in {time.monotonic() - begin:.1f} s")
    assert rows == [(i, row) for i in range(count) for row in range(ROWS)]
    print("ok")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
