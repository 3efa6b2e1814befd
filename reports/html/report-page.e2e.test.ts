// The report in a real browser: it asks nothing of a network, sorts, saves, prints, and can be read by anybody.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CampaignResult } from "../../harness/result.ts";
import { missingBrowser, openBrowser } from "../fixtures/browser.ts";
import { FULL_RESULT } from "../fixtures/full-result.ts";
import { WORST_RESULT } from "../fixtures/sample-result.ts";
import { renderHtml } from "./render-html.ts";

const missing = missingBrowser();
const PHONE = { width: 400, height: 800 };
const DESK = { width: 1440, height: 900 };
const FULL_TEXT = renderHtml(FULL_RESULT);
/** render-html.test.ts names them. */
const CHARTS = FULL_TEXT.split("<figure ").length - 1;

/** What went wrong in a page, or left it. */
interface Watched {
  readonly page: Page;
  readonly problems: string[];
}

interface View {
  readonly size: { readonly width: number; readonly height: number };
  readonly scheme: "light" | "dark";
}

describe.skipIf(missing !== undefined)(`the page in a browser ${missing ?? ""}`, () => {
  let browser: Browser;
  let folder = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "report-page-"));
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(text: string, view: Partial<View> = {}): Promise<Watched> {
    const { size = DESK, scheme = "light" } = view;
    const file = join(folder, "index.html");
    writeFileSync(file, text);
    const page = await browser.newPage({ viewport: size, colorScheme: scheme });
    const problems: string[] = [];
    page.on("console", (message) => problems.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => {
      problems.push(`dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    const address = pathToFileURL(file).href;
    await page.route("**/*", async (route) => {
      if (route.request().url() === address) return route.continue();
      problems.push(`request: ${route.request().url().slice(0, 200)}`);
      return route.abort();
    });
    await page.goto(address);
    return { page, problems };
  }

  it("draws every chart, without an error and without a request", async () => {
    const { page, problems } = await open(FULL_TEXT);
    const figures = page.locator("figure");
    expect(await figures.count()).toBe(CHARTS);
    for (const figure of await figures.all()) {
      const plot = figure.locator("svg.plot:visible");
      expect(await plot.count()).toBe(1);
      const box = await plot.boundingBox();
      expect(box?.width).toBeGreaterThan(300);
      expect(await plot.locator("path, rect, circle").count()).toBeGreaterThan(3);
      expect(await figure.locator("tbody tr").count()).toBeGreaterThan(0);
    }
    expect(problems).toEqual([]);
    await page.close();
  });

  it("keeps hostile text of a subject text", async () => {
    const hostile = [
      '</script><script>alert("script")</script>',
      '"><img src="http://example.invalid/x.png" onerror="alert(1)">',
      "</title></style></svg><svg onload=alert(2)>",
      "' onmouseover='alert(3)' \u001b[31mred\u202egnp.exe\u0000",
      "${alert(4)} {{alert(5)}} &lt;b&gt; javascript:alert(6)",
      "x".repeat(5000),
    ].join(" ");
    const evil: CampaignResult = JSON.parse(
      JSON.stringify(FULL_RESULT, (key, value: unknown) =>
        typeof value === "string" && HOSTILE_KEYS.has(key) ? `${value} ${hostile}` : value,
      ),
    );
    const text = renderHtml(evil);
    for (const size of [PHONE, DESK]) {
      const { page, problems } = await open(text, { size });
      expect(problems).toEqual([]);
      expect(await page.locator("img, iframe, object, embed, link, base").count()).toBe(0);
      expect(await page.locator("script").count()).toBe(1);
      expect(await page.locator("[onerror], [onload], [onmouseover]").count()).toBe(0);
      const message = await page.locator(".violation .message").first().textContent();
      expect(message).toContain('</script><script>alert("script")</script>');
      expect(message).toContain("\\x1b[31mred\\u202egnp.exe\\x00");
      expect(await overflow(page)).toBe(0);
      await page.close();
    }
  });

  it("fits a phone and a desk without scrolling sideways", async () => {
    for (const size of [PHONE, DESK]) {
      const { page } = await open(FULL_TEXT, { size });
      expect(await overflow(page)).toBe(0);
      await page.close();
    }
  });

  it("sorts a table by keyboard, up and down, and says so", async () => {
    const { page, problems } = await open(FULL_TEXT);
    const table = page.locator("#campaign ~ .scroll table");
    const head = table.locator("thead th", { hasText: "trials" }).first();
    await head.locator("button").focus();
    const column = async (): Promise<readonly number[]> =>
      (await table.locator("tbody tr td:nth-child(4)").allTextContents()).map(Number);
    const before = await column();
    await page.keyboard.press("Enter");
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    expect(await column()).toEqual(before.toSorted((a, b) => b - a));
    expect(await page.locator("#said").textContent()).toBe("sorted by trials, descending");
    await page.keyboard.press("Space");
    expect(await head.getAttribute("aria-sort")).toBe("ascending");
    expect(await column()).toEqual(before.toSorted((a, b) => a - b));
    const names = table.locator("thead th", { hasText: "scenario" });
    await names.locator("button").click();
    expect(await table.locator("[aria-sort]").count()).toBe(1);
    const sorted = await table.locator("tbody th").allTextContents();
    expect(sorted).toEqual(sorted.toSorted((a, b) => a.localeCompare(b, "en")));
    expect(problems).toEqual([]);
    await page.close();
  });

  it("saves a chart as a picture that stands alone", async () => {
    const { page, problems } = await open(FULL_TEXT, { scheme: "dark" });
    for (const [name, kind] of [
      ["SVG", "svg"],
      ["PNG", "png"],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: `Save as ${name}: Latency against risk window` }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`latency-against-risk.${kind}`);
      const file = join(folder, download.suggestedFilename());
      await download.saveAs(file);
      const bytes = readFileSync(file);
      if (kind === "png") expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
      else {
        const svg = bytes.toString("utf8");
        expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
        expect(svg).toContain("Latency against risk window");
        expect(svg).not.toContain("var(--");
        const alone = await browser.newPage();
        await alone.goto(pathToFileURL(file).href);
        expect(await alone.locator("svg").count()).toBe(1);
        await alone.close();
      }
    }
    expect(problems).toEqual([]);
    await page.close();
  });

  it("copies the command that replays a violation, or selects it", async () => {
    const { page, problems } = await open(renderHtml(WORST_RESULT));
    await page.getByRole("button", { name: "Copy the command: Replay it with" }).click();
    await expect.poll(() => page.locator("#said").textContent()).toMatch(/^(copied|selected)/);
    expect(problems).toEqual([]);
    await page.close();
  });

  it.each([
    { size: PHONE, scheme: "dark" },
    { size: DESK, scheme: "light" },
  ] as const)("is accessible at $size.width pixels, $scheme", async (view) => {
    const { page } = await open(FULL_TEXT, view);
    await page.locator("details").evaluateAll((all) => {
      for (const details of all) details.setAttribute("open", "");
    });
    // Outside the page's policy, which holds for what the page itself runs.
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Page.setBypassCSP", { enabled: true });
    await page.evaluate(axe.source);
    const violations: readonly unknown[] = await page.evaluate(
      `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
        .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 200)]))`,
    );
    expect(violations).toEqual([]);
    await page.close();
  });

  it("leads the keyboard past the header, and shows where it is", async () => {
    const { page } = await open(FULL_TEXT);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the verdict");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe(
      "solid",
    );
    const summary = page.locator("summary", { hasText: "All 19 settings" });
    await summary.focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("#spectrum ~ details[open]").count()).toBe(1);
    await page.close();
  });

  it("prints everything on paper, and closes it again", async () => {
    const { page, problems } = await open(FULL_TEXT, { scheme: "dark" });
    const closed = page.locator("details:not([open])");
    const before = await closed.count();
    expect(before).toBeGreaterThan(10);
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString("latin1")).toBe("%PDF-");
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await closed.count()).toBe(0);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await closed.count()).toBe(before);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("button:visible").count()).toBe(
      await page.locator("th button:visible").count(),
    );
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
      "rgb(255, 255, 255)",
    );
    expect(problems).toEqual([]);
    await page.close();
  });

  it("reads without its script", async () => {
    const file = join(folder, "plain.html");
    writeFileSync(file, FULL_TEXT);
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: PHONE });
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator("button").count()).toBe(0);
    expect(await page.locator("svg.plot:visible").count()).toBe(CHARTS);
    await context.close();
  });
});

/** Fields that carry a subject's or a user's text. */
const HOSTILE_KEYS: ReadonlySet<string> = new Set(
  [
    ["name", "title", "command", "message", "guarantee", "replay", "prevention", "text", "file"],
    ["crash", "reason", "id", "mode", "fileSystem", "mountOptions", "cpuModel", "description"],
  ].flat(),
);

/** Pixels that the page is wider than its window. */
async function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}
