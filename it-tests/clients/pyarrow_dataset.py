#!/usr/bin/python3
"""A data set of many small Parquet files, written and read by pyarrow: pyarrow_dataset.py ENDPOINT BUCKET COUNT

MAX_ATTEMPTS of the environment replaces the default retries, STRATEGY is Standard or Default. Prints "ok" last. Keys and region come from the environment.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import pyarrow
import pyarrow.dataset
import pyarrow.fs
import pyarrow.parquet

ROWS = 100


def main(endpoint, bucket, count):
    more = {}
    if "MAX_ATTEMPTS" in os.environ:
        attempts = int(os.environ["MAX_ATTEMPTS"])
        strategy = getattr(pyarrow.fs, f"Aws{os.environ.get('STRATEGY', 'Standard')}S3RetryStrategy")
        more["retry_strategy"] = strategy(max_attempts=attempts)
    url = urlparse(endpoint)
    s3 = pyarrow.fs.S3FileSystem(
        endpoint_override=url.netloc, scheme=url.scheme, allow_bucket_creation=True, **more)
    s3.create_dir(bucket)

    def write(i):
        table = pyarrow.table({"file": [i] * ROWS, "row": range(ROWS)})
        pyarrow.parquet.write_table(table, f"{bucket}/data/{i}.parquet", filesystem=s3)

    begin = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(count)))
    print(f"written: {count} files in {time.monotonic() - begin:.1f} s")
    begin = time.monotonic()
    table = pyarrow.dataset.dataset(f"{bucket}/data", filesystem=s3).to_table()
    print(f"read: {count} files in {time.monotonic() - begin:.1f} s")
    rows = sorted(zip(table["file"].to_pylist(), table["row"].to_pylist()))
    assert rows == [(i, row) for i in range(count) for row in range(ROWS)]
    print("ok")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
