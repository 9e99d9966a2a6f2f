const LIMIT = 600;
const USUAL = 420;

/** Long files are where faults and merge conflicts live. @param {import('./sources.mjs').Source[]} sources */
export function checkSizes(sources) {
  const sizes = sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .sort((a, b) => b.lines - a.lines);
  const faults = sizes
    .filter(({ lines }) => lines > LIMIT)
    .map(({ path, lines }) => `${path}: ${lines} lines; ${LIMIT} at most`);
  const long = sizes.filter(({ lines }) => lines > USUAL);
  if (long.length > sizes.length / 100)
    faults.push(
      `${long.length} of ${sizes.length} files have more than ${USUAL} lines; 1 in 100 may: ${long.map(({ path, lines }) => `${path} ${lines}`).join(', ')}`,
    );
  return faults;
}
