#!/usr/bin/python3
"""Requests that MinIO's SDK signs: signed_minio.py ENDPOINT BUCKET

Keys and region come from the environment. Prints "ok".
"""

import io
import os
import sys
import urllib.parse
import urllib.request
from datetime import timedelta

from minio import Minio
from minio.commonconfig import CopySource
from minio.deleteobjects import DeleteObject

MIB = 1 << 20
KEYS = ["plain", "a b+c/ü%41", "q?x=1&y=2#z", "quote'\"<>&;,@=:$!*()[]{}|\\^`~", "Ströme/河川/🌊"]


def main(endpoint, bucket):
    address = urllib.parse.urlsplit(endpoint)
    minio = Minio(
        address.netloc,
        access_key=os.environ["AWS_ACCESS_KEY_ID"],
        secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        region=os.environ["AWS_DEFAULT_REGION"],
        secure=False,
    )
    minio.make_bucket(bucket)
    for key in KEYS:
        content = key.encode()
        minio.put_object(bucket, key, io.BytesIO(content), len(content), metadata={"note": "a  b + c"})
        response = minio.get_object(bucket, key, request_headers={"Range": "bytes=0-"})
        assert response.read() == content
        response.release_conn()
        minio.stat_object(bucket, key)
        minio.copy_object(bucket, "copy/" + key, CopySource(bucket, key))
        url = minio.presigned_get_object(
            bucket, key, expires=timedelta(minutes=5), response_headers={"response-content-type": "a/b; c=d e+f"}
        )
        with urllib.request.urlopen(url, timeout=30) as got:
            assert got.read() == content
    minio.put_object(bucket, "parts", io.BytesIO(b"x" * (6 * MIB)), 6 * MIB, part_size=5 * MIB)
    keys = {o.object_name for o in minio.list_objects(bucket, recursive=True)}
    assert keys == set(KEYS) | {"copy/" + key for key in KEYS} | {"parts"}, keys
    assert list(minio.list_objects(bucket, prefix="a b+c/"))
    assert not list(minio.remove_objects(bucket, [DeleteObject(key) for key in keys]))
    minio.remove_bucket(bucket)
    print("ok")


if __name__ == "__main__":
    main(*sys.argv[1:])
