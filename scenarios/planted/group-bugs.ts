// Planted bugs in group commit: who leads, who is answered, when, and with what.
import type { PlantedBug } from "./planted-bug.ts";

const SYNC = "        await this.#tail.barrierLater();\n";
const ANSWER = "        this.#answer(answers);\n";

export const groupBugs: readonly PlantedBug[] = [
  {
    name: "group-acknowledged-on-write",
    summary: "A group is answered when its bytes are written; its sync ends later.",
    reference:
      "In Turso a waiter that asked for a synced commit had its answer from a leader that wrote and did not sync: https://github.com/tursodatabase/turso/issues/9237",
    mode: "group",
    edits: [
      {
        file: "group-wal.ts",
        find: SYNC + ANSWER,
        replace: `        const synced = this.#tail.barrierLater();
${ANSWER}        await synced;
`,
      },
    ],
    convictedBy: {
      kind: "drawn",
      fault: "power",
      guarantees: ["nothing-lost", "synced-before-acknowledged"],
    },
  },
  {
    name: "group-wakes-late-followers",
    summary:
      "Callers that come while the sync is under way are answered with those that it covers.",
    reference:
      "A review of QuestDB's commits found a flush that marked as durable what was committed after its sync had begun: https://github.com/questdb/questdb/pull/7411",
    mode: "group",
    edits: [
      {
        file: "group-wal.ts",
        find: SYNC + ANSWER,
        replace: `${SYNC}        this.#answer([...answers, ...this.#putGroup(answers.length)]);
`,
      },
      {
        file: "group-wal.ts",
        find: "  #putGroup(): readonly (() => void)[] {",
        replace: "  #putGroup(from = 0): readonly (() => void)[] {",
      },
      {
        file: "group-wal.ts",
        find: "let call = this.#line.at(0); call !== undefined; call = this.#line.at(answers.length)",
        replace:
          "let call = this.#line.at(from); call !== undefined; call = this.#line.at(from + answers.length)",
      },
    ],
    convictedBy: {
      kind: "drawn",
      fault: "power",
      guarantees: ["nothing-lost", "synced-before-acknowledged"],
    },
  },
  {
    name: "leader-leaves-in-its-delay",
    summary:
      "A leader that was joined in its delay leaves the group to those who came, and they wait for a leader.",
    reference:
      "In Percona XtraDB Cluster a transaction left its group without leaving the queue, and all behind it waited for ever: https://github.com/percona/percona-xtradb-cluster/pull/1540",
    mode: "group",
    edits: [
      {
        file: "group-wal.ts",
        find: "          await this.#delay.pass(() => this.#line.appends);\n",
        replace: `          const waiting = this.#line.length;
          await this.#delay.pass(() => this.#line.appends);
          if (this.#line.length > waiting) {
            return;
          }
`,
      },
    ],
    convictedBy: { kind: "drawn", fault: "power", guarantees: ["everything-answered"] },
  },
  {
    name: "failed-sync-told-to-leader-alone",
    summary:
      "A sync that fails is an error for the leader; its followers are answered as if it had not.",
    reference:
      "In RocksDB the followers of a write group returned OK where their leader's write to the log had failed: https://github.com/facebook/rocksdb/pull/3201",
    mode: "group",
    edits: [
      {
        file: "group-wal.ts",
        find: SYNC + ANSWER,
        replace: `        try {
          await this.#tail.barrierLater();
        } catch (error) {
          this.#leave()?.refuse(this.#tail.poison(error));
          this.#answer(answers.slice(1));
          throw error;
        }
${ANSWER}`,
      },
    ],
    convictedBy: {
      kind: "drawn",
      fault: "io-error",
      guarantees: ["nothing-lost", "stops-after-error", "synced-before-acknowledged"],
    },
  },
  {
    name: "failed-sync-told-to-nobody",
    summary: "A sync that fails poisons the log, and those who wait for it are never answered.",
    reference:
      "A review of a consensus engine found waiters on a shared sync that had failed, whose answer never came: https://github.com/commonwarexyz/monorepo/pull/4072",
    mode: "group",
    edits: [
      {
        file: "group-wal.ts",
        find: "      this.#refuseAll(this.#tail.poison(error));\n",
        replace: "      this.#tail.poison(error);\n",
      },
    ],
    convictedBy: { kind: "drawn", fault: "io-error", guarantees: ["everything-answered"] },
  },
  {
    name: "lsn-given-at-the-call",
    summary:
      "An LSN is given when a caller joins and not where its record is put, so that LSNs and the file go apart.",
    reference:
      "EvolvSQL took an LSN before it took the writer's lock, and the file had its records in another order: https://github.com/JagritGumber/evolvsql/pull/62",
    mode: "group",
    edits: [
      {
        file: "group-wal.ts",
        find: "    return await this.#wait({ bytes, indexes: 1, put: () => this.#tail.putSingle(copy) });\n",
        replace: `    const lsn = this.#tail.lsnAfter(this.#line.length);
    const put = () => {
      this.#tail.putSingle(copy);
      return lsn;
    };
    return await this.#wait({ bytes, indexes: 1, put });
`,
      },
      {
        file: "log-tail.ts",
        find: "  putSingle(payload: Uint8Array): Lsn {\n",
        replace: `  lsnAfter(calls: number): Lsn {
    return makeLsn(this.#start.life, this.#nextIndex + calls);
  }

  putSingle(payload: Uint8Array): Lsn {
`,
      },
    ],
    convictedBy: { kind: "drawn", fault: "power", guarantees: ["lsn-order"] },
  },
  {
    name: "leader-counts-itself-as-sibling",
    summary: "A leader that is alone counts itself among the others, and waits for nobody.",
    reference:
      "PostgreSQL counts only the other sessions that are in a transaction: https://www.postgresql.org/docs/15/runtime-config-wal.html",
    mode: "group",
    edits: [
      {
        file: "group-delay.ts",
        find: "    const others = appends() - 1;\n",
        replace: "    const others = appends();\n",
      },
    ],
    convictedBy: { kind: "delay" },
  },
];
