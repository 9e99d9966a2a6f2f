import { LIMITS, SheetFault } from './limits.ts';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** Of the closing record with the longest comment, bytes. */
const TAIL = 22 + 65_535;

/**
 * Looks at the directory of an archive before anything is unpacked. What it says may be a lie: the reader's thread has a
 * limit of memory and time besides.
 * @throws SheetFault
 */
export function checkZip(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = -1;
  for (let i = bytes.length - 22; i >= Math.max(0, bytes.length - TAIL) && end < 0; i--)
    if (view.getUint32(i, true) === END) end = i;
  if (end < 0) throw new SheetFault('broken');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  // 64-bit archives are for files of 4 GB.
  if (count === 0xffff || at === 0xffffffff || count > LIMITS.parts) throw new SheetFault('too-large');
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY) throw new SheetFault('broken');
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    total += size;
    if (total > LIMITS.unpacked || size > Math.max(1_000_000, packed * LIMITS.ratio)) throw new SheetFault('too-large');
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
}
