/** Pictures of a report: what they are is read from their bytes, and only what draws the picture is kept of them. Pure. */
import type { Issue } from '@mach/base/problem.ts';
import { err, ok, type Result } from '@mach/base/result.ts';

/** Bytes of one picture; longest side, px; pictures of one report. The desk makes larger ones smaller before it sends them. */
export const IMAGE_LIMITS = { bytes: 1_000_000, side: 4_096, smallest: 16, images: 6 } as const;

export interface CleanImage {
  type: 'image/jpeg' | 'image/png';
  bytes: Uint8Array;
  width: number;
  height: number;
}

const REMEDY = {
  vi: 'Chọn ảnh JPEG hoặc PNG, mỗi ảnh không quá 1 MB, cạnh dài không quá 4096 điểm',
  en: 'Choose JPEG or PNG, at most 1 MB and 4096 px a side',
};
const fault = (code: string, vi: string, en: string): Result<never, Issue> =>
  err({ severity: 'error', code, field: 'data', text: { vi, en }, remedy: REMEDY });

const broken = (): Result<never, Issue> => fault('image-broken', 'Tệp ảnh bị hỏng', 'The picture is broken');

/**
 * The picture without what a camera or a program adds to it: place, device, names, thumbnails, and whatever is hidden behind its
 * end. What is neither JPEG nor PNG by its bytes is refused, whatever its name says.
 */
export function cleanImage(bytes: Uint8Array): Result<CleanImage, Issue> {
  if (bytes.length > IMAGE_LIMITS.bytes)
    return fault('image-large', 'Ảnh lớn hơn 1 MB', 'The picture is larger than 1 MB');
  const cleaned = isJpeg(bytes) ? cleanJpeg(bytes) : isPng(bytes) ? cleanPng(bytes) : undefined;
  if (cleaned === undefined)
    return fault('image-type', 'Tệp này không phải ảnh JPEG hay PNG', 'This file is neither JPEG nor PNG');
  if (cleaned === 'broken') return broken();
  const { width, height } = cleaned;
  if (Math.max(width, height) > IMAGE_LIMITS.side || Math.min(width, height) < IMAGE_LIMITS.smallest)
    return fault(
      'image-size',
      `Ảnh ${width} × ${height} điểm: quá lớn hoặc quá nhỏ`,
      `${width} × ${height} px is too large or too small`,
    );
  return ok(cleaned);
}

type Cleaned = CleanImage | 'broken';

const isJpeg = (b: Uint8Array): boolean => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff;
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const isPng = (b: Uint8Array): boolean => PNG.every((byte, i) => b[i] === byte);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Start of frame: size of the picture. C4, C8 and CC are tables, not frames. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** JFIF and Adobe say how colours are meant; every other APPn and comment is about something else than the picture. */
const isAside = (marker: number): boolean => (marker >= 0xe1 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;

/** Segments up to the picture's own data, then that data up to the end of the image (ITU T.81, B.1). */
function cleanJpeg(b: Uint8Array): Cleaned {
  const parts = [b.subarray(0, 2)];
  let size: { width: number; height: number } | undefined;
  let at = 2;
  while (at + 4 <= b.length) {
    if (b[at] !== 0xff) return 'broken';
    const marker = b[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xd9) break;
    const length = ((b[at + 2] ?? 0) << 8) | (b[at + 3] ?? 0);
    const end = at + 2 + length;
    if (length < 2 || end > b.length) return 'broken';
    if (isFrame(marker) && length >= 7)
      size = {
        height: ((b[at + 5] ?? 0) << 8) | (b[at + 6] ?? 0),
        width: ((b[at + 7] ?? 0) << 8) | (b[at + 8] ?? 0),
      };
    if (!isAside(marker)) parts.push(b.subarray(at, end));
    at = end;
    if (marker !== 0xda) continue;
    // Entropy-coded: until a marker that is neither a stuffed zero nor a restart.
    const from = at;
    while (at + 1 < b.length && !(b[at] === 0xff && !isStuffing(b[at + 1] ?? 0))) at++;
    if (at + 1 >= b.length) return 'broken';
    parts.push(b.subarray(from, at));
  }
  if (!size || b[at] !== 0xff || b[at + 1] !== 0xd9) return 'broken';
  return { type: 'image/jpeg', bytes: joined([...parts, Uint8Array.of(0xff, 0xd9)]), ...size };
}

const isStuffing = (byte: number): boolean => byte === 0 || (byte >= 0xd0 && byte <= 0xd7);

const KEPT = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'gAMA', 'sRGB', 'pHYs']);

/** Chunks that draw the picture; texts, times and private chunks go, and so does everything behind IEND. */
function cleanPng(b: Uint8Array): Cleaned {
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  const parts = [b.subarray(0, 8)];
  let at = 8;
  let name = '';
  while (name !== 'IEND') {
    if (at + 12 > b.length) return 'broken';
    const end = at + 12 + view.getUint32(at);
    name = String.fromCharCode(...b.subarray(at + 4, at + 8));
    if (end > b.length || (at === 8) !== (name === 'IHDR')) return 'broken';
    if (KEPT.has(name)) parts.push(b.subarray(at, end));
    at = end;
  }
  return { type: 'image/png', bytes: joined(parts), width: view.getUint32(16), height: view.getUint32(20) };
}
