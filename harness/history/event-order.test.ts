// Tests of the judges' assumptions: each breach of the order of events is named.
import { expect, test } from "vitest";
import { eventOrderBreach } from "./event-order.ts";
import { APPEND, HandMadeHistory } from "./fixtures/hand-made-history.ts";

const made = (): HandMadeHistory => new HandMadeHistory([[APPEND, APPEND], [APPEND], []]);
/** Two callers at once. */
const pair = (): HandMadeHistory =>
  new HandMadeHistory([[APPEND, APPEND, APPEND, { kind: "reopen" }, APPEND], [APPEND]], 2);

const orderly: { readonly [name: string]: HandMadeHistory } = {
  nothing: made(),
  "a chain": made().run().crash().found(0, 1).run().close().found(0, 1, 2).found(0, 1, 2),
  "killed recoveries": made().run().crash().crash({ during: "recovery" }).found(0, 1),
  "killed while it opens": made().opening().crash({ during: "open" }).run().crash(),
  "killed in an operation": made().open().ask(0).crashIn(0).found(),
  "an open that fails, then a kill": made()
    .opening()
    .event({ kind: "open-failed", life: 0, message: "no" })
    .crash({ during: "open" }),
  "a power cut after a close": made().run().close().crash().found(),
  "answers in any order": pair()
    .open()
    .askAll(0, 1)
    .answer(1)
    .ask(2)
    .answer(2, 0)
    .ack(3, 4)
    .crash(),
  "a crash of two callers": pair().open().askAll(0, 1).crashIn(0).found().run().crash(),
  "a crash of the second caller": pair().open().askAll(0, 1).answer(0).crashIn(1).found(0),
  "callers that wait for ever": pair().open().askAll(0, 1).answer(0).ask(2).stall(1, 2).crashIn(1),
  "an open that waits for ever": pair().opening().stall().crash({ during: "open" }),
  "a close that waits for ever": pair().open().stall().crash(),
  "an I/O error while callers wait": pair()
    .open()
    .ask(0)
    .event({ kind: "io-error", life: 0, failure: "EIO" })
    .stall(0)
    .event({ kind: "io-error", life: 0, failure: "EIO" })
    .crashIn(0),
  "a life left out": made().run().crash().event({ kind: "open", life: 2 }),
};

test.each(Object.entries(orderly))("%s is in order", (_, { history }) => {
  expect(eventOrderBreach(history)).toBeUndefined();
});

const ack = (life: number, operation: number) =>
  ({ kind: "acknowledged", life, operation, lsns: [] }) as const;

const breaches: readonly (readonly [string, HandMadeHistory])[] = [
  ["event 1 (open, life 1): life 0 has not ended", made().opening().opening()],
  [
    "event 3 (open, life 0): after life 0 of 3 it cannot begin",
    made().open().crash().event({ kind: "open", life: 0 }),
  ],
  [
    "event 0 (open, life 3): after life -1 of 3 it cannot begin",
    made().event({ kind: "open", life: 3 }),
  ],
  [
    "event 1 (opened, life 1): life 0 is the one at work",
    made().opening().event({ kind: "opened", life: 1 }),
  ],
  [
    "event 2 (opened, life 0): it comes while the life is open",
    made().open().event({ kind: "opened", life: 0 }),
  ],
  [
    "event 2 (open-failed, life 0): it comes while the life is open",
    made().open().event({ kind: "open-failed", life: 0, message: "no" }),
  ],
  [
    "event 1 (invoked, life 0): operation 0 was asked while the life is opening",
    made().opening().ask(0),
  ],
  [
    "event 3 (invoked, life 0): operation 1 was asked before 0 was answered",
    made().open().ask(0).ask(1),
  ],
  ["event 2 (invoked, life 0): operation 1 was asked where 0 of 2 is next", made().open().ask(1)],
  ["event 6 (invoked, life 0): operation 2 was asked where 2 of 2 is next", made().run().ask(2)],
  [
    "event 2 (acknowledged, life 0): operation 0 was answered, and none was asked",
    made().open().event(ack(0, 0)),
  ],
  [
    "event 4 (acknowledged, life 0): operation 0 was answered, and none was asked",
    made().open().ack(0).event(ack(0, 0)),
  ],
  [
    "event 3 (acknowledged, life 0): operation 1 was answered, and 0 was asked",
    made().open().ask(0).event(ack(0, 1)),
  ],
  ["event 3 (closed, life 0): operation 0 was never answered", made().open().ask(0).close()],
  ["event 1 (closed, life 0): it comes while the life is opening", made().opening().close()],
  ["event 2 (crash, life 0): the store was open", made().open().crash({ during: "open" })],
  ["event 2 (crash, life 0): it struck operation 0, and none was asked", made().open().crashIn(0)],
  [
    "event 3 (crash, life 0): it struck between operations, and the writer was at work",
    made().open().ask(0).crash(),
  ],
  ["event 2 (crash, life 0): the life has not ended", made().open().crash({ during: "recovery" })],
  ["event 2 (recovered, life 0): it comes while the life is open", made().open().found()],
  [
    "event 4 (invoked, life 0): operation 2 was asked before 0 was answered",
    pair().open().askAll(0, 1, 2),
  ],
  [
    "event 7 (invoked, life 0): operation 3 was asked before 2 was answered",
    pair().open().ack(0, 1).askAll(2, 3),
  ],
  [
    "event 9 (invoked, life 0): operation 4 was asked before 3 was answered",
    pair().open().ack(0, 1, 2).askAll(3, 4),
  ],
  [
    "event 5 (acknowledged, life 0): operation 1 was answered, and 0 was asked",
    pair().open().askAll(0, 1).answer(1, 1),
  ],
  [
    "event 4 (acknowledged, life 0): operation 2 was answered, and 0, 1 was asked",
    pair().open().askAll(0, 1).event(ack(0, 2)),
  ],
  [
    "event 4 (closed, life 0): operation 0, 1 was never answered",
    pair().open().askAll(0, 1).close(),
  ],
  [
    "event 4 (crash, life 0): it struck operation 1, and 0 was asked",
    pair().open().askAll(0, 1).crashIn(1),
  ],
  [
    "event 5 (crash, life 0): it struck between operations, and the writer was at work",
    pair().open().askAll(0, 1).answer(0).crash(),
  ],
  [
    "event 4 (stalled, life 0): it names operation 0, and 0, 1 was asked",
    pair().open().askAll(0, 1).stall(0),
  ],
  [
    "event 4 (stalled, life 0): it names operation 1, 0, and 0, 1 was asked",
    pair().open().askAll(0, 1).stall(1, 0),
  ],
  ["event 3 (stalled, life 0): the life has ended", pair().open().crash().stall()],
  [
    "event 4 (acknowledged, life 0): nothing was under way any more",
    pair().open().ask(0).stall(0).answer(0),
  ],
];

test.each(breaches)("%s", (breach, { history }) => {
  expect(eventOrderBreach(history)).toBe(breach);
});
