import type { Step } from '@mach/store';

/** A step of a rebuild of views in words. */
export function stepLine({ what, name, at, of, rows, ms }: Step): string {
  const seconds = (ms / 1_000).toFixed(1);
  return what === 'records'
    ? `đọc bản ghi · records ${at}/${of} ${name}: ${rows}, ${seconds} s`
    : `khung nhìn · view ${at}/${of} ${name}: ${rows}, ${seconds} s`;
}

/** Says the steps of a start that takes long: a large house is told what it waits for, a small one nothing. */
export function patiently(log: (line: string) => void, quiet = 3_000): (step: Step) => void {
  const started = performance.now();
  return (step) => {
    if (performance.now() - started > quiet) log(stepLine(step));
  };
}
