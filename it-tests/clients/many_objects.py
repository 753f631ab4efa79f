#!/usr/bin/python3
"""Many small objects by 8 threads, with the defaults of boto3: many_objects.py ENDPOINT BUCKET COUNT

Prints "ok" last. Keys and region come from the environment.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

import boto3


def main(endpoint, bucket, count):
    s3 = boto3.client("s3", endpoint_url=endpoint)
    s3.create_bucket(Bucket=bucket)
    keys = [f"object-{i}" for i in range(count)]

    def put(key):
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode() * 100)

    def get(key):
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(put, keys))
        for key, content in zip(keys, threads.map(get, keys)):
            assert content == key.encode() * 100, key
    print("ok")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
