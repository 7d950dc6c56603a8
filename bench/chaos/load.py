"""The load: somebody who sends notices to every branch and sets deadlines, and asks again when he is not answered."""

import http.client
import json
import threading
import time

PATIENCE_SECONDS = 60  # then he gives this one up, and it counts as refused


class Load(threading.Thread):
    """Brings in so many rounds at an even pace: in each a notice to all, and perhaps a deadline."""

    def __init__(self, stack, rounds, deadlines, pause):
        super().__init__(daemon=True)
        self.stack, self.rounds, self.deadlines, self.pause = stack, rounds, deadlines, pause
        self.line, self.done = None, 0
        self.began, self.refused, self.error = {}, [], None

    @property
    def part(self):
        """How much of it has been brought in, from 0 to 1."""
        return self.done / self.rounds

    def run(self):
        try:
            for number in range(self.rounds):
                began = self.began[number] = time.time()
                self._round(number)
                self.done = number + 1
                time.sleep(max(0.0, began + self.pause - time.time()))
        except Exception as error:  # noqa: BLE001  it is raised where this one is waited for
            self.error = error

    def _round(self, number):
        if number * self.deadlines // self.rounds < (number + 1) * self.deadlines // self.rounds:
            self.stack.set_deadline(self, number)
        if not self.stack.send_notice(self, number):
            self.refused.append(number)

    def ask(self, path, body, key):
        """What is answered in the end; None where nobody has answered well in all that time."""
        until = time.time() + PATIENCE_SECONDS
        while time.time() < until:
            try:
                status, said = self._once(path, body, key)
            except (OSError, http.client.HTTPException):
                self.line = None
                status, said = 0, b""
            if status in {200, 201}:
                return json.loads(said)
            if 300 <= status < 500:
                raise RuntimeError(f"{path}: {status} {said.decode()}")
            time.sleep(0.2)
        return None

    def _once(self, path, body, key):
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.stack.port, timeout=15)
        headers = {"Content-Type": "application/json", "Idempotency-Key": key} | self.stack.headers
        self.line.request("POST", path, json.dumps(body), headers)
        answer = self.line.getresponse()
        return answer.status, answer.read()
