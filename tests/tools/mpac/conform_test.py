#!/usr/bin/env python3
"""`mpac conform` passes our hub in each of its ways, and fails each check against a coordinator that is broken for it.

usage: conform_test.py MPAC MPAC_CLUSTER [unittest arguments]
"""
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "interop"))

try:
    from broken_coordinator import *  # the faults, by name
except ImportError:
    print("skipped: this test needs python3-websockets (apt-get install python3-websockets)", file=sys.stderr)
    sys.exit(77)
from running_hub import Hub

MPAC = sys.argv.pop(1) if __name__ == "__main__" else "build/mpac"
PROGRAM = sys.argv.pop(1) if __name__ == "__main__" else "build/mpac-cluster"

STRICT = {"session.strict": True, "session.liveness.heartbeat_interval_sec": 1,
          "session.liveness.intent_claim_grace_period_sec": 1, "session.governance.intent_expiry_grace_sec": 0}
HUBS = {"plain": STRICT,
        "locked": {**STRICT, "session.race_lock": True},
        "pre_commit": {**STRICT, "session.compliance_profile": "governance", "session.execution_model": "pre_commit"}}

# What the checks of the wire look through: a session with people, an overlap and a sign of life.
FEED = ("announce-is-told", "report-is-complete", "withdraw-is-told", "strangers-are-refused", "coordinator-shows-life")

SILENT = swallows("PROTOCOL_ERROR", "OP_REJECT")

