#!/usr/bin/python3
"""Requests that boto3 signs in all its ways: signed_boto3.py ENDPOINT DOMAIN BUCKET

Buckets in the host are called BUCKET.DOMAIN. Keys and region come from the environment. Prints "ok" and how many of the
requests have no signature of version 4 in their head.
"""

import socket
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid

import boto3
from botocore.client import Config

KEYS = [
    "plain",
    "a b+c/ü%41",
    "100%",
    "%2F%20",
    "q?x=1&y=2#z",
    "quote'\"<>&;,@=:$!*()[]{}|\\^`~",
    "Ströme/河川/🌊",
    "two//slashes",
]
PREFIXES = ["", "a b+c/", "q?x=1&y=2#", "quote'\"<>&;,@=:$!*()[]{}|\\^`~", "Ströme/", "%2F", "~-._"]


def fetch(url, method="GET", body=None, headers=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read()


def objects(s3, bucket):
    for key in KEYS:
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=key.encode(),
            ContentType="text/plain; charset=utf-8",
            CacheControl="max-age=1,  private",
            Metadata={"note": "two  blanks, and = & + %", "empty": ""},
        )
        got = s3.get_object(Bucket=bucket, Key=key, Range="bytes=0-", IfNoneMatch='"other"')
        assert got["Body"].read() == key.encode(), key
        s3.head_object(Bucket=bucket, Key=key)
        s3.get_object(
            Bucket=bucket,
            Key=key,
            ResponseContentDisposition='attachment; filename="a b+c&d=e.txt"',
            ResponseCacheControl="no-cache, max-age=0",
        )["Body"].read()
        s3.copy_object(Bucket=bucket, Key="copy/" + key, CopySource={"Bucket": bucket, "Key": key})
        s3.delete_object(Bucket=bucket, Key="copy/" + key)


def lists(s3, bucket):
    for prefix in PREFIXES:
        for delimiter in ("", "/", "+", "&"):
            s3.list_objects(Bucket=bucket, Prefix=prefix, Delimiter=delimiter, Marker="a b")
            found = s3.list_objects_v2(
                Bucket=bucket, Prefix=prefix, Delimiter=delimiter, EncodingType="url", MaxKeys=1000
            )
            assert "Contents" not in found or all(
                urllib.parse.unquote_plus(o["Key"]).startswith(prefix) for o in found["Contents"]
            )
        s3.list_object_versions(Bucket=bucket, Prefix=prefix, KeyMarker="a b")
    s3.list_buckets()
    s3.list_multipart_uploads(Bucket=bucket, Prefix="ü")
    s3.get_bucket_location(Bucket=bucket)
    s3.get_bucket_versioning(Bucket=bucket)
    s3.get_bucket_acl(Bucket=bucket)


def parts(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="in parts", Metadata={"a": "b"})["UploadId"]
    tag = s3.upload_part(Bucket=bucket, Key="in parts", UploadId=upload, PartNumber=1, Body=b"x" * (5 << 20))["ETag"]
    s3.list_parts(Bucket=bucket, Key="in parts", UploadId=upload)
    s3.complete_multipart_upload(
        Bucket=bucket,
        Key="in parts",
        UploadId=upload,
        MultipartUpload={"Parts": [{"ETag": tag, "PartNumber": 1}]},
    )
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "in parts"}, {"Key": "plain"}]})


def presigned(s3, bucket):
    for key in KEYS:
        target = {"Bucket": bucket, "Key": key}
        fetch(s3.generate_presigned_url("put_object", Params=target), "PUT", key.encode())
        named = dict(target, ResponseContentDisposition='attachment; filename="a b+ü&d=e.txt"')
        for params in (target, named):
            assert fetch(s3.generate_presigned_url("get_object", Params=params)) == key.encode(), key
        fetch(
            s3.generate_presigned_url("put_object", Params=dict(target, ContentType="text/x-river; a=b")),
            "PUT",
            key.encode(),
            {"Content-Type": "text/x-river; a=b"},
        )
    fetch(s3.generate_presigned_url("list_objects_v2", Params={"Bucket": bucket, "Prefix": "a b+c/", "Delimiter": "/"}))
    fetch(s3.generate_presigned_url("delete_object", Params={"Bucket": bucket, "Key": "plain"}), "DELETE")


def form(s3, bucket):
    """A browser's form: its signature is in the body."""
    post = s3.generate_presigned_post(bucket, "from a form ü+", Fields={"acl": "private"}, Conditions=[{"acl": "private"}])
    limit = uuid.uuid4().hex
    body = b""
    for name, value in post["fields"].items():
        body += f'--{limit}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    body += f'--{limit}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nhello\r\n--{limit}--\r\n'.encode()
    fetch(post["url"], "POST", body, {"Content-Type": "multipart/form-data; boundary=" + limit})
    assert s3.get_object(Bucket=bucket, Key="from a form ü+")["Body"].read() == b"hello"
    return 1


def version2(endpoint, bucket):
    s3 = boto3.client(
        "s3", endpoint_url=endpoint, config=Config(signature_version="s3", s3={"addressing_style": "path"})
    )
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a b+c/ü%41"})
    assert fetch(url) == "a b+c/ü%41".encode()
    return 1


def main(endpoint, domain, bucket):
    address = urllib.parse.urlsplit(endpoint)
    resolve = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *more, **others: resolve(
        address.hostname if str(host).endswith(domain) else host, *more, **others
    )
    by_host = f"http://{domain}:{address.port}"
    unsigned = 0
    for style, url in (("path", endpoint), ("virtual", by_host)):
        for signs_payload in (True, False):
            s3 = boto3.client(
                "s3",
                endpoint_url=url,
                config=Config(
                    signature_version="s3v4",
                    s3={"addressing_style": style, "payload_signing_enabled": signs_payload},
                    retries={"max_attempts": 1},
                    request_checksum_calculation="when_required",
                    response_checksum_validation="when_required",
                ),
            )
            if signs_payload and style == "path":
                s3.create_bucket(Bucket=bucket)
            objects(s3, bucket)
            if signs_payload:
                lists(s3, bucket)
                parts(s3, bucket)
                presigned(s3, bucket)
                unsigned += form(s3, bucket)
    unsigned += version2(endpoint, bucket)
    print("ok", unsigned)


if __name__ == "__main__":
    main(*sys.argv[1:])
