export interface Measurement {
  name: string;
  value: number;
  unit: string;
  /** Our value over the value of the same work in bare PostgreSQL or bare HTTP; null where there is no such limit. */
  ratio_to_limit: number | null;
  n: number;
  p50?: number;
  p95?: number;
  p99?: number;
  errors: number;
}

const all: Measurement[] = [];

/** One JSON object a line as soon as it is known; the table comes at the end. */
export function report(measurement: Measurement): void {
  all.push(measurement);
  process.stdout.write(`${JSON.stringify(measurement)}\n`);
}

export function table(): void {
  const cell = (value: number | undefined | null): string =>
    value === undefined || value === null ? '–' : value.toFixed(value < 10 ? 2 : 1);
  process.stdout.write(
    `\n${'name'.padEnd(34)}${'value'.padStart(10)} unit        ratio     p50     p95     p99  errors\n`,
  );
  for (const m of all)
    process.stdout.write(
      `${m.name.padEnd(34)}${cell(m.value).padStart(10)} ${m.unit.padEnd(10)}${cell(m.ratio_to_limit).padStart(7)}${cell(m.p50).padStart(8)}${cell(m.p95).padStart(8)}${cell(m.p99).padStart(8)}${String(m.errors).padStart(8)}\n`,
    );
}

/** Percentiles of times in milliseconds (nearest rank). */
export function spread(times: readonly number[]): { p50: number; p95: number; p99: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
