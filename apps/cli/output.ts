/** How a command speaks: lines for people, or one JSON document for programs. */
export class Output {
  readonly json: boolean;
  private lastProgress = 0;
  constructor(json: boolean) {
    this.json = json;
  }

  line(text: string): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }

  /** The result of the command. */
  result(data: object, lines: readonly string[]): void {
    process.stdout.write(this.json ? `${JSON.stringify(data)}\n` : `${lines.join('\n')}\n`);
  }

  /** Count, rate and time left, at most four times a second; on a terminal in one line. */
  progress(what: string, done: number, total: number | null, startedAt: number): void {
    const now = Date.now();
    if (this.json || (now - this.lastProgress < 250 && done !== total)) return;
    this.lastProgress = now;
    const seconds = Math.max((now - startedAt) / 1000, 0.001);
    const rate = done / seconds;
    const left = total === null || rate === 0 ? '' : ` · còn ${duration((total - done) / rate)}`;
    const text = `${what}: ${done}${total === null ? '' : `/${total}`} · ${rate.toFixed(rate < 10 ? 1 : 0)}/s${left}`;
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}${done === total ? '\n' : ''}`);
    else if (done === total || now - startedAt > 2_000) process.stderr.write(`${text}\n`);
  }
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} giây`;
  return `${Math.ceil(seconds / 60)} phút`;
}
