// What the fold throws where a call that succeeded could not have done so in the state it looks at.

/**
 * The state may be that of a moment too early: calls overlap, and one that has started may take effect
 * only after another. The fold tries again until the call ends; then the recording cannot be used.
 */
export class Contradiction extends Error {
  override readonly name = "Contradiction";
}