# The fault, the hub behind it, and the checks that have to notice.
FAULTS = [
    (swallows("SESSION_INFO"), "plain", "hello-is-answered who-left-may-return"),
    (to_visitor(says_something_first), "plain", "session-info-comes-first"),
    (alters(sets("payload.session_id", "other")), "plain", "session-info-names-the-session"),
    (alters(forgets("payload.state_ref_format")), "plain", "session-info-is-complete payloads-are-complete"),
    (alters(sets("payload.security_profile", "closed")), "plain", "profiles-are-known-words"),
    (alters(sets("payload.execution_model", "pre_commit")), "plain", "core-is-post-commit"),
    (to_hub(remembers_nothing), "plain", "hello-again-is-answered"),
    (to_visitor(counts_nobody), "plain", "people-are-counted"),
    (to_hub(lets_strangers_in), "plain", "strangers-are-refused strangers-change-nothing"),
    (to_visitor(lamport_stands_still), "plain", "clock-follows lamport-rises lamport-values-are-not-shared"),
    (listens(forgets("payload.status")), "plain", "heartbeat-is-taken"),
    (to_hub(lambda message, _: [] if message.get("message_type") == "GOODBYE" else [message]), "plain",
     "goodbye-withdraws"),
    (to_hub(believes_every_name), "plain", "other-names-are-refused"),
    (to_hub(knows_one_session), "plain", "other-sessions-are-refused"),
    (tells_everybody("SESSION_CLOSE"), "plain", "participants-do-not-close"),
    (tells_everybody("INTENT_CLAIM_STATUS"), "plain", "only-the-coordinator-decides-claims"),
    (swallows("COORDINATOR_STATUS"), "plain", "coordinator-shows-life"),
    (listens(sets("version", "0.1.13")), "plain", "other-versions-are-refused"),

    (swallows("INTENT_ANNOUNCE"), "plain", "announce-is-told unknown-types-are-ignored other-watermarks-are-read "
     "unknown-members-are-let-through others-are-not-disturbed"),
    (to_visitor(sees_conflicts_everywhere), "plain", "apart-is-peaceful letters-have-case entities-apart-are-peaceful "
     "goodbye-withdraws withdraw-frees ttl-ends-it deferral-holds-nothing"),
    (swallows("CONFLICT_REPORT"), "plain", "same-file-collides dot-slash-is-dropped slashes-are-one entities-collide "
     "closing-slash-is-dropped tasks-collide patterns-meet uris-meet-across-kinds growth-is-reported "
     "participants-report"),
    (to_visitor(reports_what_it_refused), "locked", "refused-leaves-nothing"),
    (swallows("INTENT_UPDATE"), "plain", "update-is-told"),
    (tells_everybody("INTENT_UPDATE", "INTENT_WITHDRAW"), "plain", "only-owners-update only-owners-withdraw"),
    (swallows("INTENT_WITHDRAW"), "plain", "withdraw-is-told"),
    (alters(forgets("payload.principal_id"), kind_is("INTENT_DEFERRED")), "plain", "deferral-is-told"),
    (swallows("INTENT_DEFERRED", where=lambda message: "status" in message["payload"]), "plain",
     "deferral-is-resolved"),
    (swallows("INTENT_CLAIM_STATUS"), "plain", "a-left-intent-is-claimed"),
    (alters(sets("payload.error_code", "MALFORMED_MESSAGE")), "plain", "the-second-claim-is-late the-second-is-late "
     "resolution-needs-a-conflict only-the-committed-is-superseded unknown-is-refused"),

    (swallows("OP_COMMIT"), "plain", "commit-is-told"),
    (to_hub(fills_in), "plain", "commit-needs-state-before commit-needs-state-after commit-needs-a-target "
     "commit-needs-a-watermark"),
    (swallows("OP_REJECT"), "plain", "proposals-fall-with-their-intent reviewers-reject"),
    (tells_everybody("OP_REJECT"), "plain", "only-reviewers-reject"),
    (swallows("COORDINATOR_STATUS"), "pre_commit", "authorization-comes"),
    (swallows("OP_COMMIT"), "pre_commit", "completion-is-told"),
    (swallows("OP_BATCH_COMMIT"), "plain", "batch-is-told"),
    (swallows("OP_SUPERSEDE"), "plain", "supersede-is-told"),

    (to_visitor(tells_only_one), "plain", "both-are-told"),
    (alters(forgets("payload.basis")), "plain", "report-is-complete payloads-are-complete"),
    (alters(sets("payload.related_intents", []), kind_is("CONFLICT_REPORT")), "plain", "report-names-the-intents"),
    (swallows("CONFLICT_ACK"), "plain", "ack-is-told"),
    (swallows("CONFLICT_ESCALATE"), "plain", "escalation-reaches-its-target"),
    (swallows("RESOLUTION"), "plain", "dismissed-when-all-has-ended owners-resolve the-unauthorised-do-not-count"),
    (to_visitor(dismisses_at_once), "plain", "one-end-is-not-enough"),

    (alters(sets("files", "none"), lambda message: message.get("type") == "FILE_LIST_RESPONSE"), "plain",
     "files-are-listed"),
    (swallows("FILE_ERROR"), "plain", "missing-files-are-told"),
    (swallows("FILE_UPDATED"), "plain", "everybody-hears-of-a-change"),
    (alters(sets("state_ref", "sha256:0"), lambda message: message.get("type") == "FILE_CONTENT"), "plain",
     "what-was-written-is-read"),
    (alters(sets("payload.file_changes", {}), kind_is("OP_COMMIT")), "plain", "content-is-not-relayed"),
    (alters(sets("session.session_id", "other"), lambda message: True), "plain", "the-session-is-summed-up"),

    (SILENT, "plain", "strangers-are-refused other-names-are-refused closing-is-refused only-owners-update "
     "only-owners-withdraw ids-of-others-are-taken the-end-is-final unknown-is-refused"),
    (SILENT, "plain", "claims-need-an-intent claims-need-a-suspended-intent op-ids-of-others-are-taken "
     "proposals-need-a-live-intent one-bad-entry-refuses-all empty-batches-are-refused reports-are-about-something"),
    (SILENT, "plain", "ack-needs-a-conflict escalation-needs-authority contributors-do-not-resolve observers-only-look "
     "the-committed-needs-a-rollback resolution-needs-a-watermark after-escalation-the-target-decides "
     "resolution-needs-a-rationale stale-changes-are-refused"),
    (SILENT, "plain", "no-json no-object no-envelope deeply-nested members-are-required payload-members-are-required "
     "types-are-looked-at other-protocols-are-refused"),
    (alters(forgets("payload.extensions"), kind_is("INTENT_ANNOUNCE")), "plain",
     "extensions-survive relays-are-unchanged"),
    (to_hub(answers_errors), "plain", "errors-are-not-answered"),

    (to_visitor(as_rubbish), "plain", "messages-are-json"),
    (to_visitor(as_binary), "plain", "messages-are-json"),
    (alters(forgets("ts")), "plain", "envelopes-are-complete"),
    (alters(sets("protocol", "SMTP")), "plain", "protocol-is-mpac"),
    (alters(sets("session_id", "other")), "plain", "sessions-do-not-mix"),
    (to_visitor(twice), "plain", "ids-are-unique lamport-rises"),
    (alters(sets("ts", "2026-01-01T00:00:00+02:00")), "plain", "times-are-utc"),
    (alters(forgets("coordinator_epoch")), "plain", "session-info-tells-the-epoch status-tells-the-epoch "
     "all-tell-the-epoch"),
    (to_visitor(epoch_falls), "plain", "epochs-do-not-fall"),
    (alters(forgets("watermark")), "plain", "judgements-have-watermarks all-have-watermarks"),
    (alters(sets("sender.principal_type", "agent")), "plain", "coordinator-is-a-service"),
    (alters(sets("payload.refers_to", "another")), "plain", "errors-name-their-message"),
    (alters(sets("payload.objective", "something else"), kind_is("INTENT_ANNOUNCE")), "plain",
     "relays-are-unchanged announce-is-told"),
    (to_visitor(out_of_order), "plain", "all-hear-one-order"),
]


def conform(url, *options, patience=20):
    """Runs it to its end: (exit code, report, seconds, complaints)."""
    begun = time.monotonic()
    done = subprocess.run([MPAC, "conform", url, "--json", "--patience", str(patience), *options], capture_output=True,
                          text=True, timeout=280)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, time.monotonic() - begun, done.stderr


def outcomes(report):
    return {check["name"]: check["outcome"] for check in report["checks"]}


def complaints(report):
    return "\n".join(f"{check['name']}: {check['seen']}" for check in report["checks"] if check["outcome"] == "failed")


