/** A fault that the person at the keyboard can do something about: shown without a stack. */
export class Trouble extends Error {
  /** @param {string} vi @param {string} en */
  constructor(vi, en, options) {
    super(en, options);
    this.vi = vi;
  }
}

/** One line of progress, Vietnamese first. To stderr: standard output belongs to the program that follows. */
export function say(vi, en) {
  process.stderr.write(`  ${vi} · ${en}\n`);
}

/** Prints a fault and ends with status 1. */
export function fail(error) {
  if (error instanceof Trouble) process.stderr.write(`\n  ${error.vi}\n  ${error.message}\n\n`);
  else process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

/** Seconds since `start` (of performance.now()), for a person. */
export function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
