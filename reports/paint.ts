// Colours, or none: what each meaning looks like on a terminal.
import pc from "picocolors";

/** One function a meaning; each gives its text back unchanged where colours are off. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly unsure: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** Whether a stream gets colours: a terminal, unless `NO_COLOR` holds anything (no-color.org). */
export function wantsColours(
  stream: { readonly isTTY?: boolean },
  environment: { readonly [name: string]: string | undefined },
): boolean {
  const refused = environment["NO_COLOR"] ?? "";
  return stream.isTTY === true && refused === "" && environment["TERM"] !== "dumb";
}

/** The paints with colours on or off. */
export function createPaint(colours: boolean): Paint {
  const { green, red, yellow, dim, bold } = pc.createColors(colours);
  return { good: green, bad: red, unsure: yellow, faint: dim, strong: bold };
}
