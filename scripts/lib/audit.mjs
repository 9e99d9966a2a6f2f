/** Weaknesses of less weight are told, and stop nobody. */
const WEIGHTY = new Set(['high', 'critical']);

/**
 * What the answer of the package manager's audit says.
 * @param {string} output what it printed
 * @returns {{ status: 0 | 1 | 2, lines: string[] }}
 */
export function judge(output) {
  const start = output.indexOf('{');
  let answer;
  try {
    answer = JSON.parse(output.slice(start, output.lastIndexOf('}') + 1));
  } catch {
    answer = undefined;
  }
  const counts = answer?.metadata?.vulnerabilities;
  if (!counts || answer.error)
    return {
      status: 2,
      lines: [
        'dependency audit: NOT DONE, no registry answered',
        `  ${output.trim().split('\n').at(-1)?.slice(0, 200) ?? ''}`,
      ],
    };
  const found = Object.values(answer.advisories ?? {});
  const lines = found.map(
    (one) =>
      `  ${one.severity}: ${one.module_name} ${one.vulnerable_versions}: ${one.title} (${one.github_advisory_id ?? one.id})`,
  );
  const isBad = found.some((one) => WEIGHTY.has(one.severity)) || [...WEIGHTY].some((name) => counts[name] > 0);
  return { status: isBad ? 1 : 0, lines: [`dependency audit: ${found.length} known weaknesses`, ...lines] };
}
