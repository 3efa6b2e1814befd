// summary.md: what a person reads, and that any text of a subject stays text in it.
import * as fc from "fast-check";
import { lexer, type Token } from "marked";
import { describe, expect, it } from "vitest";
import { escapeMarkdown, escapeMarkdownLine, fenced } from "./escape-markdown.ts";
import { anyResult, HELD_RESULT, WORST_RESULT } from "./fixtures/sample-result.ts";
import { SMALL_MEASUREMENT } from "./fixtures/small-measurement.ts";
import { reportModel } from "./report-model.ts";
import { renderMarkdown } from "./summary-markdown.ts";

/** What a renderer of GitHub's Markdown makes a link, a mention, an image, HTML, a list or a formula of. */
const HOSTILE = [
  "<img src=x onerror=alert(1)><script>alert(1)</script>",
  "[click](https://example.org) ![x](y) https://example.org www.example.org",
  "`code` **bold** _x_ ~~gone~~ $x$ a|b \\| \\\\| &lt;",
  "# heading",
  "- item",
  "1. item",
  "```",
  "@octocat a@example.org #1",
  "    indented",
];

/** Every token, those inside others too. */
function flat(tokens: readonly Token[]): readonly Token[] {
  return tokens.flatMap((token) => [token, ...flat(inside(token))]);
}

function inside(token: Token): readonly Token[] {
  if (token.type === "table" && "rows" in token) {
    const cells: readonly { readonly tokens: Token[] }[] = [...token.header, ...token.rows.flat()];
    return cells.flatMap((cell) => cell.tokens);
  }
  if ("items" in token) return token.items;
  return "tokens" in token ? (token.tokens ?? []) : [];
}

/** The text that is shown of a line's tokens. */
function shown(tokens: readonly Token[]): string {
  return flat(tokens)
    .filter((token) => inside(token).length === 0 && token.type !== "html")
    .map((token) => ("text" in token ? String(token.text) : ""))
    .join("");
}

