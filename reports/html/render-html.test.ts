// The page as text: what is in it, that hostile text stays text, and that equal results give equal pages.
import * as fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import type { CampaignResult, LossCount } from "../../harness/result.ts";
import { FULL_RESULT } from "../fixtures/full-result.ts";
import { anyResult, HELD_RESULT, WORST_RESULT } from "../fixtures/sample-result.ts";
import { renderHtml } from "./render-html.ts";

interface Element {
  readonly id: string;
  readonly className: string;
  readonly textContent: string;
}

type Page = ReturnType<typeof parseHTML>["document"];

const FULL_TEXT = renderHtml(FULL_RESULT);

function pageOf(text: string): Page {
  return parseHTML(text).document;
}

/** Text of a result is escaped, so what looks like a tag is one. */
function tagsOf(text: string): ReadonlySet<string> {
  return new Set(Array.from(text.matchAll(/<([a-z][a-z0-9]*)/gi), ([, tag]) => tag ?? ""));
}

/** Controls and marks of direction that a browser would act on. */
function steeringCharacters(text: string): readonly string[] {
  return text.match(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu) ?? [];
}

function textsOf(page: Page, selector: string): string[] {
  const elements: Iterable<Element> = page.querySelectorAll(selector);
  return Array.from(elements, ({ textContent }) => textContent.trim());
}

function figuresOf(result: CampaignResult): readonly string[] {
  return Array.from(renderHtml(result).matchAll(/<figure id="([^"]*)"/g), ([, id]) => id ?? "");
}

function tells(losses: readonly LossCount[] = []): boolean {
  return losses.some(({ lost, allowed }) => lost > 0 || (allowed ?? 0) > 0);
}

describe("renderHtml", () => {
  it("begins with the verdict, then the spectrum, the campaign, charts, violations and findings", () => {
    const page = pageOf(FULL_TEXT);
    expect(textsOf(page, "h1, h2:not(.small)")).toEqual([
      expect.stringContaining("violated"),
      "The spectrum of the modes",
      "The campaign",
      "Charts",
      "Violations",
      "Findings, which set no verdict",
    ]);
    expect(textsOf(page, "nav a")).toEqual([
      "Spectrum",
      "Campaign",
      "Charts",
      "Violations",
      "Findings",
    ]);
    expect(textsOf(page, "h2.small")).toEqual(["Notes", "Not run, and no pass"]);
    expect(page.querySelector("#campaign ~ * tbody")?.querySelectorAll("tr")).toHaveLength(
      FULL_RESULT.scenarios.length,
    );
  });

  it("has each chart only where there is data for it", () => {
    expect(figuresOf(HELD_RESULT)).toEqual(["losses-0"]);
    const lossCharts = FULL_RESULT.scenarios
      .flatMap(({ losses }, place) => (tells(losses) ? [`losses-${place}`] : []))
      .slice(0, 8);
    expect(lossCharts.length).toBeGreaterThan(2);
    expect(figuresOf(FULL_RESULT)).toEqual([
      "risk-over-time",
      "latency-against-risk",
      "syncs-against-callers",
      "latency-against-callers",
      "sampled-1-acknowledgement",
      ...lossCharts,
      "convictions",
    ]);
    const { measurement: _, ...unmeasured } = FULL_RESULT;
    expect(figuresOf(unmeasured)).toEqual([...lossCharts, "convictions"]);
  });

  it("tells the story of a crash with its crash point, its losses and its bytes", () => {
    const page = pageOf(renderHtml(WORST_RESULT));
    const story = page.querySelector(".story");
    const items: Iterable<Element> = page.querySelectorAll(".timeline li");
    const events = Array.from(items, ({ className }) => className);
    expect(events.slice(-3)).toEqual(["disk", "struck", "recovery"]);
    expect(story?.querySelector(".why li")?.textContent).toContain("The power fails");
    expect(textsOf(page, ".story .bad")).toEqual(["altered: breaks the promise"]);
    const torn = page.querySelector(".hex mark")?.textContent ?? "";
    expect(torn).toMatch(/^([0-9a-f]{2} )+$/);
    expect(textsOf(page, ".violation .command code")).toEqual([
      WORST_RESULT.scenarios[3]?.violations[0]?.replay,
    ]);
    expect(textsOf(page, ".violation > p").at(-1)).toContain("No artifact");
  });

  it("is the same for the same result, and its script and style are what its policy allows", () => {
    expect(renderHtml(FULL_RESULT)).toBe(FULL_TEXT);
    const page = pageOf(FULL_TEXT);
    expect(page.querySelectorAll("script")).toHaveLength(1);
    expect(page.querySelectorAll("style")).toHaveLength(1);
    expect(page.querySelectorAll("[style], [onclick], [onload], [src], link")).toHaveLength(0);
    const named: Iterable<Element> = page.querySelectorAll("[id]");
    const ids = Array.from(named, ({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("renders any result, and no text of it is markup", () => {
    const known = new Set([...tagsOf(FULL_TEXT), ...tagsOf(renderHtml(HELD_RESULT))]);
    const hostile = '</script></style></title><img src=x onerror="alert(1)">\u001b[31m\u202e';
    fc.assert(
      fc.property(anyResult, (result) => {
        const evil = JSON.parse(
          JSON.stringify(result, (key, value: unknown) =>
            key === "message" || key === "text" || key === "name" ? hostile : value,
          ),
        );
        const text = renderHtml(evil);
        for (const tag of tagsOf(text)) expect(known).toContain(tag);
        expect(steeringCharacters(text)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("renders a measurement of nothing but zeros, and one without any setting", () => {
    const zeros: CampaignResult = JSON.parse(
      JSON.stringify(FULL_RESULT, (_, value: unknown) => (typeof value === "number" ? 0 : value)),
    );
    expect(figuresOf(zeros)).toContain("latency-against-risk");
    const { measurement } = FULL_RESULT;
    if (measurement === undefined) throw new Error("no measurement");
    const empty = { ...HELD_RESULT, measurement: { ...measurement, settings: [] } };
    expect(figuresOf(empty)).toEqual(["losses-0"]);
  });

  it("stays readable where a text never ends", () => {
    const long = renderHtml({ ...HELD_RESULT, notes: ["x".repeat(100_000)] });
    expect(long.length).toBeLessThan(renderHtml(HELD_RESULT).length + 3000);
  });
});
