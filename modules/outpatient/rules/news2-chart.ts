import { NEWS2_PARAMETERS, type News2Pack, type News2Parameter } from '@mach/vn/clinical/news2.ts';

/** Columns of the published chart, left to right: points below the usual, none, points above. */
export const CHART_COLUMNS = [3, 2, 1, 0, 1, 2, 3] as const;
const ZERO = 3;

export interface ChartRow {
  parameter: News2Parameter;
  /** SpO₂ has two rows: the scale that they are of. */
  scale?: 1 | 2;
  /** "9–11", "≥ 25", "93–94 {oxygen}", `{air}`, `{alert}`, `{not-alert}`; null: the chart has no such cell. */
  cells: readonly (string | null)[];
}

interface Band {
  low?: { toString(): string };
  high?: { toString(): string };
  score: number;
}

const textOf = ({ low, high }: Band, decimals: number): string => {
  const shown = (bound: Band['low']): string | undefined => {
    const text = bound?.toString();
    return text === undefined || decimals === 0 || text.includes('.') ? text : `${text}.0`;
  };
  const [from, to] = [shown(low), shown(high)];
  if (from === undefined) return `≤ ${to ?? ''}`;
  return to === undefined ? `≥ ${from}` : from === to ? from : `${from}–${to}`;
};

/** Bands from low to high values: what comes before the band of no points stands left of it. */
function cellsOf(bands: readonly Band[], decimals = 0): (string | null)[] {
  const cells: (string | null)[] = CHART_COLUMNS.map(() => null);
  const zero = bands.findIndex((b) => b.score === 0);
  for (const [i, band] of bands.entries()) {
    const column = i < zero ? ZERO - band.score : ZERO + band.score;
    cells[column] = textOf(band, decimals);
  }
  return cells;
}

/** Above 92 % it matters what is breathed: on air no points, on oxygen more the higher. */
function scaleTwo(pack: News2Pack): (string | null)[] {
  const cells = cellsOf(pack.bands.get('spo2-2') ?? []);
  const air = (pack.bands.get('spo2-2-air') ?? []).map((band) => `${textOf(band, 0)} {air}`);
  cells[ZERO] = [cells[ZERO], ...air].join('; ');
  for (const band of pack.bands.get('spo2-2-oxygen') ?? []) cells[ZERO + band.score] = `${textOf(band, 0)} {oxygen}`;
  return cells;
}

/** The chart of the Royal College as the pack holds it, rows and columns in the published order. Pure. */
export function news2Chart(pack: News2Pack): ChartRow[] {
  const bands = (name: string): readonly Band[] => pack.bands.get(name) ?? [];
  const only = (column: number, text: string): (string | null)[] =>
    CHART_COLUMNS.map((_, i) => (i === column ? text : null));
  return NEWS2_PARAMETERS.flatMap((parameter): ChartRow[] => {
    if (parameter === 'spo2')
      return [
        { parameter, scale: 1, cells: cellsOf(bands('spo2-1')) },
        { parameter, scale: 2, cells: scaleTwo(pack) },
      ];
    if (parameter === 'oxygen') {
      const cells = only(ZERO, '{air}');
      cells[ZERO - pack.oxygenScore] = '{oxygen}';
      return [{ parameter, cells }];
    }
    if (parameter === 'consciousness') {
      const cells = only(ZERO, '{alert}');
      cells[ZERO + pack.notAlertScore] = '{not-alert}';
      return [{ parameter, cells }];
    }
    return [{ parameter, cells: cellsOf(bands(parameter), parameter === 'temp' ? 1 : 0) }];
  });
}

/** Column in which a parameter with these points stands; points say the side only together with the value. */
export function chartColumn(row: ChartRow, points: number, low: boolean): number {
  const column = low ? ZERO - points : ZERO + points;
  return row.cells[column] === null ? (low ? ZERO + points : ZERO - points) : column;
}
