#!/usr/bin/python3
"""Which retry settings S3 clients need at a limit: retry_settings.py ENDPOINT [NAME ...]

Runs each client with each setting against a sidecar that rejects beyond 50 operations a second, and prints a row for
each: what was lost, and how long it took. Names select rows by their beginning. Keys come from the environment
(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY); pyarrow and DuckDB from PYTHONPATH (install.sh readers). Run it with:

  limits { each-bucket { read-ops = 50/s, write-ops = 50/s } }
"""

import filecmp
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlparse

FILES = 602
HERE = Path(__file__).parent


class Row:
    def __init__(self, name, setting, kind, **environment):
        self.name, self.setting, self.kind, self.environment = name, setting, kind, environment


ROWS = [
    Row("aws", "defaults", "aws"),
    Row("aws", "retry_mode = standard, max_attempts = 10", "aws", AWS_RETRY_MODE="standard", AWS_MAX_ATTEMPTS="10"),
    Row("aws", "retry_mode = adaptive, max_attempts = 10", "aws", AWS_RETRY_MODE="adaptive", AWS_MAX_ATTEMPTS="10"),
    Row("boto3", "defaults", "boto3"),
    Row("boto3", "standard, 10 attempts", "boto3", RETRY_MODE="standard", MAX_ATTEMPTS="10"),
    Row("boto3", "adaptive, 10 attempts", "boto3", RETRY_MODE="adaptive", MAX_ATTEMPTS="10"),
    Row("s3cmd", "defaults", "s3cmd"),
    Row("pyarrow", "defaults", "pyarrow"),
    Row("pyarrow", "AwsStandardS3RetryStrategy(max_attempts=20)", "pyarrow", MAX_ATTEMPTS="20"),
    Row("pyarrow", "AwsDefaultS3RetryStrategy(max_attempts=12)", "pyarrow", STRATEGY="Default", MAX_ATTEMPTS="12"),
    Row("duckdb", "defaults", "duckdb"),
    Row("duckdb", "http_retries = 10, http_retry_backoff = 2", "duckdb", HTTP_RETRIES="10", HTTP_RETRY_BACKOFF="2"),
    Row("rclone", "defaults", "rclone"),
    Row("restic", "defaults", "restic"),
]


def lost(here, back):
    files = [path.name for path in here.iterdir()]
    match, _, _ = filecmp.cmpfiles(here, back, files, shallow=False) if back.exists() else ([], [], [])
    return len(files) - len(match)


def synchronise(run, folder, bucket, client, up, down):
    """Up, and what is missing there is missing afterwards, too."""
    here, back = folder / "here", folder / "back"
    here.mkdir()
    back.mkdir()
    for i in range(FILES):
        (here / f"file-{i}").write_bytes(os.urandom(1000 + i))
    begin = time.monotonic()
    codes = [run(up(here), "up"), run(down(back), "down")]
    seconds = time.monotonic() - begin
    return f"{lost(here, back)} of {FILES} files lost up and down in {seconds:.0f} s, exit {codes}"


def measure(row, endpoint, folder, bucket):
    home = folder / "home"
    home.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "AWS_DEFAULT_REGION": "default",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_ACCESS_KEY_ID": os.environ["AWS_ACCESS_KEY_ID"],
        "AWS_SECRET_ACCESS_KEY": os.environ["AWS_SECRET_ACCESS_KEY"],
        **row.environment,
    }
    host = urlparse(endpoint).netloc

    def run(words, what):
        with open(folder / f"{what}.log", "wb") as log:
            return subprocess.run(words, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL).returncode

    def output(words):
        done = subprocess.run(words, env=environment, capture_output=True, text=True)
        (folder / "client.log").write_text(done.stdout + done.stderr)
        lines = done.stdout.strip().splitlines()
        last = (done.stderr.strip().splitlines() or [""])[-1][:160]
        return "; ".join(line for line in lines) if done.returncode == 0 else f"fails: {'; '.join(lines)} {last}"

    run(["/usr/bin/aws", "--endpoint-url", endpoint, "s3", "mb", f"s3://{bucket}"], "mb")
    time.sleep(1.2)
    if row.kind == "aws":
        aws = ["/usr/bin/aws", "--endpoint-url", endpoint, "s3", "sync", "--no-progress"]
        return synchronise(run, folder, bucket, "aws", lambda here: [*aws, f"{here}/", f"s3://{bucket}/"],
                           lambda back: [*aws, f"s3://{bucket}/", f"{back}/"])
    if row.kind == "s3cmd":
        (home / "conf").write_text(f"[default]\naccess_key = {environment['AWS_ACCESS_KEY_ID']}\n"
                                   f"secret_key = {environment['AWS_SECRET_ACCESS_KEY']}\nhost_base = {host}\n"
                                   f"host_bucket = {host}\nuse_https = False\n")
        s3cmd = ["/usr/bin/s3cmd", "-q", "-c", str(home / "conf"), "sync"]
        return synchronise(run, folder, bucket, "s3cmd", lambda here: [*s3cmd, f"{here}/", f"s3://{bucket}/"],
                           lambda back: [*s3cmd, f"s3://{bucket}/", f"{back}/"])
    if row.kind == "rclone":
        (home / "conf").write_text(f"[bed]\ntype = s3\nprovider = Ceph\nenv_auth = true\nendpoint = {endpoint}\n")
        rclone = ["/usr/bin/rclone", "--config", str(home / "conf"), "sync"]
        return synchronise(run, folder, bucket, "rclone", lambda here: [*rclone, str(here), f"bed:{bucket}"],
                           lambda back: [*rclone, f"bed:{bucket}", str(back)])
    if row.kind == "restic":
        environment.update(RESTIC_REPOSITORY=f"s3:{endpoint}/{bucket}", RESTIC_PASSWORD="x", RESTIC_CACHE_DIR=str(home))
        here, back = folder / "here", folder / "back"
        here.mkdir()
        for i in range(FILES):
            (here / f"file-{i}").write_bytes(os.urandom(200_000))
        begin = time.monotonic()
        # Packs of the smallest size, so that there is more than a handful of requests.
        codes = [run(["restic", "init"], "init"), run(["restic", "--pack-size=4", "backup", str(here)], "up"),
                 run(["restic", "restore", "latest", "--target", str(back)], "down")]
        restored = back / str(here).lstrip("/")
        return f"{lost(here, restored)} of {FILES} files lost in {time.monotonic() - begin:.0f} s, exit {codes}"
    script = {"boto3": "many_objects.py", "pyarrow": "pyarrow_dataset.py", "duckdb": "duckdb_parquet.py"}[row.kind]
    return output(["/usr/bin/python3", str(HERE / script), endpoint, bucket, str(FILES)])


def main(endpoint, names):
    for number, row in enumerate(ROWS):
        if names and not any(row.name.startswith(name) for name in names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            bucket = f"retry-{os.getpid()}-{number}"
            try:
                result = measure(row, endpoint, Path(folder), bucket)
            except FileNotFoundError as e:
                result = f"not here: {e}"
            print(f"| {row.name} | {row.setting} | {result} |", flush=True)


main(sys.argv[1].rstrip("/"), sys.argv[2:])
