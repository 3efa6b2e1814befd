// The CI job that `ackproof init` writes, for GitHub Actions.

/**
 * Installs what the lock file names and runs the gate, which writes the step's summary and annotations by itself;
 * the report is kept, also of what held.
 */
export const WORKFLOW = `name: ackproof
on: [push, pull_request]
permissions:
  contents: read
jobs:
  durability:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      # Power cuts of programs are recorded by strace.
      - run: sudo apt-get update && sudo apt-get install --yes strace
      - run: npm ci
      - run: npx ackproof gate --trials 100
      - uses: actions/upload-artifact@v4
        if: \${{ !cancelled() }}
        with:
          name: ackproof-report
          path: ackproof-report
`;
