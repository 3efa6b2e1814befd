// A word as a POSIX shell reads it back: for commands that are printed to be copied.

/** The word itself where it is plain, else in single quotes. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
