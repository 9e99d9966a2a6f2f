/** A place in the write-ahead log: bytes since its beginning. PostgreSQL writes it `1A/2B3C4D5E`. */
export type Lsn = bigint;

export function parseLsn(text: string): Lsn {
  const [high = '', low = ''] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export const formatLsn = (lsn: Lsn): string =>
  `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffff_ffffn).toString(16).toUpperCase()}`;

/** Sixteen digits, so that names sort as places do. */
export const lsnName = (lsn: Lsn): string => lsn.toString(16).padStart(16, '0');

const hex8 = (n: bigint): string => n.toString(16).toUpperCase().padStart(8, '0');

/** Name of the segment file that holds a place (`XLogFileName` of PostgreSQL). */
export function segmentName(timeline: number, lsn: Lsn, segmentBytes: number): string {
  const size = BigInt(segmentBytes);
  const perFile = 0x1_0000_0000n / size;
  const segment = lsn / size;
  return hex8(BigInt(timeline)) + hex8(segment / perFile) + hex8(segment % perFile);
}

export const segmentStart = (lsn: Lsn, segmentBytes: number): Lsn => lsn - (lsn % BigInt(segmentBytes));
