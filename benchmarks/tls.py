#!/usr/bin/env python3
"""What TLS costs a sidecar, by each provider: processor time, and memory.

    benchmarks/tls.py [--rounds N] [--seconds N] [--java HOME]... [--rsa]

Needs nginx, wrk, openssl and curl (benchmarks/install.sh has them on Debian), and two processors. Each sidecar runs by
the ./sluice script on processor 1, everything else on processor 0. Rounds are interleaved; the numbers are medians of the
rounds, in processor time of the sidecar, which other load disturbs less than rates.
"""
import argparse
import os
import re
import statistics
import subprocess
import tempfile

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TICK = os.sysconf("SC_CLK_TCK")
HOST = "127.0.97.%d"
BIG_BYTES = 64 << 20


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def quiet(*words, cpu="0"):
    return subprocess.run(["taskset", "-c", cpu, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


class Sidecar:
    """One sidecar under measurement."""

    def __init__(self, folder, slot, name, java_home, options, tls):
        self.name = name
        self.address = HOST % (10 + slot) + ":8443"
        own = os.path.join(folder, "s%d" % slot)
        os.mkdir(own)
        write(own + "/limits.conf", "limits { each-user { read-ops = 100000000/s } }\n")
        files = 'tls { certificate-file = "../tls.crt", key-file = "../tls.key" }' if tls else ""
        write(own + "/sluice.conf", 'sluice { listen { address = "%s", %s }, upstream.address = "%s:8100", '
              'sync.listen = "", admin.address = "%s:0" }\n' % (self.address, files, HOST % 1, HOST % (10 + slot)))
        environment = dict(os.environ, SLUICE_JAVA_OPTS=options)
        if java_home:
            environment["JAVA_HOME"] = java_home
        self.process = subprocess.Popen(["taskset", "-c", "1", HOME + "/sluice", "proxy", "-c", own + "/sluice.conf"],
                                        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if "ready" not in self.process.stdout.readline():
            raise SystemExit(name + " did not start")
        self.url = ("https://" if tls else "http://") + self.address
        self.tls = tls
        self.seen = {}
        self.requests = 0

    def cpu(self):
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii", errors="replace") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def resident(self):
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024

    def note(self, measure, value):
        self.seen.setdefault(measure, []).append(value)

    def small(self, seconds, connections=16):
        before = self.cpu()
        output = quiet("wrk", "-t1", "-c%d" % connections, "-d%ds" % seconds, self.url + "/1k")
        count = int(re.search(r"(\d+) requests in", output).group(1))
        self.requests += count
        return (self.cpu() - before) / max(1, count) * 1e6

    def large(self, times):
        before = self.cpu()
        words = sum((["-o", "/dev/null", self.url + "/64m"] for _ in range(times)), [])
        quiet("curl", "-sk", *words)
        return (self.cpu() - before) / (times * BIG_BYTES / 1e9)

    def handshake(self, seconds, how):
        before = self.cpu()
        output = quiet("openssl", "s_time", "-connect", self.address, how, "-time", str(seconds))
        count = int(re.search(r"(\d+) connections in \d+ real", output).group(1))
        return (self.cpu() - before) / count * 1e3

    def warm_up(self, requests):
        """By what was done, not by time: on a busy machine little is done in much time."""
        self.requests = 0
        while self.requests < requests:
            self.small(3)
        self.large(10)

    def round(self, seconds):
        self.note("us of CPU, GET 1 KiB, keep-alive", self.small(seconds))
        self.note("s of CPU per GB, GET 64 MiB", self.large(3 * seconds))
        if self.tls:
            self.note("ms of CPU, full handshake", self.handshake(seconds, "-new"))
            self.note("ms of CPU, resumed handshake", self.handshake(seconds, "-reuse"))
        self.small(seconds, 100)
        self.note("MiB resident after 100 connections", self.resident())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="how long one load lasts")
    parser.add_argument("--warm-up", type=int, default=150000, help="requests before all")
    parser.add_argument("--java", action="append", default=[], metavar="HOME", help="a further JDK")
    parser.add_argument("--rsa", action="store_true", help="an RSA key of 2048 bits in place of an EC one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(folder, options)


def run(folder, options):
    kind = ["rsa:2048"] if options.rsa else ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    quiet("openssl", "req", "-x509", "-nodes", "-newkey", *kind, "-keyout", folder + "/tls.key", "-out", folder + "/tls.crt",
          "-days", "2", "-subj", "/CN=bench")
    os.mkdir(folder + "/files")
    for name, size in (("1k", 1 << 10), ("64m", BIG_BYTES)):
        with open(folder + "/files/" + name, "wb") as file:
            file.write(os.urandom(size))
    temporary = "".join("%s_temp_path %s/t-%s; " % (what, folder, what)
                        for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    write(folder + "/nginx.conf", "%s daemon off; worker_processes 1; pid %s/pid; error_log /dev/null; events { } http { %s "
          "access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000000; server { listen %s:8100; root %s/files; } }"
          % ("user root;" if os.getuid() == 0 else "", folder, temporary, HOST % 1, folder))
    nginx = subprocess.Popen(["taskset", "-c", "0", "nginx", "-c", folder + "/nginx.conf"], stderr=subprocess.DEVNULL)
    sidecars = []
    try:
        for home in [""] + options.java:
            label = os.path.basename(home.rstrip("/")) or "java"
            for how, flags in (("plain", ""), ("boringssl", "-Dsluice.tls-provider=openssl"),
                               ("jdk", "-Dsluice.tls-provider=jdk")):
                sidecars.append(Sidecar(folder, len(sidecars), label + " " + how, home, flags, how != "plain"))
        for sidecar in sidecars:
            sidecar.warm_up(options.warm_up)
        for number in range(options.rounds):
            for sidecar in sidecars if number % 2 == 0 else reversed(sidecars):
                sidecar.round(options.seconds)
        report(sidecars)
    finally:
        for sidecar in sidecars:
            sidecar.process.terminate()
            sidecar.process.wait()
        nginx.terminate()
        nginx.wait()


def report(sidecars):
    measures = list(sidecars[1].seen)
    print("| | " + " | ".join(sidecar.name for sidecar in sidecars) + " |")
    print("|---" * (len(sidecars) + 1) + "|")
    for measure in measures:
        cells = [("%.3g" % statistics.median(s.seen[measure]) if measure in s.seen else "") for s in sidecars]
        print("| " + measure + " | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
