// schema/result.schema.json against results: what it takes, and what it refuses.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CrashStory } from "../harness/crash-story.ts";
import type { MeasuredSetting } from "../harness/measurement.ts";
import type { CampaignResult } from "../harness/result.ts";
import { MEASURED_RESULT } from "./fixtures/sample-measurement.ts";
import { anyResult, HELD_RESULT, WORST_RESULT } from "./fixtures/sample-result.ts";

/** Fields of this version that older results lack, or that are not always there. */
const ADDED = new Set(["losses", "violatingTrialNumbers", "story"]);

/** Also of a fault that did not run, and of a row. */
function isOptional(name: string, object: object): boolean {
  if (name === "durationMs") return "fault" in object;
  return ADDED.has(name) || (name === "command" && "reason" in object);
}

function sampleStory(result: CampaignResult): CrashStory | undefined {
  return result.scenarios[3]?.violations[0]?.story;
}

/** The setting of mode `batch`, which has something in every member. */
function batch(result: CampaignResult): MeasuredSetting | undefined {
  return result.measurement?.settings[1];
}

describe("schema/result.schema.json", () => {
  const schema: { readonly [field: string]: unknown } = JSON.parse(
    readFileSync(new URL("../schema/result.schema.json", import.meta.url), "utf8"),
  );
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
    schema,
  );

  it("takes hand-made results and any drawn one", () => {
    for (const result of [HELD_RESULT, WORST_RESULT, MEASURED_RESULT]) {
      validate(result);
      expect(validate.errors).toBeNull();
    }
    fc.assert(fc.property(anyResult, (result) => validate(JSON.parse(JSON.stringify(result)))));
  });

  it("describes every field", () => {
    const missing: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      if ("properties" in node && typeof node.properties === "object" && node.properties !== null) {
        for (const [name, field] of Object.entries(node.properties)) {
          if (typeof field.description !== "string") missing.push(`${path}.${name}`);
        }
      }
      for (const [name, child] of Object.entries(node)) visit(child, `${path}.${name}`);
    };
    visit(schema, "");
    expect(missing).toEqual([]);
  });

  it("takes a result of before a field was added", () => {
    const [first, ...rest] = HELD_RESULT.scenarios;
    const older = structuredClone(first ?? {});
    for (const name of ADDED) Reflect.deleteProperty(older, name);
    expect(validate({ ...HELD_RESULT, scenarios: [older, ...rest] })).toBe(true);
  });

  it("refuses each missing field of a measurement and any field it does not know", () => {
    const objects: ((result: CampaignResult) => object | null | undefined)[] = [
      (result) => result.measurement,
      (result) => result.measurement?.place,
      (result) => result.measurement?.place.syncLatency,
      (result) => result.measurement?.place.copies[0],
      batch,
      (result) => batch(result)?.allowedRecords,
      (result) => batch(result)?.speed,
      (result) => batch(result)?.speed.append,
      (result) => batch(result)?.speed.append.buckets[0],
      (result) => batch(result)?.risk,
      (result) => batch(result)?.risk?.kill,
      (result) => batch(result)?.risk?.power.records,
      (result) => batch(result)?.risk?.power.distribution[0],
      (result) => batch(result)?.risk?.power.series[0],
      (result) => batch(result)?.sampled[0],
      (result) => batch(result)?.sampled[0]?.counts[0],
    ];
    let tried = 0;
    for (const pick of objects) {
      for (const name of [...Object.keys(pick(MEASURED_RESULT) ?? {}), "unknown"]) {
        const result = structuredClone(MEASURED_RESULT);
        const object = pick(result) ?? {};
        if (name === "unknown") Object.assign(object, { unknown: 1 });
        else Reflect.deleteProperty(object, name);
        expect(validate(result), name).toBe(false);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(80);
  });

  it("refuses each missing field and any field it does not know", () => {
    const objects: ((result: CampaignResult) => object | undefined)[] = [
      (result) => result,
      (result) => result.machine,
      (result) => result.notRun[0],
      (result) => result.scenarios[3],
      (result) => result.scenarios[3]?.violations[0],
      (result) => sampleStory(result),
      (result) => sampleStory(result)?.events[0],
      (result) => sampleStory(result)?.records[0],
      (result) => sampleStory(result)?.bytes[0],
      (result) => result.scenarios[3]?.twin ?? undefined,
    ];
    let tried = 0;
    for (const pick of objects) {
      for (const name of [...Object.keys(pick(WORST_RESULT) ?? {}), "unknown"]) {
        const result = structuredClone(WORST_RESULT);
        const object = pick(result) ?? {};
        if (name === "unknown") Object.assign(object, { unknown: 1 });
        else if (isOptional(name, object)) continue;
        else Reflect.deleteProperty(object, name);
        expect(validate(result), name).toBe(false);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(50);
  });
});
