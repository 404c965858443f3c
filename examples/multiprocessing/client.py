"""Asks the listener at the address given how long some texts are, and prints what it says."""

import json
import os
import sys
from multiprocessing.connection import Client

key = bytes.fromhex(os.environ.pop("EXAMPLE_AUTHKEY"))

with Client(sys.argv[1], authkey=key) as connection:
    for text in ["debug", "Gr\u00f6\u00dfe", ""]:
        connection.send_bytes(json.dumps({"text": text}).encode())
        answer = json.loads(connection.recv_bytes())
        print(answer["characters"], "characters")
