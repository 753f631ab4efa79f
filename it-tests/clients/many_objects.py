#!/usr/bin/python3
"""Many small objects by 8 threads, with the defaults of boto3: many_objects.py ENDPOINTS BUCKET COUNT

Endpoints are separated by commas; requests go to them in turn. RETRY_MODE and MAX_ATTEMPTS of the environment replace
the default retries. Prints how many requests failed, and "ok" last if none did. Keys and region come from the environment.
"""

import itertools
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def main(endpoints, bucket, count):
    retries = {"mode": os.environ.get("RETRY_MODE"), "max_attempts": os.environ.get("MAX_ATTEMPTS")}
    retries = {key: int(value) if value.isdigit() else value for key, value in retries.items() if value}
    config = Config(retries=retries) if retries else None
    clients = [boto3.client("s3", endpoint_url=endpoint, config=config) for endpoint in endpoints.split(",")]
    turn = itertools.cycle(clients)
    clients[0].create_bucket(Bucket=bucket)
    failed = 0

    def put(key):
        next(turn).put_object(Bucket=bucket, Key=key, Body=key.encode() * 100)

    def get(key):
        content = next(turn).get_object(Bucket=bucket, Key=key)["Body"].read()
        assert content == key.encode() * 100, key

    def attempt(call, key):
        try:
            call(key)
            return True
        except ClientError as e:
            if e.response["Error"]["Code"] != "SlowDown":
                raise
            return False

    with ThreadPoolExecutor(8) as threads:
        keys = [f"object-{i}" for i in range(count)]
        for name, call in (("put", put), ("get", get)):
            begin = time.monotonic()
            done = list(threads.map(lambda key: attempt(call, key), keys))
            print(f"{name}: {done.count(False)} of {len(keys)} failed in {time.monotonic() - begin:.1f} s")
            failed += done.count(False)
            keys = [key for key, is_done in zip(keys, done) if is_done]
    print("lost" if failed else "ok")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
