"""Faults are tested by causing them: nothing is lost, nothing is done twice, nothing fires early.

A fault has some ten seconds here, by a seed that is printed and may be set (XIAOZU_TEST_SEED).
`make chaos` is the large count (bench/chaos).
"""

import signal
import time

from kombu import Connection

from tests.faults.stack import Stack

FACTS, KILLS, RATE = 300, 5, 80.0
PATIENCE = 180
DEAD = "select count(*) from activities.job where state = 'dead'"
READY = "select count(*) from activities.job where state = 'ready'"


def test_f1_kill_9_of_anything_at_random(stack: Stack):
    stack.start("worker1", "--concurrency=2")
    stack.start("worker2", "--concurrency=2", "--no-beat")
    stack.start("sweep")
    stack.start("producer", str(FACTS), str(RATE))

    def fault() -> None:
        """Spread over the facts, not over the time: on a busy machine nothing would ever get done between two kills."""
        written = stack.ask("select coalesce(max(id), 0) from activities.fact")
        if stack.kills * FACTS <= written * KILLS:
            stack.kill_something()
        stack.supervise()

    stack.while_producing(fault, every=0.4)
    rested = stack.wait_for_rest()

    print(f"{stack.kills} kills, at rest {rested:.1f} s after the last")
    assert stack.kills >= 4
    stack.check(FACTS)


def test_f3_valkey_emptied_and_killed_and_restarted_empty(stack: Stack):
    stack.start("worker", "--concurrency=2")
    stack.start("producer", str(FACTS), str(RATE))

    def fault() -> None:
        if stack.chance.random() < 0.6:
            stack.valkey.flush()
            return
        stack.valkey.kill()
        time.sleep(1)
        stack.valkey.start()
        stack.valkey.flush()

    stack.while_producing(fault, every=1.5)
    stack.wait_for_rest()

    stack.check(FACTS)


def test_f3_without_any_valkey_the_sweep_alone_does_the_work(stack: Stack):
    stack.valkey.kill()
    stack.start("sweep")
    stack.start("producer", "100", str(RATE))
    stack.processes["producer"].wait()

    stack.wait_for_rest()

    stack.check(100)


def test_f7_postgresql_restarted_at_once(stack: Stack):
    stack.start("worker", "--concurrency=2")
    stack.start("sweep")
    stack.start("producer", str(FACTS), str(RATE))

    def fault() -> None:
        stack.postgres.restart_immediate()
        stack.supervise()

    for _ in range(2):
        time.sleep(stack.chance.uniform(1.5, 3))
        fault()
    while stack.processes["producer"].wait() != 0:
        stack.restart("producer")
    stack.wait_for_rest()

    stack.check(FACTS)


def test_f10_two_beats_do_nothing_twice(stack: Stack):
    stack.start("worker1")
    stack.start("worker2")
    stack.start("producer", "150", str(RATE))
    stack.processes["producer"].wait()

    stack.wait_for_rest()

    stack.check(150)


def test_f10_without_any_beat_deadlines_still_fire(stack: Stack):
    stack.start("worker", "--no-beat")
    stack.start("sweep")
    stack.start("producer", "100", str(RATE))
    stack.processes["producer"].wait()

    stack.wait_for_rest()

    stack.check(100)


def test_f13_forged_doubled_and_oversized_messages_change_nothing(stack: Stack):
    stack.start("worker")
    stack.start("producer", "100", str(RATE))

    with Connection(stack.valkey.url(), transport_options={"global_keyprefix": "xiaozu:"}) as connection:
        producer = connection.Producer(serializer="json")
        for number in range(60):
            task = ["activities.trial", "activities.nothing", "os.system", "activities.sweep"][number % 4]
            headers = {"lang": "py", "task": task, "id": f"same-{number % 5}", "argsrepr": "", "root_id": "x"}
            body = [[{"fact": 1}, "x" * (200_000 if number % 10 == 0 else 10)], {"payload": {"fact": 2}}, {}]
            producer.publish(body, routing_key="activities.bell", headers=headers)
        producer.publish("not even a task", routing_key="activities.bell")
        producer.publish({"version": 99}, routing_key="activities.ctl", headers={"task": "activities.sweep", "id": "y"})
    stack.processes["producer"].wait()
    stack.wait_for_rest()

    assert stack.processes["worker"].poll() is None
    stack.check(100)


def test_f16_poison_ends_dead_and_the_others_are_done(stack: Stack):
    stack.extra["TRIAL_POISON"] = "7=dies;17=raises;27=never ends;37=eats memory"
    stack.start("worker", "--concurrency=2")
    stack.start("sweep")
    stack.start("producer", "100", str(RATE))

    def ended() -> bool:
        stack.supervise()
        return stack.ask(DEAD) == 4 and stack.ask(READY) == 0

    stack.until(ended, PATIENCE)

    stack.check(100, dead=4)


def test_f16_poison_kills_the_hands_of_the_sweep_and_not_the_sweep(stack: Stack):
    stack.extra["TRIAL_POISON"] = "7=dies;17=never ends"
    stack.valkey.kill()
    stack.start("sweep")
    stack.start("producer", "30", str(RATE))

    stack.until(lambda: stack.ask(DEAD) == 2 and stack.ask(READY) == 0, PATIENCE)

    assert stack.processes["sweep"].poll() is None
    stack.check(30, dead=2)


def test_sigterm_lets_the_work_in_hand_be_finished(stack: Stack):
    stack.start("worker")
    stack.start("producer", "100", str(RATE))
    stack.until(lambda: stack.ask("select count(*) from activities.effect"))  # the worker is at work

    stack.processes["worker"].send_signal(signal.SIGTERM)
    ended = stack.processes["worker"].wait(timeout=60)
    stack.processes["producer"].wait()
    stack.start("sweep")
    stack.wait_for_rest()

    assert ended == 0
    stack.check(100)
