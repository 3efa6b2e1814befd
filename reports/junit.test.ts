// junit.xml: what a CI server counts and shows, held against a schema, and read back by a parser.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DOMParser, type Element } from "@xmldom/xmldom";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CampaignResult } from "../harness/result.ts";
import { anyResult, HELD_RESULT, WORST_RESULT } from "./fixtures/sample-result.ts";
import { SMALL_MEASUREMENT } from "./fixtures/small-measurement.ts";
import { renderJunit } from "./junit.ts";
import { reportModel } from "./report-model.ts";

const SCHEMA = fileURLToPath(new URL("fixtures/junit.xsd", import.meta.url));
const [HELD] = HELD_RESULT.scenarios;

function junit(result: CampaignResult): string {
  return renderJunit(reportModel(result));
}

function parse(xml: string): Element {
  const parser = new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  });
  const { documentElement } = parser.parseFromString(xml, "text/xml");
  if (documentElement === null) throw new Error("no element");
  return documentElement;
}

function all(element: Element, name: string): readonly Element[] {
  return Array.from(element.getElementsByTagName(name));
}

function row(changes: Partial<NonNullable<typeof HELD>>): CampaignResult {
  if (HELD === undefined) throw new Error("no sample");
  return { ...HELD_RESULT, scenarios: [{ ...HELD, ...changes }] };
}

/** Why the schema cannot be asked here. */
function missingXmllint(): string | undefined {
  const found = spawnSync("xmllint", ["--version"], { stdio: "ignore" }).status === 0;
  return found ? undefined : "needs xmllint: apt-get install libxml2-utils";
}

