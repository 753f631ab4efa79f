#!/usr/bin/python3
"""What boto3 does in a working day: boto3_roundtrip.py ENDPOINT BUCKET FILE

Prints "ok" last. Keys and region come from the environment.
"""

import hashlib
import sys
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.client import Config
from botocore.exceptions import ClientError

MIB = 1 << 20


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def main(endpoint, bucket, path):
    s3 = boto3.client(
        "s3",
        endpoint_url=endpoint,
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )
    with open(path, "rb") as file:
        content = file.read()
    parts = TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB)

    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a b+c/ü%41", Body=b"hello", Metadata={"gate": "open"})
    s3.upload_file(path, bucket, "parts", Config=parts)

    head = s3.head_object(Bucket=bucket, Key="a b+c/ü%41")
    assert head["Metadata"] == {"gate": "open"}, head
    got = s3.get_object(Bucket=bucket, Key="parts")["Body"].read()
    assert sha256(got) == sha256(content)
    got = s3.get_object(Bucket=bucket, Key="parts", Range="bytes=1-10")["Body"].read()
    assert got == content[1:11]
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert keys == ["a b+c/ü%41", "parts"], keys

    for version in ("s3v4", "s3"):
        signer = boto3.client(
            "s3",
            endpoint_url=endpoint,
            config=Config(signature_version=version, s3={"addressing_style": "path"}),
        )
        target = {"Bucket": bucket, "Key": "a b+c/ü%41"}
        url = signer.generate_presigned_url("get_object", Params=target)
        with urllib.request.urlopen(url, timeout=30) as answer:
            assert answer.read() == b"hello"

    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": k} for k in keys]})
    try:
        s3.get_object(Bucket=bucket, Key="parts")
        raise AssertionError("it is still there")
    except ClientError as e:
        assert e.response["Error"]["Code"] == "NoSuchKey", e
    s3.delete_bucket(Bucket=bucket)
    print("ok")


if __name__ == "__main__":
    main(*sys.argv[1:])
