import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Colours that a palette holds. */
const MOST = 256;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Chunks of a PNG file, in their order. */
function* chunks(file) {
  for (let at = SIGNATURE.length; at < file.length; ) {
    const size = file.readUInt32BE(at);
    yield { type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + size) };
    at += size + 12;
  }
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([size, named, check]);
}

/** The neighbour that the fourth filter of PNG (Paeth) foretells a byte from. */
function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** Bytes of the pixels, without the filters of their rows. */
function unfiltered(raw, height, stride, bytes) {
  const out = Buffer.alloc(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    const row = y * stride;
    for (let x = 0; x < stride; x++) {
      const left = x >= bytes ? out[row + x - bytes] : 0;
      const up = y > 0 ? out[row - stride + x] : 0;
      const corner = x >= bytes && y > 0 ? out[row - stride + x - bytes] : 0;
      const add = [0, left, up, (left + up) >> 1, filter === 4 ? paeth(left, up, corner) : 0][filter];
      out[row + x] = raw[y * (stride + 1) + 1 + x] + add;
    }
  }
  return out;
}

const distance = (a, b) =>
  ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

/**
 * The same picture with a palette: the 256 colours that cover most of it, every rarer one (an edge of a letter) as the
 * nearest of them. A screen of text becomes a third as large and looks the same.
 * @param file a PNG of 8 bits a channel, without interlace, as browsers make them
 */
export function smallPng(file) {
  const parts = [...chunks(file)];
  const head = parts[0].data;
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const bytes = { 2: 3, 6: 4 }[head[9]];
  if (head[8] !== 8 || bytes === undefined || head[12] !== 0) return file;
  const data = Buffer.concat(parts.filter(({ type }) => type === 'IDAT').map((one) => one.data));
  const pixels = unfiltered(inflateSync(data), height, width * bytes, bytes);

  const counts = new Map();
  const colours = new Int32Array(width * height);
  for (let i = 0; i < colours.length; i++) {
    const at = i * bytes;
    colours[i] = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    counts.set(colours[i], (counts.get(colours[i]) ?? 0) + 1);
  }
  const palette = [...counts.entries()]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST)
    .map(([colour]) => colour);
  const place = new Map(palette.map((colour, i) => [colour, i]));
  for (const colour of counts.keys()) {
    if (place.has(colour)) continue;
    let nearest = 0;
    for (let i = 1; i < palette.length; i++)
      if (distance(colour, palette[i]) < distance(colour, palette[nearest])) nearest = i;
    place.set(colour, nearest);
  }

  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = place.get(colours[y * width + x]);
  const newHead = Buffer.from(head);
  newHead[9] = 3;
  const table = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const small = Buffer.concat([
    SIGNATURE,
    chunk('IHDR', newHead),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return small.length < file.length ? small : file;
}