/** The places of the documents that the schema refuses. */
function refused(documents: readonly string[]): readonly number[] {
  const folder = mkdtempSync(join(tmpdir(), "ackproof-junit-"));
  try {
    const files = documents.map((document, place) => {
      const file = join(folder, `${place}.xml`);
      writeFileSync(file, document);
      return file;
    });
    const { stderr } = spawnSync("xmllint", ["--noout", "--schema", SCHEMA, ...files], {
      encoding: "utf8",
    });
    const verdicts = stderr.split("\n").flatMap((line) => {
      const [, place, verdict] = /(\d+)\.xml (validates|fails to validate)$/.exec(line) ?? [];
      return place === undefined
        ? []
        : [{ place: Number(place), accepted: verdict === "validates" }];
    });
    // A document that is no XML gets no verdict.
    const accepted = new Set(verdicts.filter((one) => one.accepted).map(({ place }) => place));
    return [...documents.keys()].filter((place) => !accepted.has(place));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What XML cannot hold at all is written as an escape. */
function representable(text: string): string {
  return text.replace(
    /[\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}

describe("junit.xml", () => {
  it("has a case for each row and each fault that did not run", () => {
    const document = junit(WORST_RESULT);
    expect(
      document.slice(document.indexOf("<testcase"), document.indexOf("<system-out")),
    ).toMatchInlineSnapshot(`
      "<testcase name="kill for wal/sync" classname="ackproof" time="14.321"/>
      <testcase name="kill for wal/batch" classname="ackproof" time="14.321"/>
      <testcase name="kill for wal/none" classname="ackproof" time="14.321">
      <error type="inconclusive" message="No crash fell in: rotation.">No crash fell in: rotation.</error>
      </testcase>
      <testcase name="kill for planted/no-checksum" classname="ackproof" time="14.321">
      <failure type="nothing-invented" message="append 17 (life 0) came back with other bytes than were written">5 of 9 trials broke a promise.
      nothing-invented (trial 3, seed 2381930112): append 17 (life 0) came back with other bytes than were written
        The power fails right after the write of 000000000001.wal (event #87).
        Kept: 000000000001.wal at 0x400, from append 17; lost: all else that was not synced.
        Then append 17 came back with other bytes (nothing-invented).
        No single sync, and not all of those tried together, prevents it.
        The mildest device that shows it: posix.
        This disk: floor; keep inode 3 sector 0x400 as of #87
        replay: npx ackproof replay ackproof-report/violations/planted-no-checksum-kill-3
      nothing-invented (trial 4, seed 2381930112): append 17 (life 0) came back with other bytes than were written
        replay: no artifact was kept</failure>
      </testcase>
      <testcase name="power for wal/sync" classname="ackproof" time="0.000">
      <skipped message="strace is missing; to mend it: apt-get install strace"></skipped>
      </testcase>
      "
    `);
  });

  it("passes what was measured, and says what it was", () => {
    const reasons = ["Nothing is promised."];
    const suite = parse(junit(row({ verdict: "measured", reasons })));
    expect(all(suite, "testcase").map((one) => one.childNodes.length)).toEqual([0]);
    expect(all(suite, "system-out")[0]?.textContent).toContain(
      "wal/batch (kill): measured\nNothing is promised.",
    );
  });

  it("has a case for each setting of a measurement", () => {
    const measured = { ...HELD_RESULT, scenarios: [], measurement: SMALL_MEASUREMENT };
    const suite = parse(junit({ ...measured, verdict: "measured" }));
    expect(all(suite, "testcase").map((one) => one.getAttribute("name"))).toEqual([
      "measure wal/batch N=100 64 B",
      "measure mine | <b>",
      "measure wal/batch N=10 64 B",
    ]);
    expect(all(suite, "error")).toHaveLength(0);
  });

  it("is never all green for a campaign that did not end, or ran nothing", () => {
    const interrupted = { ...HELD_RESULT, complete: false, interrupted: true };
    for (const result of [interrupted, { ...HELD_RESULT, scenarios: [] }]) {
      const suite = parse(junit(result));
      expect(all(suite, "error")).toHaveLength(1);
      expect(all(suite, "testsuite")[0]?.getAttribute("errors")).toBe("1");
    }
    expect(junit(interrupted)).toContain("interrupted, after 45.0 s");
    expect(all(parse(junit(HELD_RESULT)), "error")).toHaveLength(0);
  });

  it("tells the story's explanation with a violation", () => {
    const explanation = ["Kept: all else; lost: name 000002.wal.", "An fsync prevents it."];
    const story = { events: [], eventsLeftOut: 0, crashAt: 0, crash: "", records: [] };
    const scenarios = WORST_RESULT.scenarios.map((scenario) => ({
      ...scenario,
      violations: scenario.violations.map((violation) => ({
        ...violation,
        story: { ...story, recordsLeftOut: 0, bytes: [], explanation },
      })),
    }));
    const [failure] = all(parse(junit({ ...WORST_RESULT, scenarios })), "failure");
    expect(failure?.textContent).toContain(
      "\n  Kept: all else; lost: name 000002.wal.\n  An fsync prevents it.\n  replay:",
    );
  });

  it("gives any text back to a parser, and counts what it holds", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const model = reportModel(result);
        const suite = parse(renderJunit(model));
        const [attributes] = all(suite, "testsuite");
        for (const [count, name] of [
          ["tests", "testcase"],
          ["failures", "failure"],
          ["errors", "error"],
          ["skipped", "skipped"],
        ] as const) {
          expect(attributes?.getAttribute(count)).toBe(String(all(suite, name).length));
        }
        const messages = all(suite, "failure").map((one) => one.getAttribute("message"));
        const broken = model.rows.filter(({ verdict }) => verdict === "violated");
        const expected = broken.map(({ violations, reasons }) => {
          return violations[0]?.message ?? reasons[0] ?? "a promise was broken";
        });
        expect(messages).toEqual(expected.map(representable));
      }),
    );
  });
});

describe("the schema of junit.xml", () => {
  it("takes any result's, and refuses a broken document", ({ skip }) => {
    const missing = missingXmllint();
    if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(missing);
    skip(missing !== undefined, missing);
    const results = [HELD_RESULT, WORST_RESULT, ...fc.sample(anyResult, { numRuns: 60, seed: 6 })];
    expect(refused(results.map(junit))).toEqual([]);
    const sound = junit(WORST_RESULT);
    const broken = [
      sound.replace(' classname="ackproof"', ""),
      sound.replace(' time="45.012"', ' time="45.01234"'),
      sound.replace("T03:04:05", "T03:04:05.678Z"),
      sound.replace(' tests="5"', ' tests="five"'),
      sound.replace("<system-err></system-err>", ""),
      sound.replace("</failure>", '</failure><failure type="a" message="b"></failure>'),
      sound.replace('name="kill for wal/sync"', 'name=" "'),
      sound.replace('message="append', 'message="\u0001append'),
      sound.replace("</testcase>", ""),
    ];
    expect(new Set(broken).has(sound)).toBe(false);
    expect(refused(broken)).toEqual([...broken.keys()]);
  });
});