describe("summary.md", () => {
  it("of what did not hold is the table, the reasons and how to repeat it", () => {
    expect(renderMarkdown(reportModel(WORST_RESULT))).toMatchInlineSnapshot(`
      "## ackproof: violated, after 45.0 s

      | scenario | fault | verdict | trials | crashes | at risk | lost/allowed | violations | tight |
      | :-- | :-- | :-- | --: | --: | --: | --: | --: | :-- |
      | wal/sync | kill | held | 402 | 611 | 0 | 0/0 | 0 (\\<0.75 %) | - |
      | wal/batch | kill | held | 402 | 611 | 7 | 7/7 | 0 (\\<0.75 %) | yes, 19 full |
      | wal/none | kill | **inconclusive** | 402 | 611 | 7 | 0/at risk | 0 (\\<0.75 %) | no |
      | planted/no-checksum | kill | **violated** | 402 | 611 | 7 | 7/7 | 5 (\\<83.10 %) | yes, 19 full |

      *at risk, lost: most acknowledged records at one crash; violations: trials (exact 95 % upper bound)*

      ### wal/none (kill): inconclusive

      - No crash fell in: rotation.

      ### planted/no-checksum (kill): violated

      - 5 of 9 trials broke a promise.

      **nothing-invented** (trial 3, seed 2381930112): append 17 (life 0) came back with other bytes than were written

      - The power fails right after the write of 000000000001.wal (event \\#87).
      - Kept: 000000000001.wal at 0x400, from append 17; lost: all else that was not synced.
      - Then append 17 came back with other bytes (nothing-invented).
      - No single sync, and not all of those tried together, prevents it.
      - The mildest device that shows it: posix.
      - This disk: floor; keep inode 3 sector 0x400 as of \\#87

      \`\`\`sh
      npx ackproof replay ackproof-report/violations/planted-no-checksum-kill-3
      \`\`\`

      **nothing-invented** (trial 4, seed 2381930112): append 17 (life 0) came back with other bytes than were written

      No artifact was kept.

      ### not run

      - power for wal/sync: strace is missing; to mend it: apt-get install strace

      Note: kill alone proves nothing about fsync: the page cache outlives the process.

      To repeat it:

      \`\`\`sh
      npx ackproof gate --seed 7
      \`\`\`

      ackproof: 0.1.0; seed: 7; started: 2026-01-02T03:04:05.678Z; node: v20.20.2; machine: linux 6.18.0 x64, 2 cores; containment: process group
      "
    `);
  });

  it("of a measurement has the spectrum of its modes", () => {
    const measured = { ...HELD_RESULT, scenarios: [], measurement: SMALL_MEASUREMENT };
    const text = renderMarkdown(reportModel({ ...measured, verdict: "measured" }));
    expect(text.slice(text.indexOf("### "), text.indexOf("Note: "))).toMatchInlineSnapshot(`
      "### The spectrum of the modes

      | setting | after an append | after a batch | latency of an append | of a batch of 10 | appends/s | fsyncs each | lost: killed | lost: power cut |
      | :-- | :-- | :-- | :-- | :-- | :-- | :-- | :-- | :-- |
      | wal/batch N=100 64 B | all but 99 | durable | 0.45 us, 12.5 us / 880 us, 2.13 ms | 0.45 us, 12.5 us / 880 us, 2.13 ms | 120,000 | 1/100 | 0 | at least 99 / 6.19 KiB, 310 us |
      | mine \\| \\<b\\> | durable | - | 0.45 us, 12.5 us / 880 us, 2.13 ms | - | 120,000 | - | - | - |

      *latency: p50, p99 / p99.9, max; lost: the most at any moment of the recorded stretch, of what was acknowledged,*\\
      *in records / bytes, age of the oldest. Fewer fsyncs than any mode asks for are those of rotations.*

      "
    `);
    const table = lexer(text).find(({ type }) => type === "table");
    expect(table !== undefined && "rows" in table && table.rows).toHaveLength(2);
  });

  it("of an interrupted campaign says so", () => {
    const interrupted = { ...HELD_RESULT, complete: false, interrupted: true, scenarios: [] };
    const text = renderMarkdown(reportModel(interrupted));
    expect(text).toMatch(/^## ackproof: held, interrupted, after 45.0 s\n\nNote: /);
  });

  it("has no markup but its own, whatever a subject wrote", () => {
    const own = new Set(
      "heading paragraph text escape table list list_item code strong em space br".split(" "),
    );
    fc.assert(
      fc.property(anyResult, fc.constantFrom(...HOSTILE), (result, hostile) => {
        const scenarios = result.scenarios.map((scenario) => ({
          ...scenario,
          name: hostile,
          reasons: [hostile, ...scenario.reasons],
        }));
        const notes = [hostile];
        const tokens = lexer(renderMarkdown(reportModel({ ...result, scenarios, notes })));
        for (const { type, raw } of flat(tokens)) {
          if (type === "html") expect(raw).toBe("<!-- -->");
          else expect(own).toContain(type);
        }
        const tables = flat(tokens).filter(({ type }) => type === "table");
        expect(tables).toHaveLength(scenarios.length > 0 ? 1 : 0);
        for (const table of tables)
          expect("rows" in table && table.rows).toHaveLength(scenarios.length);
      }),
    );
  });

  it("shows a text as it is", () => {
    for (const text of HOSTILE) {
      const flatText = text.replace(/\s+/g, " ").trim();
      expect(shown(lexer(`- ${escapeMarkdownLine(text)}`))).toBe(flatText);
      expect(shown(lexer(`x ${escapeMarkdown(text)}`))).toBe(`x ${flatText}`);
      expect(lexer(fenced(text)).map(({ type, raw }) => [type, raw])).toEqual([
        ["code", fenced(text)],
      ]);
    }
  });
});