class Conform(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.hubs = {}
        for name, settings in HUBS.items():
            cls.hubs[name] = Hub(PROGRAM, settings).start()
            cls.addClassCleanup(cls.hubs[name].stop)
        listed = subprocess.run([MPAC, "conform", "--list", "--json"], capture_output=True, text=True, check=True)
        cls.checks = {check["name"]: check for check in json.loads(listed.stdout)}

    def test_our_hub_passes_everything(self):
        played = set()
        for name, hub in self.hubs.items():
            code, report, _, said = conform(hub.url("/session/{session}"))
            self.assertEqual((code, complaints(report), said), (0, "", ""), name)
            self.assertTrue(report["conforms"])
            played |= {check for check, outcome in outcomes(report).items() if outcome == "passed"}
        self.assertEqual(set(self.checks) - played, set(), "each check applies to one of them")

    def test_over_tls_and_on_another_path(self):
        with tempfile.TemporaryDirectory(prefix="mpac-conform-") as folder:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "hub.key", "-out",
                            "hub.pem", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                           cwd=folder, check=True, capture_output=True)
            settings = {**STRICT, "listen.tls.cert_file": f"{folder}/hub.pem",
                        "listen.tls.key_file": f"{folder}/hub.key"}
            with Hub(PROGRAM, settings) as hub:
                url = f"wss://localhost:{hub.ports['port']}/session/{{session}}/whatever"
                code, report, _, said = conform(url, "--ca-file", f"{folder}/hub.pem", "--layer", "session")
                self.assertEqual((code, complaints(report), said), (0, "", ""))
                code, _, _, said = conform(url, "--layer", "session")
                self.assertEqual(code, 4, said)
                self.assertIn("certificate", said)

    def test_one_session_is_enough(self):
        code, report, _, _ = conform(self.hubs["plain"].url("/session/{session}"), "--session", "the-only-one",
                                     "--layer", "intent", "--layer", "wire")
        self.assertEqual((code, complaints(report)), (0, ""))

    def test_every_check_can_fail(self):
        def broken(number):
            fault, hub, names = FAULTS[number]
            names = set(names.split())
            with BrokenCoordinator(self.hubs[hub].ports["port"], fault) as coordinator:
                only = [part for name in sorted(names | set(FEED)) for part in ("--check", name)]
                return number, names, *conform(coordinator.url, *only, patience=1)

        with concurrent.futures.ThreadPoolExecutor(4) as crew:
            for number, names, code, report, _, said in crew.map(broken, range(len(FAULTS))):
                with self.subTest(fault=number, names=sorted(names)):
                    self.assertEqual(said, "")
                    found = {name for name, outcome in outcomes(report).items() if outcome == "failed"}
                    self.assertLessEqual(names, found, "these did not notice")
                    is_bad = any(self.checks[name]["level"] == "MUST" for name in found)
                    self.assertEqual((code, report["conforms"]), (1, False) if is_bad else (0, True))
        noticed = {name for _, _, names in FAULTS for name in names.split()}
        self.assertEqual(noticed, set(self.checks), "each check has a fault that it notices")

    def test_a_should_that_fails_is_told_and_does_not_count(self):
        with BrokenCoordinator(self.hubs["plain"].ports["port"], to_visitor(counts_nobody)) as coordinator:
            code, report, _, _ = conform(coordinator.url, "--check", "people-are-counted", patience=1)
        self.assertEqual((code, report["conforms"], report["totals"]["SHOULD"]["failed"]), (0, True, 1))
        check, = report["checks"]
        self.assertEqual((check["layer"], check["section"], check["outcome"]), ("session", "13.1", "failed"))
        self.assertIn("participant_count is 1", check["seen"])

    def test_whatever_a_coordinator_does_is_a_finding(self):
        for name, behaviour in (("says nothing", says_nothing), ("hangs up", hangs_up), ("floods", floods),
                                ("talks nonsense", talks_nonsense)):
            with self.subTest(name), BrokenCoordinator(0, ("instead", behaviour)) as coordinator:
                only = [part for check in ("hello-is-answered", "same-file-collides", "no-json", "messages-are-json",
                                           "all-hear-one-order") for part in ("--check", check)]
                code, report, seconds, said = conform(coordinator.url, *only, patience=1)
                self.assertEqual((code, said), (1, ""))
                self.assertEqual(outcomes(report)["hello-is-answered"], "failed")
                self.assertLess(seconds, 60)
                if name == "hangs up":
                    self.assertIn("1011", complaints(report))

    def test_nobody_there(self):
        code, report, _, said = conform("ws://127.0.0.1:1", patience=1)
        self.assertEqual((code, report), (4, None))
        self.assertIn("127.0.0.1:1", said)
        for url in ("http://127.0.0.1:1", "nonsense", "ws://"):
            code, _, _, said = conform(url, patience=1)
            self.assertEqual(code, 2, said)
        code, _, _, said = conform("ws://127.0.0.1:1", "--check", "no-such-check")
        self.assertEqual(code, 2, said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
