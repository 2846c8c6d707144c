"""Counts of a run, as a table and as JSON."""

import collections
import json

from . import examine, runners

SHOWN = examine.VERDICTS


class Report:
    def __init__(self, seed):
        self.seed = seed
        self.counts = collections.defaultdict(collections.Counter)  # (op, label): verdicts
        self.elements = collections.Counter()
        self.worst = collections.defaultdict(float)
        self.reasons = collections.defaultdict(collections.Counter)  # (op, label): reasons of what isn't equal
        self.findings = []

    def add(self, op, label, verdict):
        self.counts[op, label][verdict.verdict] += 1
        self.elements[op, label] += verdict.elements
        if verdict.verdict == "equal":
            self.worst[op, label] = max(self.worst[op, label], verdict.worst)
        elif verdict.verdict != "differs":
            self.reasons[op, label][f"{verdict.verdict}: {runners.reason(verdict.message)}"] += 1

    def totals(self):
        return sum(self.counts.values(), collections.Counter())

    def failed(self):
        return any(self.totals()[verdict] for verdict in examine.FINDINGS)

    def table(self):
        used = [verdict for verdict in SHOWN if self.totals()[verdict]] or ["equal"]
        width = max([len(op) for op, _ in self.counts] + [8])
        wide = max([len(label) for _, label in self.counts] + [4])
        lines = [
            f"{'operator':<{width}} {'type':<{wide}} " + " ".join(f"{verdict:>9}" for verdict in used) + "  worst float"
        ]
        for (op, label), counts in sorted(self.counts.items()):
            worst = f"{self.worst[op, label]:12.3g}" if self.worst[op, label] else " " * 12
            row = " ".join(f"{counts[verdict] or '.':>9}" for verdict in used)
            lines.append(f"{op:<{width}} {label:<{wide}} {row} {worst}".rstrip())
        row = " ".join(f"{self.totals()[verdict]:>9}" for verdict in used)
        lines.append(f"{'all':<{width}} {'':<{wide}} {row}")
        return "\n".join(lines)

    def summary(self):
        totals = self.totals()
        counted = ", ".join(f"{totals[verdict]} {verdict}" for verdict in SHOWN if totals[verdict])
        return (
            f"seed {self.seed}: {sum(totals.values())} models of {len(self.counts)} operator and type pairs: {counted}"
        )

    def json(self):
        rows = [
            {
                "op": op,
                "type": label,
                **{verdict: counts[verdict] for verdict in SHOWN},
                "elements": self.elements[op, label],
                "worst_float": self.worst[op, label],
                "reasons": dict(self.reasons[op, label].most_common(8)),
            }
            for (op, label), counts in sorted(self.counts.items())
        ]
        totals = {verdict: self.totals()[verdict] for verdict in SHOWN}
        return (
            json.dumps(
                {
                    "seed": self.seed,
                    "models": sum(totals.values()),
                    "totals": totals,
                    "pairs": rows,
                    "findings": self.findings,
                },
                indent=1,
            )
            + "\n"
        )
