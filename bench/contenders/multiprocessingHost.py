"""Runs one measurement over multiprocessing.connection and prints its result as one line of JSON.

Does the same work as bench/host.mjs for the other contenders: `send_bytes(json)` over a Unix socket, with
a key that authenticates both ends.
"""

import json
import os
import resource
import subprocess
import sys
import time
from multiprocessing.connection import Client, Listener

KEY = b"a key for a measurement"
LARGE = {"event": "large", "body": {"output": ""}}


def encode(message):
    return json.dumps(message, separators=(",", ":")).encode()


def command(number):
    arguments = {"expression": "order.total + tax", "frameId": 1001}
    return {"command": "evaluate", "arguments": arguments, "id": number}


def response(number):
    body = {"result": "42.5", "type": "number", "variablesReference": 0}
    return {"event": "response", "id": number, "success": True, "body": body}


def output_event(line):
    output = f"order {line} of 3 items shipped today\n"
    return {"event": "output", "body": {"category": "stdout", "output": output}}


def ask(what, **arguments):
    return {"command": what, "arguments": arguments, "id": 0}


def cpu_us():
    return time.process_time() * 1e6


def emit(connection, options):
    cpu, count = cpu_us(), 0
    end = time.perf_counter() + options["ms"] / 1000
    while time.perf_counter() < end:
        for _ in range(options["turn"]):
            count += 1
            connection.send_bytes(encode(output_event(count)))
    connection.send_bytes(encode({"event": "done", "body": {"count": count, "cpuUs": cpu_us() - cpu}}))


def large(connection, options):
    text = "all of it printable, none of it escaped; "
    room = options["bytes"] - len(encode(LARGE))
    output = (text * (room // len(text) + 1))[:room]
    connection.send_bytes(encode({"event": "large", "body": {"output": output}}))


def usage(connection, _options):
    connection.send_bytes(encode({"event": "usage", "body": {"cpuUs": cpu_us()}}))


def serve(connection):
    services = {"emit": emit, "large": large, "usage": usage}
    while True:
        try:
            message = json.loads(connection.recv_bytes())
        except EOFError:
            return
        service = services.get(message["command"])
        if service is None:
            connection.send_bytes(encode(response(message["id"])))
        else:
            service(connection, message["arguments"])


def peer():
    """Connects to each address from stdin, one after the other."""
    for line in sys.stdin:
        connection = Client(line.strip(), "AF_UNIX", authkey=KEY)
        connection.send_bytes(encode({"event": "hello"}))
        serve(connection)
        connection.close()


def set_up(child):
    listener = Listener(family="AF_UNIX", authkey=KEY)
    child.stdin.write(f"{listener.address}\n")
    child.stdin.flush()
    connection = listener.accept()
    listener.close()
    connection.recv_bytes()
    return connection


def exchange(connection, number):
    connection.send_bytes(encode(command(number)))
    return json.loads(connection.recv_bytes())


def peer_cpu(connection):
    connection.send_bytes(encode(ask("usage")))
    return json.loads(connection.recv_bytes())["body"]["cpuUs"]


def round_trip(connection, ms):
    times = []
    end = time.perf_counter() + ms / 1000
    while time.perf_counter() < end:
        start = time.perf_counter()
        exchange(connection, len(times))
        times.append(time.perf_counter() - start)
    times.sort()
    return {"medianUs": times[len(times) // 2] * 1e6}


def in_flight(connection, ms, depth=64):
    count, start, cpu, other = 0, time.perf_counter(), cpu_us(), peer_cpu(connection)
    for number in range(depth):
        connection.send_bytes(encode(command(number)))
    end = start + ms / 1000
    while time.perf_counter() < end:
        json.loads(connection.recv_bytes())
        count += 1
        connection.send_bytes(encode(command(count + depth)))
    seconds = time.perf_counter() - start
    for _ in range(depth):
        connection.recv_bytes()
    own, theirs = cpu_us() - cpu, peer_cpu(connection) - other
    total = count + depth
    return {"perSecond": count / seconds, "asking": own / total, "answering": theirs / total}


def one_way(connection, ms):
    cpu, start = cpu_us(), time.perf_counter()
    connection.send_bytes(encode(ask("emit", ms=ms, turn=100)))
    while True:
        message = json.loads(connection.recv_bytes())
        if message["event"] == "done":
            break
    seconds, count = time.perf_counter() - start, message["body"]["count"]
    return {
        "perSecond": count / seconds,
        "sender": message["body"]["cpuUs"] / count,
        "receiver": (cpu_us() - cpu) / count,
    }


def one_large(connection, size):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    start = time.perf_counter()
    connection.send_bytes(encode(ask("large", bytes=size)))
    json.loads(connection.recv_bytes())
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": seconds, "peak": (peak - before) / size}


def set_ups(child, count):
    times = []
    for _ in range(count):
        start = time.perf_counter()
        connection = set_up(child)
        times.append(time.perf_counter() - start)
        connection.close()
    times.sort()
    return {"medianMs": times[len(times) // 2] * 1000}


def timed(run, connection, settings):
    run(connection, settings["warmUpMs"])
    return run(connection, settings["ms"])


def measure(job, child):
    workload, settings = job["workload"], job["settings"]
    if workload == "setUp":
        return set_ups(child, settings["setUps"])
    with set_up(child) as connection:
        if workload == "large":
            one_large(connection, 1024)
            return one_large(connection, settings["largeBytes"])
        runs = {"roundTrip": round_trip, "inFlight": in_flight, "oneWay": one_way}
        return timed(runs[workload], connection, settings)


def host(job):
    child = subprocess.Popen([sys.executable, __file__, "peer"], stdin=subprocess.PIPE, text=True)
    try:
        print(json.dumps(measure(job, child)))
    finally:
        child.stdin.close()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    os.umask(0o077)
    if sys.argv[1] == "peer":
        peer()
    else:
        host(json.loads(sys.argv[1]))
